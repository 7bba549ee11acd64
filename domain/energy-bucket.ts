import { type EnergyBucket, FOREVER, type Folding, type SeriesState } from './fold-state.ts';
import { HOUR_MS } from './time.ts';

type Window = Folding['window'];

/** The beginning of the bucket that holds `at`: its UTC hour, or a window's part. */
export function bucketStart(at: number, window: Window): number {
  if (window === null) return at - (at % HOUR_MS);
  if (at < window.from) return 0;
  return at < window.to ? window.from : window.to;
}

/** The first instant after the bucket that holds `at`. */
export function bucketEnd(at: number, window: Window): number {
  if (window === null) return at - (at % HOUR_MS) + HOUR_MS;
  if (at < window.from) return window.from;
  return at < window.to ? window.to : FOREVER;
}

/** The bucket of `series` that holds `at`; made when it is the first to be asked for. */
export function bucketAt(series: SeriesState, at: number, window: Window): EnergyBucket {
  const { buckets } = series;
  const start = bucketStart(at, window);
  let index = buckets.length;
  for (; index > 0; index--) {
    const bucket = buckets[index - 1];
    if (!bucket || bucket.start < start) break;
    if (bucket.start === start) return bucket;
  }
  const made = { start, wh: 0, recoveredWh: 0, waitingWh: 0 };
  buckets.splice(index, 0, made);
  return made;
}

/** Spreads `wh` over `[from, to)` in proportion to the readings' integral, evenly where there is none. */
export function spread(series: SeriesState, wh: number, from: number, to: number, window: Window): void {
  let waitingWh = 0;
  for (const bucket of series.buckets) waitingWh += bucket.waitingWh;
  if (waitingWh > 0) {
    for (const bucket of series.buckets) {
      bucket.wh += wh * (bucket.waitingWh / waitingWh);
      bucket.waitingWh = 0;
    }
    return;
  }
  for (let at = from; at < to; ) {
    const end = Math.min(bucketEnd(at, window), to);
    bucketAt(series, at, window).wh += wh * ((end - at) / (to - from));
    at = end;
  }
}

/** What waits for a counter reading stands as the readings' integral has it. */
export function letStand(series: SeriesState): void {
  for (const bucket of series.buckets) {
    bucket.wh += bucket.waitingWh;
    bucket.waitingWh = 0;
  }
}
