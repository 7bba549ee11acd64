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

/** Unknown plus known is unknown. */
function plusUnknown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** What was not measured is left out. */
function plusMissing(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return a + b;
}
