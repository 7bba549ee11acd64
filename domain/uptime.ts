import type { ServiceInterval } from './layers.ts';
import { clipSpans } from './spans.ts';

/** With no fault in a time T, the mean time between faults is at least T/3, with a confidence of 95 %. */
const NO_FAULT_DIVISOR = 3;

/** Service of some machines over some time. Opening figures are null where a lab declares no hours. */
export interface UptimeSum {
  windowMs: number;
  unknownMs: number;
  openMs: number | null;
  faultMs: number;
  maintenanceMs: number;
  faultOpenMs: number | null;
  maintenanceOpenMs: number | null;
  /** Faults that begin in the window. */
  faults: number;
}

/** Why a value of an uptime row is null. */
export type UptimeReason = 'no-time-counted' | 'no-opening-hours' | 'no-opening-time' | 'no-faults';

/** One row of uptime, without its group and its time. Seconds; null with its reason. */
export interface UptimeRow {
  windowS: number;
  openS: number | null;
  /** Opening time less maintenance in it: the time in which the machine was wanted. */
  requiredS: number | null;
  faultS: number;
  faultOpenS: number | null;
  maintenanceS: number;
  faults: number;
  coverage: number | null;
  availability: number | null;
  mtbfS: number | null;
  /** `lower-bound`: no fault was seen, and the real value is probably (95 %) larger. */
  mtbfIs: 'mean' | 'lower-bound' | null;
  mttrS: number | null;
  reasons?: Record<string, UptimeReason>;
}

/** How many faults begin in `[from, to)`. Stretches of fault that touch are one, whoever declared them. */
export function countFaults(service: readonly ServiceInterval[], from: number, to: number): number {
  const faults = clipSpans(
    service.filter(({ state }) => state === 'fault'),
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  return faults.filter(({ start }) => start >= from && start < to).length;
}

/** The sum of nothing. */
export function emptyUptime(): UptimeSum {
  return {
    windowMs: 0,
    unknownMs: 0,
    openMs: 0,
    faultMs: 0,
    maintenanceMs: 0,
    faultOpenMs: 0,
    maintenanceOpenMs: 0,
    faults: 0,
  };
}

/** Adds one sum to another, in place. One lab without opening hours leaves the opening figures of the whole unknown. */
export function addUptime(sum: UptimeSum, totals: UptimeSum): void {
  sum.windowMs += totals.windowMs;
  sum.unknownMs += totals.unknownMs;
  sum.openMs = plus(sum.openMs, totals.openMs);
  sum.faultMs += totals.faultMs;
  sum.maintenanceMs += totals.maintenanceMs;
  sum.faultOpenMs = plus(sum.faultOpenMs, totals.faultOpenMs);
  sum.maintenanceOpenMs = plus(sum.maintenanceOpenMs, totals.maintenanceOpenMs);
  sum.faults += totals.faults;
}

/** The row that people see, from a sum. */
export function uptimeRow(sum: UptimeSum): UptimeRow {
  const { windowMs, unknownMs, openMs, faultOpenMs, maintenanceOpenMs, faultMs, maintenanceMs, faults } = sum;
  const reasons: Record<string, UptimeReason> = {};
  const requiredMs = openMs === null || maintenanceOpenMs === null ? null : openMs - maintenanceOpenMs;
  const reason = reasonOf(windowMs, requiredMs);
  const upMs = requiredMs === null || faultOpenMs === null ? null : requiredMs - faultOpenMs;
  if (requiredMs === null) reasons.openS = reasons.requiredS = reasons.faultOpenS = 'no-opening-hours';
  if (reason) reasons.availability = reasons.mtbfS = reason;
  if (faults === 0) reasons.mttrS = windowMs === 0 ? 'no-time-counted' : 'no-faults';
  if (windowMs === 0) reasons.coverage = 'no-time-counted';
  const isKnown = !reason && upMs !== null && requiredMs !== null;
  const row: UptimeRow = {
    windowS: windowMs / 1000,
    openS: seconds(openMs),
    requiredS: seconds(requiredMs),
    faultS: faultMs / 1000,
    faultOpenS: seconds(faultOpenMs),
    maintenanceS: maintenanceMs / 1000,
    faults,
    coverage: windowMs > 0 ? 1 - unknownMs / windowMs : null,
    availability: isKnown ? Math.min(1, Math.max(0, upMs / requiredMs)) : null,
    mtbfS: isKnown ? (faults === 0 ? requiredMs / NO_FAULT_DIVISOR : Math.max(0, upMs) / faults) / 1000 : null,
    mtbfIs: isKnown ? (faults === 0 ? 'lower-bound' : 'mean') : null,
    mttrS: faults === 0 ? null : faultMs / faults / 1000,
  };
  return Object.keys(reasons).length > 0 ? { ...row, reasons } : row;
}

function reasonOf(windowMs: number, requiredMs: number | null): UptimeReason | null {
  if (windowMs === 0) return 'no-time-counted';
  if (requiredMs === null) return 'no-opening-hours';
  return requiredMs > 0 ? null : 'no-opening-time';
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
