import type { ExportedMachine, ExportMemory } from '../../domain/ports-series.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { DAY_MS } from '../../domain/time.ts';
import { activityPoint, fullHours, hoursLike, noSessionPoint, noUsagePoint } from './layer-points.ts';
import { layerKeys } from './series-keys.ts';

/** How much is taken back at once. */
const WINDOW_MS = 31 * DAY_MS;

/** Points that take back everything under tags that a machine has no more: it has another lab or kind. */
export function* retiringPoints(
  memory: ExportMemory,
  exported: ExportedMachine,
  now: number,
): Generator<SeriesPoint[]> {
  const keys = layerKeys(exported);
  const { no, gridFrom, usageFrom, usageTo } = exported;
  const had = new Set(exported.had);
  const known = [gridFrom, usageFrom, memory.firstAt(no)].filter((at) => at !== null);
  for (let from = Math.min(now, ...known); from <= now; from += WINDOW_MS) {
    const to = Math.min(from + WINDOW_MS, now + 1);
    const hours = gridFrom === null ? [] : fullHours(Math.max(from, gridFrom), to);
    const instants = new Set([...memory.activityAt(no, from, to), ...hours]);
    const usage = usageFrom === null ? [] : hoursLike(usageFrom, from, Math.min(to, usageTo ?? to));
    yield [
      ...[...instants].map((at) => activityPoint(keys.activity, at, 'unknown', null)),
      ...memory.sessionsAt(no, from, to).map((identity) => noSessionPoint(keys, identity)),
      ...usage.map((hour) => noUsagePoint(keys.usage, hour, had)),
    ];
  }
}
