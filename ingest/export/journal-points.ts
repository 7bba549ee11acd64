import type { StoredEvent } from '../../domain/event.ts';
import { StorageError } from '../../domain/failure.ts';
import type { JournalStore, Route, StoredBatch } from '../../domain/ports-journal.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { readEvents } from '../record.ts';
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

/** Reads the events of batches; learns new routes by itself. */
export class BatchReader {
  readonly #journal: JournalStore;
  #routes = new Map<number, Route>();

  constructor(journal: JournalStore) {
    this.#journal = journal;
  }

  async events(batch: StoredBatch): Promise<StoredEvent[]> {
    let missing = false;
    const routeOf = (id: number): Route => {
      const route = this.#routes.get(id);
      if (route) return route;
      missing = true;
      throw new StorageError('corrupt', `Cannot read an event: its route ${id} is not stored`);
    };
    try {
      return readEvents(batch.eventBytes, batch.firstSeq, routeOf);
    } catch (error) {
      if (!missing) throw error;
      this.#routes = new Map((await this.#journal.routes()).map((route) => [route.id, route]));
      return readEvents(batch.eventBytes, batch.firstSeq, routeOf);
    }
  }
}
