import type { StoredEvent } from '../domain/event.ts';
import { StorageError } from '../domain/failure.ts';
import type { JournalStore, Route, StoredBatch } from '../domain/ports-journal.ts';
import { readEvents } from './record.ts';

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
