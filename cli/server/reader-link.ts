import { Worker } from 'node:worker_threads';
import type { Queries } from '../../api/queries/queries.ts';
import type { StoredEvent } from '../../domain/event.ts';
import { StorageError } from '../../domain/failure.ts';
import type { EventFilter } from '../../domain/ports.ts';
import type { Registry } from '../../domain/registry.ts';
import type { ReaderAnswer, ReaderMethod, ReaderRequest, ReaderSetup } from './reader-thread.ts';

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/** The queries, answered in a thread of their own so that no report delays an acknowledgement. */
export class ReaderLink implements Queries {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #settle: () => Promise<void>;
  #next = 1;

  /** `settle` is awaited before each query, so that it sees what was acknowledged before it. */
  constructor(setup: ReaderSetup, settle: () => Promise<void>, died: (error: Error) => void) {
    this.#settle = settle;
    this.#worker = new Worker(new URL('./reader-thread.ts', import.meta.url), {
      workerData: setup,
      name: 'reader',
    });
    this.#worker.on('message', (answer: ReaderAnswer) => this.#hear(answer));
    this.#worker.on('error', (error: unknown) => died(error as Error));
  }

  setRegistry(registry: Registry): void {
    this.#worker.postMessage({ do: 'registry', registry } satisfies ReaderRequest);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(answer: ReaderAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(rebuilt(answer.error, answer.storage));
    else waiting?.resolve('page' in answer ? answer.page : answer.value);
  }

  #ask(request: ReaderRequest & { id: number }): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  async #query<M extends ReaderMethod>(
    method: M,
    query: Parameters<Queries[M]>[0],
  ): Promise<Awaited<ReturnType<Queries[M]>>> {
    await this.#settle();
    return (await this.#ask({ do: 'query', id: this.#next++, method, query })) as Awaited<ReturnType<Queries[M]>>;
  }

  usage(query: Parameters<Queries['usage']>[0]) {
    return this.#query('usage', query);
  }

  explain(query: Parameters<Queries['explain']>[0]) {
    return this.#query('explain', query);
  }

  uptime(query: Parameters<Queries['uptime']>[0]) {
    return this.#query('uptime', query);
  }

  usageText(query: Parameters<Queries['usageText']>[0]) {
    return this.#query('usageText', query);
  }

  uptimeText(query: Parameters<Queries['uptimeText']>[0]) {
    return this.#query('uptimeText', query);
  }

  charter(query: Parameters<Queries['charter']>[0]) {
    return this.#query('charter', query);
  }

  occupancy(query: Parameters<Queries['occupancy']>[0]) {
    return this.#query('occupancy', query);
  }

  saturation(query: Parameters<Queries['saturation']>[0]) {
    return this.#query('saturation', query);
  }

  sessions(query: Parameters<Queries['sessions']>[0]) {
    return this.#query('sessions', query);
  }

  review(query: Parameters<Queries['review']>[0]) {
    return this.#query('review', query);
  }

  sessionHistory(query: Parameters<Queries['sessionHistory']>[0]) {
    return this.#query('sessionHistory', query);
  }

  checkCorrection(query: Parameters<Queries['checkCorrection']>[0]) {
    return this.#query('checkCorrection', query);
  }

  service(query: Parameters<Queries['service']>[0]) {
    return this.#query('service', query);
  }

  activity(query: Parameters<Queries['activity']>[0]) {
    return this.#query('activity', query);
  }

  power(query: Parameters<Queries['power']>[0]) {
    return this.#query('power', query);
  }

  calibration(query: Parameters<Queries['calibration']>[0]) {
    return this.#query('calibration', query);
  }

  quarantine(filter: Parameters<Queries['quarantine']>[0]) {
    return this.#query('quarantine', filter);
  }

  coverageToday(machines: string[]) {
    return this.#query('coverageToday', machines);
  }

  async *events(filter: EventFilter): AsyncIterable<StoredEvent[]> {
    const id = this.#next++;
    let page = (await this.#ask({ do: 'events', id, filter })) as StoredEvent[] | null;
    try {
      while (page) {
        yield page;
        page = (await this.#ask({ do: 'next', id })) as StoredEvent[] | null;
      }
    } finally {
      if (page) this.#worker.postMessage({ do: 'end', id } satisfies ReaderRequest);
    }
  }
}

/** An error loses its class between threads. */
function rebuilt(error: Error, storage: StorageError['code'] | null): Error {
  return storage === null ? error : new StorageError(storage, error.message, error.cause);
}
