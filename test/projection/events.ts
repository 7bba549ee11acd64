import fc from 'fast-check';
import type { ClassOfBadge, EventBody } from '../../domain/event.ts';
import type { ClassRead, MachineInput } from '../../domain/machine-input.ts';
import { arbitraryHistory } from '../naive/history.ts';
import type { RoutedEvent } from './house.ts';

/** The evening before the clocks of Paris go back. */
const BEGIN = Date.parse('2026-10-24T19:30:00Z');
const PIECE_S = 1800;

/** A registry of one machine, and one that only has a reader; `change` bends it. */
export function registryOf(change: RegistryChange = {}): unknown {
  const plugs = change.reportS ?? 10;
  return {
    network: { id: 'labfab', name: 'LabFab' },
    labs: [
      {
        id: 'pasteur',
        name: 'Hôtel Pasteur',
        timezone: 'Europe/Paris',
        opening: change.opening ?? 'Mo-Su 09:00-24:00',
      },
    ],
    machines: [
      {
        id: 'laser-1',
        lab: 'pasteur',
        kind: 'laser-cutter',
        name: 'Laser',
        signature: { standbyW: 20, runningW: change.runningW ?? 120, stopW: 80, runAfterS: change.runAfterS ?? 0 },
        session: { idleTimeoutS: change.idleTimeoutS ?? 300, maxS: 7200, graceS: change.graceS ?? 300 },
      },
      { id: 'saw-1', lab: 'pasteur', kind: 'band-saw', name: 'Saw' },
    ],
    connectors: [
      connector('main', plugs, [{ channel: 0, machine: 'laser-1', role: 'main' }]),
      connector(
        'second',
        plugs,
        change.secondRole === 'none' ? [] : [{ channel: 0, machine: 'laser-1', role: change.secondRole ?? 'main' }],
      ),
      ...(change.isExtractionGone
        ? []
        : [connector('extraction', 10, [{ channel: 0, machine: 'laser-1', role: 'extraction' }])]),
      connector('box', change.boxReportS ?? 0, [{ channel: 0, machine: 'laser-1', role: 'state' }]),
      connector('reader', 0, [
        { channel: 0, machine: 'laser-1', role: 'badge' },
        { channel: 1, machine: 'laser-1', role: 'badge' },
        { channel: 2, machine: 'saw-1', role: 'badge' },
      ]),
    ],
  };
}

/** What of `registryOf` is different. */
export interface RegistryChange {
  runningW?: number;
  runAfterS?: number;
  idleTimeoutS?: number;
  graceS?: number;
  reportS?: number;
  boxReportS?: number;
  secondRole?: 'main' | 'aux' | 'none';
  opening?: string;
  isExtractionGone?: boolean;
}

function connector(id: string, reportS: number, channels: unknown[]) {
  return { id, lab: 'pasteur', firmware: 'fabmeter', device: id, reportS, channels };
}

/** The event of the journal that becomes this input. */
function eventOf(input: MachineInput, shiftMs: number): RoutedEvent[] {
  const at = BEGIN + shiftMs + input.at;
  const stamp = { at, receivedAt: at + 200 };
  const on = (connectorId: string, body: EventBody, channel: number | null = 0, machine = 'laser-1'): RoutedEvent => ({
    route: { connector: connectorId, channel, machine: channel === null && connectorId !== '' ? null : machine },
    body,
  });
  switch (input.kind) {
    case 'reading': {
      const { w, wh } = input;
      if (w === null) return wh === null ? [] : [on(input.series, { kind: 'energy', channel: 0, wh, ...stamp })];
      return [on(input.series, { kind: 'power', channel: 0, w, ...(wh === null ? {} : { wh }), ...stamp })];
    }
    case 'energy-reset':
      return [on(input.series, { kind: 'energy-reset', channel: 0, ...stamp })];
    case 'online':
      return ['main', 'second'].map((id) => on(id, { kind: 'online', online: input.online, ...stamp }, null));
    case 'state':
      return [on('box', { kind: 'state', state: input.state, ...stamp })];
    case 'service':
      return [on('', { kind: 'service', state: input.state, ...stamp }, null)];
    case 'heard':
      return [];
    case 'badge': {
      const { token, member, audience, action } = input;
      const channel = input.reader === 'r1' ? 0 : 1;
      const badge = { kind: 'badge' as const, token, action, ...(member ? { member } : {}), ...stamp };
      const taught = input.class && { class: classOf(input.class) };
      const body = (number: number) => ({ ...badge, channel: number, ...(audience ? { audience } : {}), ...taught });
      return token === 'tb'
        ? [on('reader', body(channel), channel), on('reader', body(2), 2, 'saw-1')]
        : [on('reader', body(channel), channel)];
    }
  }
}

/** A class works at both machines, or at the saw alone. */
function classOf({ people, takes }: ClassRead): ClassOfBadge {
  return takes
    ? { people, machines: ['laser-1', 'saw-1'], others: [] }
    : { people, machines: ['saw-1'], others: ['laser-1'] };
}

/** When a half hour begins, in fives of minutes: anywhere, or so that a state is stored in the midst of it. */
const beginning = fc.oneof(fc.nat(22 * 12), fc.constantFrom(15, 51, 52, 87, 88));

/** Up to three half hours within a day in which everything happens that can, in order of time. */
export const arbitraryEvents: fc.Arbitrary<RoutedEvent[]> = fc
  .array(fc.tuple(beginning, arbitraryHistory(PIECE_S)), { minLength: 1, maxLength: 3 })
  .map((pieces) =>
    pieces
      .flatMap(([fives, inputs]) => inputs.flatMap((input) => eventOf(input, fives * 300_000)))
      .sort((a, b) => a.body.at - b.body.at),
  );

/** What is done to a projector between two batches. */
export type Step =
  | { do: 'append'; events: number }
  | { do: 'catchUp' }
  | { do: 'flush' }
  | { do: 'restart' }
  | { do: 'rebuild'; looks: number }
  | { do: 'registry'; change: RegistryChange };

/** Another registry of the same machines. */
export const registryChange = fc.constantFrom<RegistryChange>(
  {},
  { runningW: 96 },
  { runAfterS: 20 },
  { idleTimeoutS: 60 },
  { reportS: 24 },
  { reportS: 0 },
  { boxReportS: 24 },
  { secondRole: 'aux' },
  { secondRole: 'none' },
  { opening: 'Mo-Fr 08:00-20:00' },
  { isExtractionGone: true },
);

/** Appends most of all; `changes` says whether the registry changes too. */
export function arbitrarySteps(changes: boolean): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }).map((events): Step => ({ do: 'append', events })) },
      { weight: 4, arbitrary: fc.constant<Step>({ do: 'catchUp' }) },
      { weight: 3, arbitrary: fc.constant<Step>({ do: 'flush' }) },
      { weight: 1, arbitrary: fc.constant<Step>({ do: 'restart' }) },
      {
        weight: changes ? 4 : 0,
        arbitrary: fc.integer({ min: 1, max: 60 }).map((looks): Step => ({ do: 'rebuild', looks })),
      },
      {
        weight: changes ? 1 : 0,
        arbitrary: registryChange.map((change): Step => ({ do: 'registry', change })),
      },
    ),
    { minLength: 3, maxLength: 30 },
  );
}

/** Pieces that come later than their time, and pieces that come again: start and length, as shares and counts. */
export const arbitraryDisorder = fc.record({
  late: fc.array(fc.tuple(fc.nat(1000), fc.nat(40), fc.nat(1000)), { maxLength: 4 }),
  again: fc.array(fc.tuple(fc.nat(1000), fc.nat(40), fc.nat(1000)), { maxLength: 2 }),
});

/** The events as they arrive. */
export function disordered(
  events: readonly RoutedEvent[],
  { late, again }: { late: [number, number, number][]; again: [number, number, number][] },
): RoutedEvent[] {
  const arriving = [...events];
  const place = (share: number) => Math.floor((share * arriving.length) / 1001);
  for (const [from, count, to] of late) {
    const piece = arriving.splice(place(from), count);
    arriving.splice(place(to), 0, ...piece);
  }
  for (const [from, count, to] of again) {
    const piece = arriving.slice(place(from), place(from) + count);
    arriving.splice(place(to), 0, ...piece);
  }
  return arriving;
}
