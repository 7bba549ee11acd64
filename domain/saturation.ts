import { eachHourPiece, HOURS_OF_WEEK } from './hour-of-week.ts';
import type { ActivityInterval, ServiceInterval, Session } from './layers.ts';
import { type DemandBand, demandBand } from './queueing.ts';
import { clipSpans, intersectSpans, type Span, subtractSpans, unionSpans } from './spans.ts';
import { laneOf, Sweep } from './sweep.ts';

/** The layers of one machine that tell whether it is held. */
export interface HeldMachine {
  /** When it is in the lab; absent: all the time. */
  present?: readonly Span[];
  activity: readonly ActivityInterval[];
  service: readonly ServiceInterval[];
  sessions: readonly Session[];
}

/** Machines of one kind in one lab over a window. */
export interface SaturationInput {
  machines: readonly HeldMachine[];
  opening: readonly Span[];
  /** The lab's zone. */
  zone: string;
  from: number;
  to: number;
}

/** Opening time by what could be had, in ms. */
export interface SaturationSum {
  openMs: number;
  /** At least one machine was up, and all that were up were held. */
  saturatedMs: number;
  /** No machine is known to be free, but of one nobody knows. */
  undecidedMs: number;
  /** No machine was up. */
  noneUpMs: number;
  /** Opening time in which every machine that was up was observed, by how many were up. */
  observedMs: number[];
  /** In that time: held machines, times how long. */
  heldMs: number;
}

/** The whole window, and each hour of the week (168 entries from Monday 00:00). */
export interface Saturation extends SaturationSum {
  hours: SaturationSum[];
}

/** The share of opening time in which no machine could be had, with bounds; null where it cannot be known. */
export interface SaturationShare {
  value: number | null;
  low: number | null;
  high: number | null;
  reason: 'no-opening-time' | 'not-observed' | null;
}

/** When all machines that are up are held: badged, running, or both. A machine of which nothing is known is neither. */
export function saturation({ machines, opening, zone, from, to }: SaturationInput): Saturation {
  const hours = Array.from({ length: HOURS_OF_WEEK }, empty);
  const open = clipSpans(opening, from, to);
  const lanes: [Span[], Span[], Span[]] = [[], [], []];
  for (const machine of machines) {
    partsOf(machine, open, from, to).forEach((part, lane) => {
      lanes[lane]?.push(...part);
    });
  }
  const sweep = new Sweep(lanes.map(laneOf));
  eachHourPiece(open, zone, (hour, start, end) => {
    sweep.walk(start, end, (ms, [held = 0, free = 0, unknown = 0]) => {
      add(hours[hour] as SaturationSum, ms, held, free, unknown);
    });
  });
  const total = empty();
  for (const hour of hours) addSum(total, hour);
  return { ...total, hours };
}

/** The share that people see. Time in which no machine was up counts, and is not saturated: repair is what it needs. */
export function saturationShare({ openMs, saturatedMs, undecidedMs }: SaturationSum): SaturationShare {
  if (openMs <= 0) return { value: null, low: null, high: null, reason: 'no-opening-time' };
  const decidedMs = openMs - undecidedMs;
  return {
    value: decidedMs > 0 ? saturatedMs / decidedMs : null,
    low: saturatedMs / openMs,
    high: (saturatedMs + undecidedMs) / openMs,
    reason: decidedMs > 0 ? null : 'not-observed',
  };
}

/** The demand behind what was held, over the time that was observed; null when none was, or no machine was up in it. */
export function demandOf({ observedMs, heldMs }: SaturationSum): DemandBand | null {
  const total = observedMs.reduce((sum, ms) => sum + ms, 0);
  if (total <= (observedMs[0] ?? 0)) return null;
  const shares = Array.from(observedMs, (ms = 0) => ms / total);
  return demandBand(heldMs / total, shares);
}

/** The opening time in which the machine was up: held, free, or nobody knows. */
function partsOf(machine: HeldMachine, open: readonly Span[], from: number, to: number): [Span[], Span[], Span[]] {
  const of = (name: 'running' | 'unknown') =>
    clipSpans(
      machine.activity.filter(({ activity }) => activity === name),
      from,
      to,
    );
  const known = subtractSpans(clipSpans(machine.activity, from, to), of('unknown'));
  const down = clipSpans(
    machine.service.filter(({ state }) => state !== 'up'),
    from,
    to,
  );
  const up = subtractSpans(machine.present ? intersectSpans(open, machine.present) : open, down);
  const held = intersectSpans(unionSpans(of('running'), clipSpans(machine.sessions, from, to)), up);
  const rest = subtractSpans(up, held);
  return [held, intersectSpans(rest, known), subtractSpans(rest, known)];
}

function add(sum: SaturationSum, ms: number, held: number, free: number, unknown: number): void {
  sum.openMs += ms;
  if (held + free + unknown === 0) sum.noneUpMs += ms;
  else if (free === 0 && unknown > 0) sum.undecidedMs += ms;
  else if (free === 0) sum.saturatedMs += ms;
  if (unknown > 0) return;
  const up = held + free;
  sum.observedMs[up] = (sum.observedMs[up] ?? 0) + ms;
  sum.heldMs += held * ms;
}

function addSum(total: SaturationSum, part: SaturationSum): void {
  total.openMs += part.openMs;
  total.saturatedMs += part.saturatedMs;
  total.undecidedMs += part.undecidedMs;
  total.noneUpMs += part.noneUpMs;
  total.heldMs += part.heldMs;
  part.observedMs.forEach((ms, up) => {
    total.observedMs[up] = (total.observedMs[up] ?? 0) + ms;
  });
}

function empty(): SaturationSum {
  return { openMs: 0, saturatedMs: 0, undecidedMs: 0, noneUpMs: 0, observedMs: [], heldMs: 0 };
}
