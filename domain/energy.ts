import { bucketAt, bucketEnd, bucketStart, letStand, spread } from './energy-bucket.ts';
import type { EnergyBucket, Folding, SeriesState } from './fold-state.ts';
import { bridgeMsOf } from './session.ts';
import { HOUR_MS } from './time.ts';

/**
 * So long energy waits for a counter reading that would tell it exactly: a meter that reports once a day, and two
 * hours. Later the readings' integral stands, and what the counter then adds is recovered.
 */
const COUNTER_WAIT_MS = 26 * HOUR_MS;
/** A counter that falls by no more than this, or this share, was rounded. */
const ROUNDING_WH = 1;
const ROUNDING_SHARE = 0.001;

/** Takes the integral of the power that holds, up to `to`. Exported power (below 0) is no use of energy. */
export function accrue(folding: Folding, series: SeriesState, to: number): void {
  const end = series.w === null ? to : Math.min(to, series.wUntil);
  while (series.w !== null && series.accruedUntil < end) {
    const at = series.accruedUntil;
    const stop = Math.min(bucketEnd(at, folding.window), end);
    const wh = (Math.max(series.w, 0) * (stop - at)) / HOUR_MS;
    const bucket = bucketAt(series, at, folding.window);
    if (series.isLoose) bucket.wh += wh;
    else bucket.waitingWh += wh;
    series.integralWh += wh;
    series.accruedUntil = stop;
  }
  if (series.accruedUntil < to) series.accruedUntil = to;
}

/** Stops waiting for the counter where a hole is too long, or the counter was not heard for too long. */
export function loosen(folding: Folding, series: SeriesState, at: number): void {
  if (series.isLoose) return;
  const isHole = at > series.coveredUntil && at - series.coveredUntil > bridgeMsOf(folding.rules);
  if (!isHole && at - series.counterAt <= COUNTER_WAIT_MS) return;
  letStand(series);
  series.isLoose = true;
}

/** A counter reading at `at`, up to which the integral was taken (`usage-model.md` §2.5). */
export function countTo(folding: Folding, series: SeriesState, at: number, wh: number): void {
  const before = series.counterWh;
  if (before !== null) {
    loosen(folding, series, at);
    const counted = countedWh(folding, series, before, at, wh) - series.debtWh;
    const known = series.isLoose ? series.integralWh : 0;
    const rest = Math.max(counted - known, 0);
    series.debtWh = Math.max(known - counted, 0);
    if (!series.isLoose) spread(series, rest, series.counterAt, at, folding.window);
    else if (rest > 0) bucketAt(series, at, folding.window).recoveredWh += rest;
  }
  if (before === null || series.isReset || wh > before || !isRounding(before, wh)) series.counterWh = wh;
  series.counterAt = at;
  series.isReset = false;
  series.isLoose = false;
  series.integralWh = 0;
}

function countedWh(folding: Folding, series: SeriesState, before: number, at: number, wh: number): number {
  if (series.isReset || (wh < before && !isRounding(before, wh))) return Math.min(wh, series.integralWh);
  const rise = Math.max(wh - before, 0);
  const hours = (at - series.counterAt) / HOUR_MS;
  return rise > folding.rules.ratedW * hours ? series.integralWh : rise;
}

function isRounding(before: number, wh: number): boolean {
  return before - wh <= Math.max(ROUNDING_WH, before * ROUNDING_SHARE);
}

/** Emits the hours that nothing before `to` can change any more, in order, then by series. */
export function settleEnergy(folding: Folding, to: number): void {
  const { state } = folding;
  if (folding.window !== null || to < state.energyHour + HOUR_MS) return;
  let hour = bucketStart(to, null);
  const reached = hour;
  for (const series of state.series) {
    accrue(folding, series, reached);
    loosen(folding, series, to);
    if (!series.isLoose) hour = Math.min(hour, bucketStart(series.counterAt, null));
  }
  if (hour <= state.energyHour) return;
  state.energyHour = hour;
  emitBefore(folding, hour);
}

function emitBefore(folding: Folding, hour: number): void {
  for (const series of folding.state.series) {
    const { buckets } = series;
    let count = 0;
    for (; count < buckets.length; count++) {
      const bucket = buckets[count];
      if (!bucket || bucket.start >= hour) break;
      emit(folding, series, bucket);
    }
    if (count > 0) buckets.splice(0, count);
  }
}

/** Emits everything as if no counter were read any more. */
export function finishEnergy(folding: Folding, to: number): void {
  for (const series of folding.state.series) {
    accrue(folding, series, to);
    letStand(series);
    for (const bucket of series.buckets) emit(folding, series, bucket);
  }
}

function emit(folding: Folding, series: SeriesState, bucket: EnergyBucket): void {
  const { wh, recoveredWh } = bucket;
  folding.emit.energy({ series: series.id, hour: bucket.start, wh, recoveredWh });
}
