import { hourPieces } from './hour-of-week.ts';
import type { ActivityInterval, Session } from './layers.ts';
import type { OpeningInterval } from './opening.ts';
import { clipSpans, intersectionMs, intersectSpans, type Span, spansMs, subtractSpans, unionSpans } from './spans.ts';
import { HOUR_MS, nextPeriod, startOfPeriod } from './time.ts';

/** A lab of the network is open to everybody this long each week. */
export const PUBLIC_MS_MIN = 4 * HOUR_MS;
/** Below this observed share of the public hours what was not seen proves nothing. */
export const COVERAGE_MIN = 0.95;

/** What a lab declared and what its machines saw, over at least the week in question. */
export interface CharterInput {
  opening: readonly OpeningInterval[];
  /** `present`: when the machine is in the lab; absent: always. */
  machines: readonly {
    activity: readonly ActivityInterval[];
    sessions: readonly Session[];
    present?: readonly Span[];
  }[];
  /** The lab's zone. */
  zone: string;
  /** UTC ms: the week is over, or counted up to here. */
  now: number;
}

/** One ISO week of a lab, `[from, to)` in UTC ms. */
export interface CharterWeek {
  from: number;
  to: number;
  /** `pending`: the week is not over, and the hours are not reached yet. */
  verdict: 'met' | 'not-met' | 'not-provable' | 'pending';
  /** Declared public hours, and those among them in which something was seen. */
  declaredMs: number;
  observedMs: number;
  /** The observed share of machine time in the public hours; null without public hours or machines. */
  coverage: number | null;
  /** Public openings in which nothing at all was seen. */
  unseen: Span[];
}

/**
 * The week that holds `at`.
 *
 * A public hour (the part of a clock hour that is declared public) counts when any machine of the lab ran or was badged
 * in it. What was seen stands whatever the coverage; what was not seen is only held against the lab if enough was observed.
 */
export function charterWeek({ opening, machines, zone, now }: CharterInput, at: number): CharterWeek {
  const from = startOfPeriod(at, 'week', zone);
  const to = nextPeriod(at, 'week', zone);
  const declared = clipSpans(
    opening.filter(({ state }) => state === 'public'),
    from,
    to,
  );
  const seen = machines.map((machine) => usedSpans(machine, from, Math.min(to, now))).reduce(unionSpans, []);
  const observedMs = hourPieces(declared, zone)
    .filter((piece) => intersectionMs([piece], seen) > 0)
    .reduce((sum, { start, end }) => sum + end - start, 0);
  const past = clipSpans(declared, from, Math.min(to, now));
  const declaredMs = spansMs(declared);
  const coverage = coverageIn(past, machines, from, to);
  return {
    from,
    to,
    verdict: verdictOf(declaredMs, observedMs, coverage, to <= now),
    declaredMs,
    observedMs,
    coverage,
    unseen: past.filter((span) => intersectionMs([span], seen) === 0),
  };
}

function verdictOf(
  declaredMs: number,
  observedMs: number,
  coverage: number | null,
  isOver: boolean,
): CharterWeek['verdict'] {
  if (observedMs >= PUBLIC_MS_MIN) return 'met';
  if (declaredMs < PUBLIC_MS_MIN) return 'not-met';
  if (!isOver) return 'pending';
  return coverage === null || coverage < COVERAGE_MIN ? 'not-provable' : 'not-met';
}

type CharterMachine = CharterInput['machines'][number];

function usedSpans({ activity, sessions, present }: CharterMachine, from: number, to: number): Span[] {
  const running = activity.filter((one) => one.activity === 'running');
  const used = unionSpans(clipSpans(running, from, to), clipSpans(sessions, from, to));
  return present ? intersectSpans(used, present) : used;
}

function coverageIn(
  hours: readonly Span[],
  machines: CharterInput['machines'],
  from: number,
  to: number,
): number | null {
  const hoursOf = ({ present }: CharterMachine) => (present ? intersectSpans(hours, present) : hours);
  const wholeMs = machines.reduce((sum, machine) => sum + spansMs(hoursOf(machine)), 0);
  if (wholeMs === 0) return null;
  const knownMs = machines.reduce((sum, machine) => {
    const { activity } = machine;
    const unknown = activity.filter((one) => one.activity === 'unknown');
    const known = subtractSpans(clipSpans(activity, from, to), clipSpans(unknown, from, to));
    return sum + intersectionMs(known, hoursOf(machine));
  }, 0);
  return knownMs / wholeMs;
}
