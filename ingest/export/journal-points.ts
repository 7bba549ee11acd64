import type { StoredEvent } from '../../domain/event.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import type { SeriesKeys } from './series-keys.ts';

/** The point of one event; undefined for kinds of events that are not series. */
export function pointOf(event: StoredEvent, keys: SeriesKeys): SeriesPoint | undefined {
  switch (event.kind) {
    case 'power':
      return {
        key: keys.power(event.connector, event.channel, event.machine, event.at),
        at: event.at,
        values: [event.w, event.wh ?? null],
      };
    case 'energy':
      return {
        key: keys.power(event.connector, event.channel, event.machine, event.at),
        at: event.at,
        values: [null, event.wh],
      };
    case 'online':
      return { key: keys.connector(event.connector), at: event.at, values: [event.online ? 1 : 0] };
    default:
      return undefined;
  }
}
