import type { Registry } from './registry.ts';

/** What is allowed in a registry document but will probably disappoint, in sentences; at most one a machine or connector. */
export function registryWarnings(document: Registry): string[] {
  const told = new Set<string>();
  const metered = new Set<string>();
  for (const { channels } of document.connectors) {
    for (const { machine, role } of channels) {
      if (role === 'main') metered.add(machine);
      if (role === 'main' || role === 'state') told.add(machine);
    }
  }
  const machines = document.machines.flatMap(({ id, signature }) => {
    if (!told.has(id)) return [`machine ${id} has no channel with the role main or state: nothing tells when it runs`];
    if (metered.has(id) && !signature)
      return [`machine ${id} has no signature: what its power means stays unknown until it has one`];
    return [];
  });
  const connectors = document.connectors.flatMap(({ id, channels }) =>
    channels.length === 0 ? [`connector ${id} feeds no machine: give it channels`] : [],
  );
  return [...machines, ...connectors];
}
