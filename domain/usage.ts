import { MemberSet } from './member-set.ts';
import type { RollupHour, Totals } from './rollup.ts';

/** Totals of some machines over some time, with everything needed to add them to others. */
export interface UsageSum extends Totals {
  windowMs: number;
  /** Member tokens of the sessions that begin in the window. */
  members: MemberSet;
  /** How many machines were added up, and of how many nothing measures energy. */
  machines: number;
  unmetered: number;
}

/** Why a value of a usage row is null, or what it leaves out. */
export type UsageReason =
  | 'no-time-counted'
  | 'no-opening-hours'
  | 'no-opening-time'
  | 'not-observed'
  | 'not-powered'
  | 'not-running'
  | 'not-measured'
  | 'partly-measured';

/** One row of usage, without its group and its time; seconds with three decimals, null with its reason. */
export interface UsageRow {
  windowS: number;
  offS: number;
  standbyS: number;
  runningS: number;
  unknownS: number;
  bridgedS: number;
  badgedS: number;
  attributedS: number;
  outsideS: number | null;
  openS: number | null;
  /** Parts of the opening time: running, unknown, held (running or badged), broken, in maintenance, in maintenance and unknown. */
  runningOpenS: number | null;
  unknownOpenS: number | null;
  heldOpenS: number | null;
  faultOpenS: number | null;
  maintenanceOpenS: number | null;
  unknownMaintenanceOpenS: number | null;
  downS: number;
  maintenanceS: number;
  sessions: number;
  doubtful: number;
  members: number;
  energyWh: number | null;
  recoveredWh: number | null;
  coverage: number | null;
  attributedShare: number | null;
  /** On opening time less maintenance, with its bounds; on all time; on all opening time. */
  utilisation: {
    value: number | null;
    low: number | null;
    high: number | null;
    calendar: number | null;
    opening: number | null;
  };
  occupation: number | null;
  availability: number | null;
  efficiency: number | null;
  reasons?: Record<string, UsageReason>;
}

const OPEN_COUNTS = [
  'openMs',
  'outsideMs',
  'runningOpenMs',
  'unknownOpenMs',
  'heldOpenMs',
  'faultOpenMs',
  'maintenanceOpenMs',
  'unknownMaintenanceOpenMs',
] as const satisfies (keyof Totals)[];

const OPENING_FIELDS = OPEN_COUNTS.map((name) => name.replace(/Ms$/, 'S'));

/** The sum of nothing. */
export function emptySum(): UsageSum {
  return {
    offMs: 0,
    standbyMs: 0,
    runningMs: 0,
    unknownMs: 0,
    bridgedMs: 0,
    badgedMs: 0,
    attributedMs: 0,
    openMs: 0,
    outsideMs: 0,
    runningOpenMs: 0,
    unknownOpenMs: 0,
    heldOpenMs: 0,
    faultMs: 0,
    maintenanceMs: 0,
    faultOpenMs: 0,
    maintenanceOpenMs: 0,
    unknownMaintenanceOpenMs: 0,
    sessions: 0,
    doubtful: 0,
    energyWh: null,
    recoveredWh: null,
    windowMs: 0,
    members: new MemberSet(),
    machines: 0,
    unmetered: 0,
  };
}

/** Adds the totals of one hour or stretch of the same machine to its sum, in place. Written out: a report adds tens of thousands. */
export function addTotals(sum: UsageSum, totals: Totals | RollupHour): void {
  sum.offMs += totals.offMs;
  sum.standbyMs += totals.standbyMs;
  sum.runningMs += totals.runningMs;
  sum.unknownMs += totals.unknownMs;
  sum.bridgedMs += totals.bridgedMs;
  sum.badgedMs += totals.badgedMs;
  sum.attributedMs += totals.attributedMs;
  sum.faultMs += totals.faultMs;
  sum.maintenanceMs += totals.maintenanceMs;
  sum.sessions += totals.sessions;
  sum.doubtful += totals.doubtful;
  sum.openMs = plusUnknown(sum.openMs, totals.openMs);
  sum.outsideMs = plusUnknown(sum.outsideMs, totals.outsideMs);
  sum.runningOpenMs = plusUnknown(sum.runningOpenMs, totals.runningOpenMs);
  sum.unknownOpenMs = plusUnknown(sum.unknownOpenMs, totals.unknownOpenMs);
  sum.heldOpenMs = plusUnknown(sum.heldOpenMs, totals.heldOpenMs);
  sum.faultOpenMs = plusUnknown(sum.faultOpenMs, totals.faultOpenMs);
  sum.maintenanceOpenMs = plusUnknown(sum.maintenanceOpenMs, totals.maintenanceOpenMs);
  sum.unknownMaintenanceOpenMs = plusUnknown(sum.unknownMaintenanceOpenMs, totals.unknownMaintenanceOpenMs);
  sum.energyWh = plusMissing(sum.energyWh, totals.energyWh);
  sum.recoveredWh = plusMissing(sum.recoveredWh, totals.recoveredWh);
  sum.windowMs += totals.offMs + totals.standbyMs + totals.runningMs + totals.unknownMs;
}

/**
 * Adds the sum of another machine or of another stretch of time, in place.
 *
 * Members are a union: who used two machines is counted once. One machine in a lab without opening hours leaves the
 * opening figures of the whole unknown; machines without a meter are left out of the energy and counted in `unmetered`.
 */
export function addSum(whole: UsageSum, part: UsageSum): void {
  const { windowMs } = whole;
  addTotals(whole, part);
  whole.windowMs = windowMs + part.windowMs;
  whole.members.join(part.members);
  whole.machines += part.machines;
  whole.unmetered += part.unmetered;
}

/** Adds up sums of several machines or of several stretches of time, as `addSum` does. */
export function combineRows(sums: readonly UsageSum[]): UsageSum {
  const whole = emptySum();
  for (const sum of sums) addSum(whole, sum);
  return whole;
}

/**
 * The row that people see, from a sum.
 *
 * Ratios lie in [0, 1]. Energy that was caught up over a hole is part of `energyWh`, but not in hourly profiles
 * (`profile: 'hour'`), where nobody knows to which hour it belongs.
 */
export function usageRow(sum: UsageSum, profile: 'hour' | 'total' = 'total'): UsageRow {
  const reasons: Record<string, UsageReason> = {};
  const { openMs, runningOpenMs, heldOpenMs, faultOpenMs, maintenanceOpenMs } = sum;
  const required = openMs === null || maintenanceOpenMs === null ? null : openMs - maintenanceOpenMs;
  const unseen = unseenMs(sum);
  const observed = required === null || unseen === null ? null : required - unseen;
  const ofOpening = (part: number | null, whole: number | null, id: string): number | null => {
    const reason = reasonOfOpening(sum, required, whole);
    if (reason || part === null || whole === null) {
      reasons[id] = reason ?? 'no-opening-hours';
      return null;
    }
    return ratio(part, whole);
  };
  const ofTime = (part: number, whole: number, id: string, reason: UsageReason): number | null => {
    if (whole > 0) return ratio(part, whole);
    reasons[id] = sum.windowMs === 0 ? 'no-time-counted' : reason;
    return null;
  };
  const seenAndUnseen = runningOpenMs === null || unseen === null ? null : runningOpenMs + unseen;
  const up = required === null || faultOpenMs === null ? null : required - faultOpenMs;
  const energy = energyOf(sum, profile, reasons);
  if (openMs === null) for (const name of OPENING_FIELDS) reasons[name] = 'no-opening-hours';
  const row: UsageRow = {
    ...secondsOf(sum),
    sessions: sum.sessions,
    doubtful: sum.doubtful,
    members: sum.members.size,
    ...energy,
    coverage: ofTime(sum.windowMs - sum.unknownMs, sum.windowMs, 'coverage', 'no-time-counted'),
    attributedShare: ofTime(sum.attributedMs, sum.runningMs, 'attributedShare', silentOr(sum, 'not-running')),
    utilisation: {
      value: ofOpening(runningOpenMs, observed, 'utilisation'),
      low: ofOpening(runningOpenMs, required, 'utilisation.low'),
      high: ofOpening(seenAndUnseen, required, 'utilisation.high'),
      calendar: ofTime(sum.runningMs, sum.windowMs - sum.unknownMs, 'utilisation.calendar', 'not-observed'),
      opening: ofAllOpening(sum, reasons),
    },
    occupation: ofOpening(heldOpenMs, observed, 'occupation'),
    availability: ofOpening(up, required, 'availability'),
    efficiency: ofTime(sum.runningMs, sum.runningMs + sum.standbyMs, 'efficiency', silentOr(sum, 'not-powered')),
  };
  return Object.keys(reasons).length > 0 ? { ...row, reasons } : row;
}

/** Required time of which nothing was heard: maintenance is not required, whether something was heard of it or not. */
function unseenMs({ unknownOpenMs, unknownMaintenanceOpenMs }: UsageSum): number | null {
  return unknownOpenMs === null || unknownMaintenanceOpenMs === null ? null : unknownOpenMs - unknownMaintenanceOpenMs;
}

function secondsOf(sum: UsageSum) {
  return {
    windowS: seconds(sum.windowMs),
    offS: seconds(sum.offMs),
    standbyS: seconds(sum.standbyMs),
    runningS: seconds(sum.runningMs),
    unknownS: seconds(sum.unknownMs),
    bridgedS: seconds(sum.bridgedMs),
    badgedS: seconds(sum.badgedMs),
    attributedS: seconds(sum.attributedMs),
    outsideS: secondsOrNull(sum.outsideMs),
    openS: secondsOrNull(sum.openMs),
    runningOpenS: secondsOrNull(sum.runningOpenMs),
    unknownOpenS: secondsOrNull(sum.unknownOpenMs),
    heldOpenS: secondsOrNull(sum.heldOpenMs),
    faultOpenS: secondsOrNull(sum.faultOpenMs),
    maintenanceOpenS: secondsOrNull(sum.maintenanceOpenMs),
    unknownMaintenanceOpenS: secondsOrNull(sum.unknownMaintenanceOpenMs),
    downS: seconds(sum.faultMs),
    maintenanceS: seconds(sum.maintenanceMs),
  };
}

function energyOf(sum: UsageSum, profile: 'hour' | 'total', reasons: Record<string, UsageReason>) {
  const { energyWh, recoveredWh } = sum;
  if (energyWh === null || recoveredWh === null) {
    const reason = sum.unknownMs === sum.windowMs ? 'not-observed' : 'not-measured';
    reasons.energyWh = reasons.recoveredWh = sum.windowMs === 0 ? 'no-time-counted' : reason;
    return { energyWh: null, recoveredWh: null };
  }
  if (sum.unmetered > 0) reasons.energyWh = 'partly-measured';
  return {
    energyWh: rounded(profile === 'hour' ? energyWh : energyWh + recoveredWh),
    recoveredWh: rounded(recoveredWh),
  };
}

function reasonOfOpening(sum: UsageSum, required: number | null, whole: number | null): UsageReason | null {
  if (sum.windowMs === 0) return 'no-time-counted';
  if (required === null) return 'no-opening-hours';
  if (required <= 0) return 'no-opening-time';
  return whole !== null && whole > 0 ? null : 'not-observed';
}

function silentOr(sum: UsageSum, reason: UsageReason): UsageReason {
  return sum.unknownMs === sum.windowMs ? 'not-observed' : reason;
}

/** Running over all opening time, of which at least a part was observed. */
function ofAllOpening(sum: UsageSum, reasons: Record<string, UsageReason>): number | null {
  const { openMs, runningOpenMs, unknownOpenMs } = sum;
  const reason = reasonOfOpening(sum, openMs, openMs === null ? null : openMs - (unknownOpenMs ?? 0));
  if (reason === null && openMs !== null && runningOpenMs !== null) return ratio(runningOpenMs, openMs);
  reasons['utilisation.opening'] = reason ?? 'no-opening-hours';
  return null;
}

/** Unknown plus known is unknown. */
function plusUnknown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** What was not measured is left out. */
function plusMissing(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return a + b;
}

/** Running during maintenance or badges over unknown time can exceed the base, so the ratio is kept within [0, 1]. */
function ratio(part: number, whole: number): number {
  return Math.min(1, Math.max(0, part / whole));
}

function seconds(ms: number): number {
  return ms / 1000;
}

function secondsOrNull(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function rounded(wh: number): number {
  return Math.round(wh * 1000) / 1000;
}
