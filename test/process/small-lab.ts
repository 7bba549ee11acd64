/** A registry for tests of the whole process: one lab, as many machines with a native plug and reader as wanted. */

/** The secret of a connector of the small lab. */
export function secretOf(connector: string): string {
  return `secret-of-${connector}-0123456789`;
}

/** A connector's entry with its secret. */
export function connectorEntry(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, lab: 'pasteur', firmware: 'fabmeter', device: id, secret: secretOf(id), ...more };
}

/** `count` machines `machine-1`…, each with a plug `plug-1`… and a reader `reader-1`…; `members` hold badges. */
export function smallLab(
  count: number,
  members: readonly unknown[] = [],
): Record<string, unknown> & { connectors: unknown[] } {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const machine = (n: number) => ({
    id: `machine-${n}`,
    lab: 'pasteur',
    kind: 'laser-cutter',
    name: `Machine ${n}`,
    signature: { standbyW: 20, runningW: 120 },
  });
  const plug = (n: number) =>
    connectorEntry(`plug-${n}`, { reportS: 10, channels: [{ channel: 0, machine: `machine-${n}`, role: 'main' }] });
  const reader = (n: number) =>
    connectorEntry(`reader-${n}`, { channels: [{ channel: 0, machine: `machine-${n}`, role: 'badge' }] });
  return {
    network: { id: 'labfab', name: 'LabFab' },
    labs: [{ id: 'pasteur', name: 'Hôtel Pasteur', timezone: 'Europe/Paris', since: '2026-01-01' }],
    machines: numbers.map(machine),
    connectors: numbers.flatMap((n) => [plug(n), reader(n)]),
    members,
    audiences: ['public', 'student'],
  };
}
