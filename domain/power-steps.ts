import type { SeriesReading } from './ports.ts';
import type { Span } from './spans.ts';

/** One main channel's readings, in order of time. `holdMs` null: each holds until the next one. */
export interface MainSeries {
  holdMs: number | null;
  readings: readonly SeriesReading[];
}

/** A stretch of time in which the main channels of a machine drew `w` watts together. */
export interface PowerStep extends Span {
  w: number;
}

/** The known power of a machine over time, in order, up to `until`: where no channel is known there is no step. */
export function powerSteps(series: readonly MainSeries[], until: number): PowerStep[] {
  const layers = series.map((one) => stepsOf(one, until)).filter((steps) => steps.length > 0);
  const [first = [], ...others] = layers;
  return others.reduce(addSteps, first);
}

function stepsOf({ holdMs, readings }: MainSeries, until: number): PowerStep[] {
  const known = readings.filter(({ w, at }) => !Number.isNaN(w) && at < until);
  return known.flatMap(({ at, w }, index) => {
    const end = Math.min(known[index + 1]?.at ?? until, holdMs === null ? until : at + holdMs);
    return end > at ? [{ start: at, end, w }] : [];
  });
}

/** Both channels together: the sum where both are known, the one that is known elsewhere. */
function addSteps(a: readonly PowerStep[], b: readonly PowerStep[]): PowerStep[] {
  const edges = [...new Set([...a, ...b].flatMap(({ start, end }) => [start, end]))].sort((x, y) => x - y);
  const steps: PowerStep[] = [];
  let [i, j] = [0, 0];
  edges.forEach((start, index) => {
    const end = edges[index + 1];
    if (end === undefined) return;
    while ((a[i]?.end ?? Number.POSITIVE_INFINITY) <= start) i += 1;
    while ((b[j]?.end ?? Number.POSITIVE_INFINITY) <= start) j += 1;
    const parts = [a[i], b[j]].filter((step) => step !== undefined && step.start <= start) as PowerStep[];
    if (parts.length > 0) steps.push({ start, end, w: parts.reduce((sum, { w }) => sum + w, 0) });
  });
  return steps;
}
