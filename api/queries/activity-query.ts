import type { ActivityInterval } from '../../domain/layers.ts';
import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { wholeStay } from '../../domain/stay.ts';
import { countedRange, rangeOf } from './buckets.ts';
import { machinesOf } from './chosen.ts';
import type { Queries } from './queries.ts';

/** Answers `Queries.activity`: cut to the counted part of the range, holes filled with `unknown`. */
export async function queryActivity(
  deps: QueryDeps,
  query: Parameters<Queries['activity']>[0],
): Promise<ActivityInterval[]> {
  const now = deps.clock();
  const [chosen] = machinesOf(deps, { machines: [query.machine] });
  if (!chosen) return [];
  const { from, to } = countedRange(rangeOf(query, chosen.zone), wholeStay(chosen.stays), now);
  if (!(from < to)) return [];
  const activity = await readMachine(deps, query.machine, now, (reading) => reading.activity(from, to));
  return partition(activity, from, to);
}

/** The intervals cut to `[from, to)`, with every hole between them as `unknown`. */
export function partition(activity: readonly ActivityInterval[], from: number, to: number): ActivityInterval[] {
  const whole: ActivityInterval[] = [];
  let position = from;
  for (const interval of activity) {
    const start = Math.max(interval.start, position);
    const end = Math.min(interval.end, to);
    if (end <= start) continue;
    if (start > position) append(whole, unknown(position, start));
    append(whole, cut(interval, start, end));
    position = end;
  }
  if (position < to) append(whole, unknown(position, to));
  return whole;
}

function append(whole: ActivityInterval[], next: ActivityInterval): void {
  const last = whole.at(-1);
  if (last?.activity === 'unknown' && next.activity === 'unknown') last.end = next.end;
  else whole.push(next);
}

function unknown(start: number, end: number): ActivityInterval {
  return { start, end, activity: 'unknown', source: 'none', bridgedMs: 0, censored: false };
}

/** Bridged time is spread evenly over its interval, as in rollups; a run that is cut here did not end here. */
function cut(interval: ActivityInterval, start: number, end: number): ActivityInterval {
  const { bridgedMs } = interval;
  const until = (at: number) => Math.floor((bridgedMs * (at - interval.start)) / (interval.end - interval.start));
  return {
    ...interval,
    start,
    end,
    bridgedMs: bridgedMs === 0 ? 0 : until(end) - until(start),
    censored: interval.censored && end === interval.end,
  };
}
