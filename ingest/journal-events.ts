import type { StoredEvent } from '../domain/event.ts';
import type { EventFilter, JournalReader, QuarantinedMessage } from '../domain/ports.ts';
import type { JournalStore, Route } from '../domain/ports-journal.ts';
import { readEvents } from './record.ts';

/** Bytes of events read at once. */
const PAGE_BYTES = 1_000_000;

/** Reads events back from the journal's store, for auditors and checks. */
export class JournalEvents implements JournalReader {
  readonly #store: JournalStore;
  #routes = new Map<number, Route>();

  constructor(store: JournalStore) {
    this.#store = store;
  }

  async *events(filter: EventFilter): AsyncIterable<StoredEvent[]> {
    const from = filter.from ?? Number.NEGATIVE_INFINITY;
    const to = filter.to ?? Number.POSITIVE_INFINITY;
    let after = 0;
    for (;;) {
      const batches = await this.#store.batchesBetween(
        after,
        Math.max(from, -8.64e15),
        Math.min(to, 8.64e15),
        PAGE_BYTES,
      );
      if (batches.length === 0) return;
      this.#routes = new Map((await this.#store.routes()).map((route) => [route.id, route]));
      for (const batch of batches) {
        const events = readEvents(batch.eventBytes, batch.firstSeq, (id) => this.#route(id)).filter(
          (event) =>
            event.at >= from &&
            event.at < to &&
            (filter.machine === undefined || event.machine === filter.machine) &&
            (filter.connector === undefined || event.connector === filter.connector),
        );
        if (events.length > 0) yield events;
        after = batch.id;
      }
    }
  }

  #route(id: number): Route {
    const route = this.#routes.get(id);
    if (!route) throw new RangeError(`Cannot read an event: its route ${id} is not stored`);
    return route;
  }

  quarantine(filter: { connector?: string; before?: number; limit: number }): Promise<QuarantinedMessage[]> {
    return this.#store.quarantine(filter);
  }
}
