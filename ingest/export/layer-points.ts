import type { Activity, ActivityInterval, Session } from '../../domain/layers.ts';
import type { Signature } from '../../domain/machine-input.ts';
import type { SessionIdentity } from '../../domain/ports-series.ts';
import { ACTIVITY_CODES, MEASUREMENTS, type SeriesKey, type SeriesPoint } from '../../domain/series-points.ts';
import { HOUR_MS, SECOND_MS } from '../../domain/time.ts';
import type { UsageHour } from './public-time.ts';
import type { LayerKeys } from './series-keys.ts';

/** The power thresholds of a state; without them it was not found by power. */
export type Thresholds = Pick<Signature, 'standbyW' | 'runningW' | 'stopW'> | null;

/** A point that says which state held at `at`, and by which power thresholds. */
export function activityPoint(key: SeriesKey, at: number, activity: Activity, thresholds: Thresholds): SeriesPoint {
  const { standbyW, runningW, stopW } = thresholds ?? { standbyW: null, runningW: null, stopW: null };
  return { key, at, values: [activity, ACTIVITY_CODES[activity], standbyW, runningW, stopW] };
}

/** The state at an instant; `unknown` where no interval says anything. Intervals in order, without overlap. */
export function stateAt(intervals: readonly ActivityInterval[], at: number): Activity {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle] as ActivityInterval).start <= at) low = middle + 1;
    else high = middle;
  }
  const interval = intervals[low - 1];
  return interval && at < interval.end ? interval.activity : 'unknown';
}

/** The full hours in `[from, to)`. */
export function fullHours(from: number, to: number): number[] {
  const hours: number[] = [];
  for (let hour = Math.ceil(from / HOUR_MS) * HOUR_MS; hour < to; hour += HOUR_MS) hours.push(hour);
  return hours;
}

/** Instants in `[from, to)` that lie whole hours from `like`, and not before it. */
export function hoursLike(like: number, from: number, to: number): number[] {
  const hours: number[] = [];
  const first = like + Math.max(0, Math.ceil((from - like) / HOUR_MS)) * HOUR_MS;
  for (let hour = first; hour < to; hour += HOUR_MS) hours.push(hour);
  return hours;
}

/** One closed session, at its start. */
export function sessionPoint(keys: LayerKeys, session: Session): SeriesPoint {
  const { start, end, audience, endCause, runningMs, energyWh, confidence } = session;
  const seconds = ((end ?? start) - start) / SECOND_MS;
  const doubtful = confidence === 'doubtful' ? 1 : 0;
  return {
    key: keys.session(audience, endCause),
    at: start,
    values: [seconds, runningMs / SECOND_MS, energyWh, 1, doubtful],
  };
}

/** Takes a session back: in its place stands a point that adds nothing to any sum. */
export function noSessionPoint(keys: LayerKeys, { at, audience, endCause }: SessionIdentity): SeriesPoint {
  return { key: keys.session(audience, endCause), at, values: [0, 0, 0, 0, 0] };
}

/** Fields of `usage_hour` that may be unknown, with the name of their figure. */
const OPTIONAL = {
  open_s: 'openMs',
  outside_s: 'outsideMs',
  running_open_s: 'runningOpenMs',
  unknown_open_s: 'unknownOpenMs',
  held_open_s: 'heldOpenMs',
  fault_open_s: 'faultOpenMs',
  maintenance_open_s: 'maintenanceOpenMs',
  unknown_maintenance_open_s: 'unknownMaintenanceOpenMs',
  public_s: 'publicMs',
  held_public_s: 'heldPublicMs',
  energy_wh: 'energyWh',
  recovered_wh: 'recoveredWh',
} as const satisfies Record<string, keyof UsageHour>;

const ALWAYS = {
  off_s: 'offMs',
  standby_s: 'standbyMs',
  running_s: 'runningMs',
  unknown_s: 'unknownMs',
  bridged_s: 'bridgedMs',
  badged_s: 'badgedMs',
  attributed_s: 'attributedMs',
  fault_s: 'faultMs',
  maintenance_s: 'maintenanceMs',
  sessions: 'sessions',
  doubtful: 'doubtful',
} as const satisfies Record<string, keyof UsageHour>;

const FIGURES: Record<string, keyof UsageHour> = { ...ALWAYS, ...OPTIONAL };

/** The optional fields that an hour has. */
export function usageFieldsOf(rollup: UsageHour): string[] {
  return Object.entries(OPTIONAL).flatMap(([name, figure]) => (rollup[figure] === null ? [] : [name]));
}

/**
 * One hour of usage. What is not known is left out; but where an earlier version of any hour had a value (`had`), that
 * one would stay, so 0 is written over it.
 */
export function usagePoint(key: SeriesKey, rollup: UsageHour, had: ReadonlySet<string>): SeriesPoint {
  const values = MEASUREMENTS.usage_hour.fields.map(({ name }) => {
    const value = rollup[FIGURES[name] as keyof UsageHour] as number | null;
    if (value === null) return had.has(name) ? 0 : null;
    return name.endsWith('_s') ? value / SECOND_MS : value;
  });
  return { key, at: rollup.hour, values };
}

/** An hour of which nothing is counted any more. */
export function noUsagePoint(key: SeriesKey, hour: number, had: ReadonlySet<string>): SeriesPoint {
  const values = MEASUREMENTS.usage_hour.fields.map(({ name }) => (name in OPTIONAL && !had.has(name) ? null : 0));
  return { key, at: hour, values };
}
