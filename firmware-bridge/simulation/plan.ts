import { DAY_MS, HOUR_MS, MINUTE_MS, nextPeriod, startOfPeriod, wallOf } from '../../domain/time.ts';
import type { Doing, MachineKind } from './draw.ts';
import { between, hashOf, type Random, randomFrom } from './random.ts';

/** A stretch of time, UTC ms, `[start, end)`. */
export interface Span {
  start: number;
  end: number;
}

/** Somebody uses a machine. `member` is an index into the lab's members, null when nobody badges. */
export interface PlannedSession extends Span {
  member: number | null;
  /** The member goes home without badging out. */
  forgets: boolean;
  runs: Span[];
}

/** Whose plan is wanted. `liveAt` is the instant at which somebody begins to watch. */
export interface PlanOptions {
  seed: number;
  zone: string;
  machine: string;
  kind: MachineKind;
  members: number;
  from: number;
  liveAt: number;
  /** The machine is in use at `liveAt`. */
  busyAtLive: boolean;
}

/** The demonstration is open from 14 to 19 h, from Tuesday to Saturday, as its registry says. */
const OPEN_HOUR = 14;
const CLOSE_HOUR = 19;

const BUSY_BEFORE_MS = 3 * HOUR_MS;
const BUSY_AFTER_MS = 10 * HOUR_MS;
const FORGETS_SHARE = 0.2;
const NOBODY_SHARE = 0.07;
/** How long people stay, how long a run lasts, and how long they do something else in between (minutes). */
const HABITS: Record<MachineKind, { stay: [number, number]; run: [number, number]; pause: [number, number] }> = {
  'laser-cutter': { stay: [25, 80], run: [4, 22], pause: [3, 9] },
  extraction: { stay: [25, 80], run: [4, 22], pause: [3, 9] },
  '3d-printer': { stay: [70, 260], run: [60, 240], pause: [10, 20] },
  'cnc-mill': { stay: [45, 130], run: [12, 40], pause: [4, 10] },
  'vinyl-cutter': { stay: [15, 45], run: [3, 12], pause: [3, 6] },
  'sewing-machine': { stay: [30, 120], run: [5, 15], pause: [4, 8] },
};

/**
 * The sessions of one machine, in order and without end.
 *
 * People come while the lab is open; so that there is life whenever somebody begins to watch, it is also open for some
 * hours around `liveAt`.
 */
export function* planSessions(options: PlanOptions): Generator<PlannedSession> {
  for (const window of openings(options)) {
    const random = randomFrom(hashOf(options.seed, options.machine, window.start));
    const live = options.busyAtLive && holds(window, options.liveAt) ? liveSession(options, random) : undefined;
    if (live) {
      yield* walk({ start: window.start, end: live.start - 5 * MINUTE_MS }, options, random);
      yield live;
      yield* walk({ start: live.end + 5 * MINUTE_MS, end: window.end }, options, random);
    } else yield* walk(window, options, random);
  }
}

/** What the machine does at `at` inside a session, and for how long it has been running. */
export function doingAt(session: PlannedSession | undefined, at: number): { doing: Doing; ranMs: number } {
  if (!session || !holds(session, at)) return { doing: 'off', ranMs: 0 };
  const run = session.runs.find((span) => holds(span, at));
  return run ? { doing: 'running', ranMs: at - run.start } : { doing: 'standby', ranMs: 0 };
}

/** Whether an instant lies in a span. */
export function holds(span: Span, at: number): boolean {
  return at >= span.start && at < span.end;
}

function* openings({ zone, from, liveAt }: PlanOptions): Generator<Span> {
  const busy: Span = { start: liveAt - BUSY_BEFORE_MS, end: liveAt + BUSY_AFTER_MS };
  for (let day = startOfPeriod(from - DAY_MS, 'day', zone); ; day = nextPeriod(day, 'day', zone)) {
    const spans: Span[] = [];
    if (busy.start >= day && busy.start < nextPeriod(day, 'day', zone)) spans.push(busy);
    const [open, close] = [day + OPEN_HOUR * HOUR_MS, day + CLOSE_HOUR * HOUR_MS];
    if (isOpenDay(day, zone)) {
      spans.push({ start: open, end: Math.min(close, busy.start) }, { start: Math.max(open, busy.end), end: close });
      if (close <= busy.start || open >= busy.end) spans.splice(-2, 2, { start: open, end: close });
    }
    spans.sort((a, b) => a.start - b.start);
    yield* spans.filter((span) => span.end - span.start > 30 * MINUTE_MS);
  }
}

/** Tuesday to Saturday; 1 January 1970 was a Thursday. */
function isOpenDay(day: number, zone: string): boolean {
  const weekday = (Math.floor(wallOf(day + 12 * HOUR_MS, zone) / DAY_MS) + 4) % 7;
  return weekday >= 2 && weekday <= 6;
}

function* walk(window: Span, options: PlanOptions, random: Random): Generator<PlannedSession> {
  let at = window.start + between(random, 2, 60) * MINUTE_MS;
  while (at < window.end - 20 * MINUTE_MS) {
    const stay = between(random, ...HABITS[options.kind].stay) * MINUTE_MS;
    const session = sessionAt({ start: at, end: Math.min(at + stay, window.end) }, options, random);
    yield session;
    at = session.end + between(random, 6, 90) * MINUTE_MS;
  }
}

/** A session with a run under way at `liveAt`. */
function liveSession(options: PlanOptions, random: Random): PlannedSession {
  const { liveAt } = options;
  const start = liveAt - between(random, 12, 35) * MINUTE_MS;
  const session = sessionAt({ start, end: liveAt + between(random, 25, 70) * MINUTE_MS }, options, random);
  const run = { start: liveAt - between(random, 1, 6) * MINUTE_MS, end: liveAt + between(random, 9, 18) * MINUTE_MS };
  const apart = session.runs.filter((other) => other.end < run.start - MINUTE_MS || other.start > run.end + MINUTE_MS);
  return { ...session, member: session.member ?? 0, runs: [...apart, run].sort((a, b) => a.start - b.start) };
}

function sessionAt(span: Span, { kind, members }: PlanOptions, random: Random): PlannedSession {
  const habits = HABITS[kind];
  const runs: Span[] = [];
  let at = span.start + between(random, 1, 5) * MINUTE_MS;
  while (at < span.end - 4 * MINUTE_MS) {
    const end = Math.min(at + between(random, ...habits.run) * MINUTE_MS, span.end - 2 * MINUTE_MS);
    runs.push({ start: at, end });
    at = end + between(random, ...habits.pause) * MINUTE_MS;
  }
  const member = random() < NOBODY_SHARE ? null : Math.floor(random() * members);
  return { ...span, member, forgets: random() < FORGETS_SHARE, runs };
}
