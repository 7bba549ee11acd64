import { describe, expect, it } from 'vitest';
import { Registry } from './registry.ts';
import { applyRegistry, CHANGES_MAX } from './registry-change.ts';

function document(): Registry {
  return Registry.parse({
    network: { id: 'labfab', name: 'LabFab' },
    labs: [{ id: 'pasteur', name: 'Hôtel Pasteur', timezone: 'Europe/Paris' }],
    machines: [
      {
        id: 'laser-1',
        lab: 'pasteur',
        kind: 'laser-cutter',
        name: 'Laser',
        signature: { standbyW: 20, runningW: 120 },
      },
    ],
    connectors: [
      {
        id: 'plug-1',
        lab: 'pasteur',
        firmware: 'tasmota',
        device: 'plug-1',
        channels: [{ channel: 0, machine: 'laser-1', role: 'main' }],
      },
    ],
    members: [{ id: 'm-001', audience: 'public' }],
    audiences: ['public'],
  });
}

const CASES: [string, (after: Registry) => unknown, string[]][] = [
  ['nothing', () => undefined, []],
  [
    'a value',
    (d) => Object.assign(d.machines[0]?.signature ?? {}, { runningW: 150 }),
    ['machine laser-1: signature.runningW 120 → 150'],
  ],
  [
    'a value that was not there',
    (d) => Object.assign(d.machines[0]?.signature ?? {}, { stopW: 96 }),
    ['machine laser-1: signature.stopW none → 96'],
  ],
  ['a value that goes', (d) => delete d.machines[0]?.signature?.ratedW, []],
  [
    'a group that goes',
    (d) => delete d.machines[0]?.signature,
    [
      'machine laser-1: signature.standbyW 20 → none',
      'machine laser-1: signature.runningW 120 → none',
      'machine laser-1: signature.runAfterS 0 → none',
      'machine laser-1: signature.stopAfterS 60 → none',
      'machine laser-1: signature.bridgeS 600 → none',
    ],
  ],
  ['a text', (d) => Object.assign(d.network, { name: 'Réseau' }), ['network: name "LabFab" → "Réseau"']],
  [
    'a new machine',
    (d) => d.machines.push({ id: 'mill-1', lab: 'pasteur', kind: 'mill', name: 'Mill' }),
    ['machine mill-1 added'],
  ],
  ['a machine that vanishes', (d) => d.machines.pop(), ['machine laser-1 removed']],
  ['another order', (d) => d.labs.reverse(), []],
  [
    'a channel',
    (d) => d.connectors[0]?.channels.push({ channel: 1, machine: 'laser-1', role: 'aux' }),
    ['connector plug-1: channels [0 laser-1 main] → [0 laser-1 main, 1 laser-1 aux]'],
  ],
  ['an audience', (d) => d.audiences.push('staff'), ['registry: audiences [public] → [public, staff]']],
  [
    'members',
    (d) =>
      Object.assign(d, {
        members: [
          { id: 'm-001', audience: 'unknown' },
          { id: 'm-002', audience: 'public' },
        ],
      }),
    ['members: 1 added', 'members: 1 changed'],
  ],
  [
    'a class and its head-count',
    (d) => Object.assign(d.members[0] ?? {}, { class: { machines: ['laser-1'], people: 12 } }),
    ['members: 1 changed'],
  ],
  [
    'a secret and badges',
    (d) => {
      Object.assign(d.connectors[0] ?? {}, { secret: 'a-very-long-secret' });
      Object.assign(d.members[0] ?? {}, { badges: ['04A2'] });
    },
    [],
  ],
];

describe('applyRegistry()', () => {
  it.each(CASES)('names %s', (_, change, expected) => {
    const after = document();
    change(after);
    expect(applyRegistry(document(), after)).toEqual(expected);
    expect(applyRegistry(after, after)).toEqual([]);
  });

  it('names everything when there was nothing', () => {
    expect(applyRegistry(undefined, document())).toEqual([
      'network: id none → "labfab"',
      'network: name none → "LabFab"',
      'lab pasteur added',
      'machine laser-1 added',
      'connector plug-1 added',
      'registry: audiences [] → [public]',
      'members: 1 added',
    ]);
  });

  it('counts what is past the limit', () => {
    const after = document();
    after.machines = Array.from({ length: CHANGES_MAX + 1 }, (_, index) => ({
      id: `m${index}`,
      lab: 'pasteur',
      kind: 'x',
      name: 'x',
    }));
    const changes = applyRegistry({ ...document(), machines: [] }, after);
    expect(changes).toHaveLength(CHANGES_MAX + 1);
    expect(changes.at(-1)).toBe('and 1 more');
  });
});
