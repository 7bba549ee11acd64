import { describe, expect, it } from 'vitest';
import type { EventBody, StoredEvent } from '../domain/event.ts';
import { Registry } from '../domain/registry.ts';
import { channelMap, inputsOf, presentInput } from './machine-inputs.ts';
import { seriesOf } from './rules.ts';

function mapOf(reportS: number, role: 'main' | 'aux' = 'main') {
  const connector = (id: string, channels: unknown[]) => ({
    id,
    lab: 'pasteur',
    firmware: 'fabmeter',
    device: id,
    reportS,
    channels,
  });
  const registry = Registry.parse({
    network: { id: 'labfab', name: 'LabFab' },
    labs: [{ id: 'pasteur', name: 'Pasteur', timezone: 'Europe/Paris' }],
    machines: ['laser', 'saw'].map((id) => ({ id, lab: 'pasteur', kind: 'tool', name: id })),
    connectors: [
      connector('plug', [
        { channel: 0, machine: 'laser', role },
        { channel: 1, machine: 'saw', role: 'extraction' },
      ]),
      connector('box', [{ channel: 0, machine: 'laser', role: 'state' }]),
      connector('reader', [{ channel: 0, machine: 'laser', role: 'badge' }]),
    ],
  });
  return channelMap(registry, new Map(seriesOf(registry).map((series) => [series.id, series])));
}

function eventOf(connector: string, machine: string | null, body: object): StoredEvent {
  return { ...(body as EventBody), seq: 1, connector, machine, at: 5, receivedAt: 6 };
}

const READING = { kind: 'reading', at: 5, series: 'plug/0/laser', main: true, w: null, wh: null, holdMs: 25_000 };
const ONLINE = { kind: 'online', at: 5, connector: 'plug', online: false };
const BADGE = { kind: 'badge', at: 5, reader: 'reader/0', token: 't', member: null, audience: null, action: 'in' };

const TAUGHT = { kind: 'badge', channel: 0, token: 't', action: 'in' };

const CASES: [string, StoredEvent, object[]][] = [
  ['power', eventOf('plug', 'laser', { kind: 'power', channel: 0, w: 7, wh: 8 }), [{ ...READING, w: 7, wh: 8 }]],
  ['a counter', eventOf('plug', 'laser', { kind: 'energy', channel: 0, wh: 8 }), [{ ...READING, wh: 8 }]],
  ['a relay that opens', eventOf('plug', 'laser', { kind: 'switch', channel: 0, on: false }), [{ ...READING, w: 0 }]],
  ['a relay that closes', eventOf('plug', 'laser', { kind: 'switch', channel: 0, on: true }), []],
  ['power of a channel of no machine', eventOf('plug', null, { kind: 'power', channel: 0, w: 7 }), []],
  ['power of a channel that was never known', eventOf('plug', 'laser', { kind: 'power', channel: 9, w: 7 }), []],
  [
    'a counter set back',
    eventOf('plug', 'laser', { kind: 'energy-reset', channel: 0 }),
    [{ kind: 'energy-reset', at: 5, series: 'plug/0/laser' }],
  ],
  [
    'a connector that goes',
    eventOf('plug', null, { kind: 'online', online: false }),
    [
      { ...ONLINE, series: ['plug/0/laser'], main: true },
      { ...ONLINE, series: ['plug/1/saw'], main: false },
    ],
  ],
  [
    'a state',
    eventOf('box', 'laser', { kind: 'state', state: 'idle' }),
    [{ kind: 'state', at: 5, state: 'idle', holdMs: 25_000, connector: 'box' }],
  ],
  ['a badge', eventOf('reader', 'laser', { kind: 'badge', channel: 0, token: 't', action: 'in' }), [BADGE]],
  [
    'the badge of a class',
    eventOf('reader', 'laser', { ...TAUGHT, class: { people: 12, machines: ['saw'], others: ['laser', 'lathe'] } }),
    [
      { ...BADGE, class: { people: 12, takes: true, isHere: false } },
      { ...BADGE, class: { people: 12, takes: false, isHere: true } },
      { ...BADGE, class: { people: 12, takes: false, isHere: false } },
    ],
  ],
  [
    'the badge of a class at a reader of no machine',
    eventOf('reader', null, { ...TAUGHT, class: { people: 12, machines: ['saw'], others: [] } }),
    [{ ...BADGE, class: { people: 12, takes: true, isHere: false } }],
  ],
  [
    'the badge of a class that its reader refused',
    eventOf('reader', 'laser', { ...TAUGHT, granted: false, class: { people: 12, machines: ['saw'], others: [] } }),
    [],
  ],
  [
    'a declaration',
    eventOf('', 'laser', { kind: 'service', state: 'fault', note: 'n' }),
    [{ kind: 'service', at: 5, state: 'fault' }],
  ],
  ...(['boot', 'heartbeat', 'door', 'alarm', 'discovery', 'input'] as const).map(
    (kind): [string, StoredEvent, object[]] => [kind, eventOf('plug', 'laser', { kind, channel: 0 }), []],
  ),
];

describe('inputsOf()', () => {
  it.each(CASES)('%s', (_what, event, inputs) => {
    expect(inputsOf(event, mapOf(10)).map(({ input }) => input)).toEqual(inputs);
  });

  it('gives each machine its own', () => {
    const machines = inputsOf(eventOf('plug', null, { kind: 'online', online: true }), mapOf(10));
    expect(machines.map(({ machine }) => machine)).toEqual(['laser', 'saw']);
  });
});

describe('presentInput()', () => {
  it('is what the event would be under the present registry', () => {
    for (const [, event] of CASES.filter(([, { kind }]) => kind === 'state' || kind === 'online' || kind === 'badge')) {
      for (const { machine, input } of inputsOf(event, mapOf(10))) {
        const now = inputsOf(event, mapOf(0, 'aux')).find((one) => one.machine === machine);
        expect(presentInput(input, machine, mapOf(0, 'aux'))).toEqual(now?.input);
      }
    }
  });

  it('is nothing where the connector is no longer the machine’s', () => {
    const [first] = inputsOf(eventOf('plug', null, { kind: 'online', online: true }), mapOf(10));
    expect(first && presentInput(first.input, 'another', mapOf(10))).toBeUndefined();
  });
});
