import { accrue, countTo, loosen } from './energy.ts';
import { FOREVER, type Folding, type FoldState, type SeriesState } from './fold-state.ts';
import type { MachineInput } from './machine-input.ts';

/** No machine draws, and no counter shows, more than this: what is beyond is no reading, and would spoil the sums. */
const W_MAX = 1e9;
const WH_MAX = 1e15;

/** A reading of a series, as an input. */
export type ReadingInput = MachineInput & { kind: 'reading' };

/** Keeps a reading of the newest millisecond: of several the largest power, counter and hold count. */
export function holdBack(state: FoldState, input: ReadingInput): void {
  const series = seriesOf(state, input.series);
  const holdMs = input.holdMs ?? FOREVER;
  series.nextW = largest(series.nextW, input.w, W_MAX);
  series.nextWh = largest(series.nextWh, input.wh, WH_MAX);
  series.nextHoldMs = series.isHeldBack ? Math.max(series.nextHoldMs, holdMs) : holdMs;
  series.nextMain = input.main || (series.isHeldBack && series.nextMain);
  series.isHeldBack = true;
}

/** Applies what was held back of a series; `at` is its millisecond. */
export function takeReading(folding: Folding, series: SeriesState, at: number): void {
  const { nextW, nextWh, nextHoldMs } = series;
  accrue(folding, series, at);
  loosen(folding, series, at);
  if (nextWh !== null) countTo(folding, series, at, nextWh);
  const until = nextHoldMs === FOREVER ? FOREVER : at + nextHoldMs;
  if (nextW !== null) {
    series.w = nextW;
    series.wAt = at;
    series.wUntil = until;
  }
  if (nextW !== null || nextWh !== null)
    series.coveredUntil = Math.max(until, nextW === null ? series.coveredUntil : 0);
  series.main = series.nextMain;
  series.isHeldBack = false;
  series.nextMain = false;
  series.nextW = null;
  series.nextWh = null;
  series.nextHoldMs = 0;
}

/** The power of a series is not known any more from `at` on. */
export function losePower(folding: Folding, series: SeriesState, at: number): void {
  accrue(folding, series, at);
  series.w = null;
  series.wUntil = at;
}

/** The connector of a series went offline: what would hold for as long as it is online ends. */
export function goOffline(folding: Folding, series: SeriesState, at: number): void {
  if (series.w !== null && series.wUntil === FOREVER) losePower(folding, series, at);
  if (series.coveredUntil === FOREVER) series.coveredUntil = at;
}

function largest(held: number | null, value: number | null, most: number): number | null {
  if (value === null || !(Math.abs(value) <= most)) return held;
  // JSON has no -0.
  return held === null || value > held ? value + 0 : held;
}

function seriesOf(state: FoldState, id: string): SeriesState {
  const { series } = state;
  for (const one of series) if (one.id === id) return one;
  const made = newSeries(id, state.at);
  let index = series.length;
  while (index > 0 && (series[index - 1]?.id ?? '') > id) index--;
  series.splice(index, 0, made);
  return made;
}

function newSeries(id: string, at: number): SeriesState {
  return {
    id,
    main: false,
    isHeldBack: false,
    nextMain: false,
    nextW: null,
    nextWh: null,
    nextHoldMs: 0,
    w: null,
    wAt: null,
    wUntil: at,
    coveredUntil: at,
    accruedUntil: at,
    counterWh: null,
    counterAt: at,
    isReset: false,
    isLoose: true,
    integralWh: 0,
    debtWh: 0,
    buckets: [],
  };
}
