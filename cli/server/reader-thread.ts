import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createQueries } from '../../api/queries/create-queries.ts';
import type { Queries } from '../../api/queries/queries.ts';
import type { StoredEvent } from '../../domain/event.ts';
import { StorageError } from '../../domain/failure.ts';
import type { EventFilter } from '../../domain/ports.ts';
import type { Registry } from '../../domain/registry.ts';
import { wallClock } from '../../domain/time.ts';
import { FoldRules } from '../../ingest/fold-rules.ts';
import { JournalEvents } from '../../ingest/journal-events.ts';
import { machineSettings } from '../../ingest/rules.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteLedgerReader } from '../../stores/sqlite/ledger-reader.ts';
import { stepBack } from './thread-priority.ts';

/** What the reader's thread begins with. */
export interface ReaderSetup {
  journalFile: string;
  ledgerFile: string;
  registry: Registry;
}

/** Queries that answer once; `events` is read page by page with `next` and `end`. */
export type ReaderMethod = Exclude<keyof Queries, 'events'>;

/** What the reader's thread is asked. */
export type ReaderRequest =
  | { do: 'registry'; registry: Registry }
  | { do: 'query'; id: number; method: ReaderMethod; query: unknown }
  | { do: 'events'; id: number; filter: EventFilter }
  | { do: 'next'; id: number }
  | { do: 'end'; id: number };

/** What the reader's thread answers; `page` is null after the last one. */
export type ReaderAnswer =
  | { id: number; value: unknown }
  | { id: number; page: StoredEvent[] | null }
  | { id: number; error: Error; storage: StorageError['code'] | null };

const port = parentPort as MessagePort;
stepBack(10);
const setup = workerData as ReaderSetup;
let { registry } = setup;
let rules = new FoldRules(machineSettings(registry));
const streams = new Map<number, AsyncIterator<StoredEvent[]>>();

const queries = createQueries({
  ledger: new SqliteLedgerReader(setup.ledgerFile),
  journal: new JournalEvents(new SqliteJournalStore(setup.journalFile)),
  registry: () => registry,
  rules: (machine, digest) => rules.of(machine, digest),
  isEarlier: (machine, digest) => rules.isEarlier(machine, digest),
  clock: wallClock,
});

function answer(message: ReaderAnswer): void {
  const isText = 'value' in message && message.value instanceof Uint8Array;
  port.postMessage(message, isText ? [(message.value as Uint8Array<ArrayBuffer>).buffer] : []);
}

async function page(id: number): Promise<void> {
  const next = await streams.get(id)?.next();
  if (next && !next.done) return answer({ id, page: next.value });
  streams.delete(id);
  answer({ id, page: null });
}

async function handle(request: ReaderRequest): Promise<void> {
  switch (request.do) {
    case 'registry':
      registry = request.registry;
      rules = new FoldRules(machineSettings(registry));
      return;
    case 'query': {
      const method = queries[request.method] as (query: unknown) => Promise<unknown>;
      return answer({ id: request.id, value: await method(request.query) });
    }
    case 'events':
      streams.set(request.id, queries.events(request.filter)[Symbol.asyncIterator]());
      return page(request.id);
    case 'next':
      return page(request.id);
    case 'end':
      await streams.get(request.id)?.return?.();
      streams.delete(request.id);
      return;
  }
}

port.on('message', (request: ReaderRequest) => {
  handle(request).catch((error: Error) => {
    if ('id' in request) answer({ id: request.id, error, storage: error instanceof StorageError ? error.code : null });
  });
});
