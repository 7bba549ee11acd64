import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createQueries } from '../../api/queries/create-queries.ts';
import type { Queries } from '../../api/queries/queries.ts';
import type { WrittenAnswer } from '../../api/written-answer.ts';
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
import { clearUp } from './clear-up.ts';
import { stepBack } from './thread-priority.ts';
import { Turns } from './turns.ts';

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

/** Queries about more machines are reports: they are answered one after the other, and let all other queries pass. */
const NARROW_MACHINES_MAX = 100;
const BREATH_MS = 20;
const SPACE_MS = 50;
const CLEAR_UP_MS = 2000;

const port = parentPort as MessagePort;
stepBack(10);
const setup = workerData as ReaderSetup;
let { registry } = setup;
let rules = new FoldRules(machineSettings(registry));
const streams = new Map<number, AsyncIterator<StoredEvent[]>>();

const ledger = new SqliteLedgerReader(setup.ledgerFile);
const journal = new JournalEvents(new SqliteJournalStore(setup.journalFile));
const reports = new Turns<unknown>();

/** Queries under the rules of now; those of a report go on with them until it is done. */
function queriesNow(breathe?: () => Promise<void>): Queries {
  const [document, now] = [registry, rules];
  return createQueries({
    ledger,
    journal,
    registry: () => document,
    rules: (machine, digest) => now.of(machine, digest),
    isEarlier: (machine, digest) => now.isEarlier(machine, digest),
    clock: wallClock,
    ...(breathe && { breathe }),
  });
}

let queries = queriesNow();

/** Lets what came meanwhile pass, a few dozen times a second. */
function breather(): () => Promise<void> {
  let breathedAt = performance.now();
  return async () => {
    if (performance.now() - breathedAt < BREATH_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    breathedAt = performance.now();
  };
}

/** How many machines a query names. */
function breadthOf(query: unknown): number {
  const { machines, query: inner } = query as { machines?: unknown[]; query?: { machines?: unknown[] } };
  return (machines ?? inner?.machines ?? []).length;
}

function isReport(query: unknown): boolean {
  return breadthOf(query) > NARROW_MACHINES_MAX;
}

async function resultOf(method: ReaderMethod, query: unknown): Promise<unknown> {
  const ask = (some: Queries) => (some[method] as (query: unknown) => Promise<unknown>)(query);
  if (!isReport(query)) return ask(queries);
  const value = await reports.ask(JSON.stringify([method, query]), () => ask(queriesNow(breather())));
  await spaced();
  return isWritten(value) ? { ...value, bytes: value.bytes.slice() } : value;
}

let lastSpaced = Promise.resolve();

/** Reports leave one after the other: many at once would hold up the thread that hands them on, and acknowledgements with it. */
function spaced(): Promise<void> {
  const turn = lastSpaced;
  lastSpaced = turn.then(() => new Promise((resolve) => setTimeout(resolve, SPACE_MS)));
  return turn;
}

let clearing: NodeJS.Timeout | undefined;

/** Whoever asks for the next report does not wait for it. */
function clearUpLater(): void {
  clearTimeout(clearing);
  clearing = setTimeout(() => reports.isIdle && clearUp(), CLEAR_UP_MS).unref();
}

function answer(message: ReaderAnswer): void {
  const value = 'value' in message ? message.value : null;
  port.postMessage(message, isWritten(value) ? [value.bytes.buffer] : []);
}

function isWritten(value: unknown): value is WrittenAnswer {
  return typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array;
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
      queries = queriesNow();
      return;
    case 'query':
      answer({ id: request.id, value: await resultOf(request.method, request.query) });
      if (isReport(request.query)) clearUpLater();
      return;
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
