import type { ActivityInterval } from '../../domain/layers.ts';
import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import type { Span } from '../../domain/spans.ts';
import { wholeStay } from '../../domain/stay.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { partition } from './activity-query.ts';
import { countedRange, type Range, rangeOf } from './buckets.ts';
import { machinesOf } from './chosen.ts';
import type { PowerAnswer, PowerPoint, Queries } from './queries.ts';

/** How far before the range a reading is looked for that may still hold in it, when nothing says how long it holds. */
const LOOK_BACK_MS = 24 * 3600 * SECOND_MS;

/**
 * Answers `Queries.power` for the machine's main series.
 *
 * Least, mean and greatest are of the readings in a bucket, each counted once. A bucket without readings shows the
 * reading before it as long as that holds (`n` is 0), else nothing: holes stay holes.
 */
export async function queryPower(deps: QueryDeps, query: Parameters<Queries['power']>[0]): Promise<PowerAnswer> {
  const now = deps.clock();
  const [chosen] = machinesOf(deps, { machines: [query.machine] });
  const all = await deps.ledger.series(query.machine);
  const series = all.find(({ main }) => main) ?? all[0];
  const range = rangeOf(query, chosen?.zone ?? 'UTC');
  const stepMs = Math.max(1, Math.ceil((range.to - range.from) / query.points / SECOND_MS)) * SECOND_MS;
  if (!chosen || !series) return { channel: series?.channel ?? null, stepMs, points: [] };
  const counted = countedRange(range, wholeStay(chosen.stays), now);
  if (!(counted.from < counted.to)) return { channel: series.channel, stepMs, points: [] };
  const back = series.holdMs ?? LOOK_BACK_MS;
  const read = await deps.ledger.readings(series.id, counted.from - back, counted.to);
  const readings = read.filter(({ w }) => !Number.isNaN(w));
  const activity = await readMachine(deps, query.machine, now, (reading) =>
    reading.activity(counted.from - back, counted.to),
  );
  const silence = series.holdMs === null ? silentSpans(partition(activity, counted.from - back, counted.to)) : [];
  return { channel: series.channel, stepMs, points: pointsOf(readings, series, silence, range.from, counted, stepMs) };
}

function pointsOf(
  readings: readonly SeriesReading[],
  series: Series,
  silence: readonly Span[],
  origin: number,
  counted: Range,
  stepMs: number,
): PowerPoint[] {
  const points: PowerPoint[] = [];
  let index = 0;
  let before: SeriesReading | undefined;
  const first = origin + Math.floor((counted.from - origin) / stepMs) * stepMs;
  for (let t = first; t < counted.to; t += stepMs) {
    const watts: number[] = [];
    for (; index < readings.length && (readings[index] as SeriesReading).at < t + stepMs; index += 1) {
      const reading = readings[index] as SeriesReading;
      if (reading.at >= t) watts.push(reading.w);
      before = reading;
    }
    if (watts.length > 0) points.push({ t, ...summary(watts), n: watts.length });
    else points.push({ t, ...held(before, series, silence, t), n: 0 });
  }
  return points;
}

function summary(watts: readonly number[]): Omit<PowerPoint, 't' | 'n'> {
  let [minW, maxW, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const w of watts) {
    minW = Math.min(minW, w);
    maxW = Math.max(maxW, w);
    sum += w;
  }
  return { minW, meanW: sum / watts.length, maxW };
}

function held(
  before: SeriesReading | undefined,
  series: Series,
  silence: readonly Span[],
  t: number,
): Omit<PowerPoint, 't' | 'n'> {
  const isSilent = silence.some(({ start, end }) => before !== undefined && end > before.at && start <= t);
  const isHeld = before !== undefined && !isSilent && (series.holdMs === null || t < before.at + series.holdMs);
  return isHeld ? { minW: before.w, meanW: before.w, maxW: before.w } : { minW: null, meanW: null, maxW: null };
}

/** When a series that reports only on change was not heard: the time of which the activity is unknown. */
function silentSpans(activity: readonly ActivityInterval[]): Span[] {
  return activity.filter((interval) => interval.activity === 'unknown');
}
