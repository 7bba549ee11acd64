import type { Totals } from './rollup.ts';
import type { UsageSum } from './usage-sum.ts';

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
