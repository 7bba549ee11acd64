import { accrue } from './energy.ts';
import { bucketAt, letStand } from './energy-bucket.ts';
import { cloneFold, type FoldEmit, type Folding, type FoldState, type SeriesState } from './fold-state.ts';
import { flush, passTime } from './folding.ts';
import { applyTo } from './machine-fold.ts';
import type { MachineInput, MachineRules } from './machine-input.ts';

const NOWHERE: FoldEmit = { activity() {}, service() {}, session() {}, energy() {} };

/**
 * Energy (Wh) of `[from, to)`, all series together, what was recovered in it included; null when nothing measures it.
 *
 * `state` is from no later than `from`; `inputs` are those after it, in order. To be exact they go on past `to` until
 * each counter was read again: reading stops there by itself. Where they end earlier the readings' integral stands.
 */
export function energyBetween(
  state: FoldState,
  inputs: Iterable<MachineInput>,
  from: number,
  to: number,
  rules: MachineRules,
): number | null {
  const folding: Folding = { state: cloneFold(state), rules, emit: NOWHERE, window: { from, to }, onBadge: null };
  for (const series of folding.state.series) gather(series);
  for (const input of inputs) {
    if (input.at > folding.state.at && folding.state.at >= to && isTold(folding, to)) break;
    if (input.kind === 'reading' || input.kind === 'online' || input.kind === 'energy-reset') applyTo(folding, input);
  }
  flush(folding);
  passTime(folding, Math.max(to, folding.state.at));
  let wh: number | null = null;
  for (const series of folding.state.series) {
    accrue(folding, series, Math.max(to, series.accruedUntil));
    letStand(series);
    for (const bucket of series.buckets) {
      if (bucket.start === from) wh = (wh ?? 0) + bucket.wh + bucket.recoveredWh;
    }
  }
  return wh ?? (folding.state.series.some(measures) ? 0 : null);
}

/** Puts all hours so far into one bucket, for what comes before the window. */
function gather(series: SeriesState): void {
  const before = series.buckets.splice(0);
  const all = bucketAt(series, 0, { from: 1, to: 1 });
  for (const bucket of before) {
    all.wh += bucket.wh;
    all.waitingWh += bucket.waitingWh;
  }
}

/** Whether nothing that comes later can change what lies before `to`. */
function isTold(folding: Folding, to: number): boolean {
  return folding.state.series.every((series) => series.isLoose || series.counterAt >= to);
}

function measures(series: SeriesState): boolean {
  return series.wAt !== null || series.counterWh !== null;
}
