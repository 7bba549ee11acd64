import { StorageError } from '../../domain/failure.ts';
import type {
  JournalBatch,
  JournalDue,
  JournalOldest,
  JournalRetention,
  JournalStore,
  JournalTail,
  JournalTaken,
  JournalWriter,
  PrunedStretch,
  QuarantineRow,
  Route,
  SeenRow,
  StoredBatch,
} from '../../domain/ports-journal.ts';

type Kept = StoredBatch & { messages: number; messageBytes: Uint8Array | null; badgeAtMin: number | null };

/** A journal in memory, for tests: it keeps what a file would keep, and fails when it is told to. */
export class MemoryJournal implements JournalWriter, JournalRetention, JournalStore {
  readonly #recentMessages: number;
  #batches: Kept[] = [];
  #pruned: PrunedStretch[] = [];
  #lastBatch = 0;
  #lastQuarantined = 0;
  readonly #routes = new Map<number, Route>();
  readonly #seen = new Map<string, SeenRow>();
  #quarantine: (QuarantineRow & { id: number })[] = [];
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
      nextSeq: Math.max(last ? last.firstSeq + last.events : 1, ...this.#pruned.map(({ nextSeq }) => nextSeq)),
      lastBatch: this.#lastBatch,
      lastReceivedAt: last?.receivedTo ?? this.#pruned.at(-1)?.receivedTo ?? 0,
      routes: await this.routes(),
      seen: structuredClone([...this.#seen.values()]),
      recentMessages: this.#recent(),
    };
  }

  #recent(): Uint8Array[] {
    const blocks: Uint8Array[] = [];
    let messages = 0;
    for (const batch of this.#batches.toReversed()) {
      if (batch.messageBytes === null) break;
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
    for (const row of batch.quarantine) this.#quarantine.push({ id: ++this.#lastQuarantined, ...row });
    for (const row of batch.counts) this.#count(row);
    const id = ++this.#lastBatch;
    const eventBytes = batch.eventBytes.slice();
    const messageBytes = batch.messageBytes.slice();
    const { firstSeq, events, messages, atMin, atMax, receivedTo, badgeAtMin } = batch;
    const kept = { firstSeq, events, messages, atMin, atMax, receivedTo, badgeAtMin };
    this.#batches.push({ id, ...kept, eventBytes, messageBytes });
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

  async due(due: JournalDue): Promise<JournalTaken> {
    const events = this.#batches.filter((batch) => isDue(batch, due));
    const quarantined = due.job === 'quarantine' ? this.#quarantine.filter((row) => this.#isTooMany(row, due)) : [];
    const bytes = events.reduce((sum, one) => sum + one.eventBytes.length + (one.messageBytes?.length ?? 0), 0);
    const texts = quarantined.reduce((sum, one) => sum + one.payload.length + one.topic.length + one.detail.length, 0);
    const of = due.job === 'messages' ? 'messages' : 'events';
    const count = quarantined.length + events.reduce((sum, one) => sum + one[of], 0);
    return { count, bytes: bytes + texts, packedBytes: 0 };
  }

  #isTooMany(row: QuarantineRow & { id: number }, due: JournalDue & { job: 'quarantine' }): boolean {
    const newer = this.#quarantine.filter(({ connector, id }) => connector === row.connector && id > row.id);
    return row.receivedAt < due.receivedBefore || newer.length >= due.perConnector;
  }

  async retain(due: JournalDue): Promise<JournalTaken | null> {
    if (!this.#isOpen) throw new StorageError('closed', 'Cannot tidy the journal: it is not open');
    const taken = await this.due(due);
    if (due.job === 'quarantine') {
      this.#quarantine = this.#quarantine.filter((row) => !this.#isTooMany(row, due));
      return taken.count > 0 ? taken : null;
    }
    const gone = this.#batches.filter((batch) => isDue(batch, due));
    const kept = this.#batches.filter((batch) => !isDue(batch, due));
    if (gone.length === 0) return null;
    if (due.job === 'journal') {
      this.#batches = kept;
      this.#pruned = joined([...this.#pruned, ...gone.map(stretchOf)]);
      return taken;
    }
    const packed = packedOf(gone);
    this.#batches = [...kept, packed].sort((a, b) => a.id - b.id);
    return { ...taken, packedBytes: packed.eventBytes.length };
  }

  async wipe(): Promise<void> {}

  async pruned(): Promise<PrunedStretch[]> {
    return structuredClone(this.#pruned);
  }

  async oldest(): Promise<JournalOldest> {
    return {
      receivedTo: this.#batches[0]?.receivedTo ?? null,
      messagesTo: this.#batches.find(({ messageBytes }) => messageBytes !== null)?.receivedTo ?? null,
      quarantined: this.#quarantine[0]?.receivedAt ?? null,
    };
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

function isDue({ id, receivedTo, badgeAtMin, messageBytes }: Kept, due: JournalDue): boolean {
  if (due.job === 'quarantine') return false;
  const isOld = receivedTo < due.receivedBefore && id <= due.upTo;
  if (due.job === 'messages') return isOld && messageBytes !== null;
  return isOld || (badgeAtMin !== null && badgeAtMin < due.badgesBefore && id <= due.badgesUpTo);
}

function stretchOf({ id, firstSeq, events, receivedTo }: Kept): PrunedStretch {
  return { firstBatch: id, lastBatch: id, firstSeq, nextSeq: firstSeq + events, receivedTo };
}

function joined(stretches: readonly PrunedStretch[]): PrunedStretch[] {
  const result: PrunedStretch[] = [];
  for (const next of stretches.toSorted((a, b) => a.firstSeq - b.firstSeq || a.firstBatch - b.firstBatch)) {
    const last = result.at(-1);
    if (last?.nextSeq === next.firstSeq)
      Object.assign(last, { ...next, firstBatch: last.firstBatch, firstSeq: last.firstSeq });
    else result.push({ ...next });
  }
  return result;
}

/** Batches that follow each other, as one. */
function packedOf(batches: readonly Kept[]): Kept {
  const [first, last] = [batches[0] as Kept, batches.at(-1) as Kept];
  const badges = batches.flatMap(({ badgeAtMin }) => badgeAtMin ?? []);
  return {
    ...last,
    firstSeq: first.firstSeq,
    events: batches.reduce((sum, { events }) => sum + events, 0),
    messages: batches.reduce((sum, { messages }) => sum + messages, 0),
    atMin: Math.min(...batches.map(({ atMin }) => atMin)),
    atMax: Math.max(...batches.map(({ atMax }) => atMax)),
    badgeAtMin: badges.length > 0 ? Math.min(...badges) : null,
    eventBytes: Buffer.concat(batches.map(({ eventBytes }) => eventBytes)),
    messageBytes: null,
  };
}
