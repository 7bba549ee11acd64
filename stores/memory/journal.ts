import { StorageError } from '../../domain/failure.ts';
import type {
  JournalBatch,
  JournalStore,
  JournalTail,
  JournalWriter,
  QuarantineRow,
  Route,
  SeenRow,
  StoredBatch,
} from '../../domain/ports-journal.ts';

type Kept = StoredBatch & { messages: number; messageBytes: Uint8Array };

/** A journal in memory, for tests: it keeps what a file would keep, and fails when it is told to. */
export class MemoryJournal implements JournalWriter, JournalStore {
  readonly #recentMessages: number;
  readonly #batches: Kept[] = [];
  readonly #routes = new Map<number, Route>();
  readonly #seen = new Map<string, SeenRow>();
  readonly #quarantine: (QuarantineRow & { id: number })[] = [];
  readonly #counts = new Map<string, { connector: string; name: string; n: number }>();
  #isOpen = false;
  /** While set, opening and writing fail with this; nothing of a batch is kept. */
  failure: StorageError | undefined;

  /** `recentMessages` is how many messages `open` gives back to recognise repeats. */
  constructor(recentMessages = 1000) {
    this.#recentMessages = recentMessages;
  }

  async open(): Promise<JournalTail> {
    if (this.failure) throw this.failure;
    this.#isOpen = true;
    const last = this.#batches.at(-1);
    return {
      nextSeq: last ? last.firstSeq + last.events : 1,
      lastBatch: last?.id ?? 0,
      lastReceivedAt: last?.receivedTo ?? 0,
      routes: await this.routes(),
      seen: structuredClone([...this.#seen.values()]),
      recentMessages: this.#recent(),
    };
  }

  #recent(): Uint8Array[] {
    const blocks: Uint8Array[] = [];
    let messages = 0;
    for (const batch of this.#batches.toReversed()) {
      blocks.push(batch.messageBytes.slice());
      messages += batch.messages;
      if (messages >= this.#recentMessages) break;
    }
    return blocks.reverse();
  }

  async append(batch: JournalBatch): Promise<{ id: number; syncMs: number }> {
    if (!this.#isOpen) throw new StorageError('closed', 'Cannot write to the journal: it is not open');
    if (this.failure) throw this.failure;
    const known = batch.routes.find(({ id }) => this.#routes.has(id));
    if (known) throw new StorageError('io', `Cannot store route ${known.id}: it is stored already`);
    for (const route of batch.routes) this.#routes.set(route.id, { ...route });
    for (const row of batch.seen) this.#seen.set(JSON.stringify([row.connector, row.boot]), structuredClone(row));
    for (const row of batch.quarantine) this.#quarantine.push({ id: this.#quarantine.length + 1, ...row });
    for (const row of batch.counts) this.#count(row);
    const { firstSeq, events, messages, atMin, atMax, receivedTo } = batch;
    const id = (this.#batches.at(-1)?.id ?? 0) + 1;
    const eventBytes = batch.eventBytes.slice();
    const messageBytes = batch.messageBytes.slice();
    this.#batches.push({ id, firstSeq, events, messages, atMin, atMax, receivedTo, eventBytes, messageBytes });
    return { id, syncMs: 0 };
  }

  #count(row: { connector: string; name: string; n: number }): void {
    const key = JSON.stringify([row.connector, row.name]);
    this.#counts.set(key, { ...row, n: (this.#counts.get(key)?.n ?? 0) + row.n });
  }

  async batches(after: number, bytesMax: number): Promise<StoredBatch[]> {
    return page(
      this.#batches.filter(({ id }) => id > after),
      bytesMax,
    );
  }

  async batchesBetween(after: number, from: number, to: number, bytesMax: number): Promise<StoredBatch[]> {
    const found = this.#batches.filter(
      ({ id, atMin, atMax, events }) => id > after && atMax >= from && atMin < to && events > 0,
    );
    return page(found, bytesMax);
  }

  async routes(): Promise<Route[]> {
    return [...this.#routes.values()].sort((a, b) => a.id - b.id).map((route) => ({ ...route }));
  }

  async quarantine(filter: {
    connector?: string;
    before?: number;
    limit: number;
  }): Promise<(QuarantineRow & { id: number })[]> {
    const before = filter.before ?? Number.POSITIVE_INFINITY;
    return this.#quarantine
      .filter((row) => row.id < before && (filter.connector === undefined || row.connector === filter.connector))
      .toReversed()
      .slice(0, filter.limit)
      .map((row) => ({ ...row }));
  }

  async counts(): Promise<{ connector: string; name: string; n: number }[]> {
    return [...this.#counts.values()].map((row) => ({ ...row }));
  }

  /** Loses a batch, as a damaged file would. */
  lose(id: number): void {
    this.#batches.splice(
      this.#batches.findIndex((batch) => batch.id === id),
      1,
    );
  }

  /** Closes the writer's side; what was stored stays readable, and `open` goes on with it. */
  async close(): Promise<void> {
    this.#isOpen = false;
  }
}

function page(batches: readonly Kept[], bytesMax: number): StoredBatch[] {
  const found: StoredBatch[] = [];
  let bytes = 0;
  for (const { id, firstSeq, events, atMin, atMax, receivedTo, eventBytes } of batches) {
    found.push({ id, firstSeq, events, atMin, atMax, receivedTo, eventBytes: eventBytes.slice() });
    bytes += eventBytes.length;
    if (bytes >= bytesMax) break;
  }
  return found;
}
