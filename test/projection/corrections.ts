import fc from 'fast-check';
import type { CorrectionChange } from '../../domain/event.ts';
import type { Session } from '../../domain/layers.ts';
import type { RoutedEvent } from './house.ts';

/** A correction still without a session: which one, what is done, and where, as shares of a thousand. */
export interface CorrectionPick {
  session: number;
  part: '' | '.1' | '.2';
  action: CorrectionChange['action'];
  from: number;
  to: number;
  /** Where among the arriving events it comes. */
  place: number;
}

const share = fc.integer({ min: -400, max: 1400 });

/** Up to eight corrections, many of them of the same session, many of them impossible. */
export const arbitraryPicks: fc.Arbitrary<CorrectionPick[]> = fc.array(
  fc.record({
    session: fc.nat(6),
    part: fc.constantFrom<CorrectionPick['part']>('', '', '', '', '.1', '.2'),
    action: fc.constantFrom<CorrectionPick['action']>(
      'confirm',
      'correct',
      'correct',
      'dismiss',
      'split',
      'merge',
      'people',
      'undo',
    ),
    from: share,
    to: share,
    place: fc.nat(1000),
  }),
  { maxLength: 8 },
);

/** The corrections of some sessions that picks become, in the order in which they are made, `madeAt` (UTC ms). */
export function correctionsOf(
  picks: readonly CorrectionPick[],
  sessions: readonly Session[],
  madeAt: number,
): { place: number; event: RoutedEvent }[] {
  if (sessions.length === 0) return [];
  const sorted = [...picks].sort((a, b) => a.place - b.place);
  return sorted.map((pick, index) => {
    const undone = pick.action === 'undo' ? sorted[undoneBy(pick, index)] : undefined;
    const session = sessions[(undone ?? pick).session % sessions.length] as Session;
    const body = {
      kind: 'correction' as const,
      id: `c${index}`,
      session: `${session.id}${pick.part}`,
      change: changeOf(pick, session, sessions, index),
      author: 'manager',
      reason: 'asked',
    };
    const stamp = { at: madeAt, receivedAt: madeAt };
    return {
      place: pick.place,
      event: { route: { connector: '', channel: null, machine: session.machine }, body: { ...body, ...stamp } },
    };
  });
}

/** Which of the corrections before it an undo takes back. */
function undoneBy({ session }: Pick<CorrectionPick, 'session'>, index: number): number {
  return Math.max(0, index - 1 - (session % 3));
}

function changeOf(
  { action, from, to, session: number }: CorrectionPick,
  { start, end, machine }: Session,
  sessions: readonly Session[],
  index: number,
): CorrectionChange {
  const instant = (thousandth: number) => start + Math.round((((end ?? start) - start) * thousandth) / 1000);
  switch (action) {
    case 'correct':
      return { action, start: instant(Math.min(from, 900)), end: instant(Math.max(to, 200)) };
    case 'split':
      return { action, at: instant(Math.abs(to) % 1000) };
    case 'merge': {
      const same = sessions.filter((one) => one.machine === machine);
      const other = same[(same.findIndex((one) => one.start === start) + 1) % same.length];
      return { action, other: other?.id ?? machine };
    }
    case 'people':
      return { action, people: 1 + (Math.abs(to) % 20) };
    case 'undo':
      return { action, correction: `c${undoneBy({ session: number }, index)}` };
    case 'confirm':
    case 'dismiss':
      return { action };
  }
}

/** The events as they arrive, with the corrections at their places, in their order. */
export function withCorrections(
  arriving: readonly RoutedEvent[],
  corrections: readonly { place: number; event: RoutedEvent }[],
): RoutedEvent[] {
  const all = [...arriving];
  for (const { place, event } of corrections.toReversed())
    all.splice(Math.floor((place * all.length) / 1001), 0, event);
  return inTheirOrder(all);
}

/** Corrections count in the order in which they came: the places are kept, the corrections among them sorted. */
function inTheirOrder(all: readonly RoutedEvent[]): RoutedEvent[] {
  const number = ({ body }: RoutedEvent) => (body.kind === 'correction' ? Number(body.id.slice(1)) : -1);
  const sorted = all.filter((event) => event.body.kind === 'correction').sort((a, b) => number(a) - number(b));
  return all.map((event) => (event.body.kind === 'correction' ? (sorted.shift() as RoutedEvent) : event));
}
