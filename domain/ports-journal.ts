import type { Channel } from './event.ts';

/** What the journal's numbers stand for: a connector's channel and the machine it fed when the route was made. */
export interface Route {
  id: number;
  connector: string;
  /** Null for what concerns the connector itself (online, boot). */
  channel: Channel | null;
  machine: string | null;
}

/** One message in quarantine on its way to the store; badge-like text is already replaced. */
export interface QuarantineRow {
  connector: string;
  receivedAt: number;
  topic: string;
  payload: string;
  bytes: number;
  code: string;
  detail: string;
}

/** The numbers of one boot of one connector that are stored: flat pairs `[first, last, first, last, …]`, ascending. */
export interface SeenRow {
  connector: string;
  boot: string;
  ranges: number[];
}

/** What one commit writes, all or nothing. The byte blocks are the codec's (`ingest/record.ts`); stores keep them as they are. */
export interface JournalBatch {
  firstSeq: number;
  events: number;
  messages: number;
  receivedFrom: number;
  receivedTo: number;
  atMin: number;
  atMax: number;
  /** The earliest `at` of a badge event; null: there is none. */
  badgeAtMin: number | null;
  eventBytes: Uint8Array;
  messageBytes: Uint8Array;
  routes: Route[];
  seen: SeenRow[];
  quarantine: QuarantineRow[];
  /** Counters to add, by connector and name (`messages`, `ignored:retained`, `quarantined:json`). */
  counts: { connector: string; name: string; n: number }[];
}

/** A stored batch as readers see it. */
export interface StoredBatch {
  id: number;
  firstSeq: number;
  events: number;
  atMin: number;
  atMax: number;
  receivedTo: number;
  eventBytes: Uint8Array;
}

/** What the writer needs to go on where the journal ends. */
export interface JournalTail {
  /** `seq` of the next event. */
  nextSeq: number;
  /** Events (first and last `seq`) that were read from the journal earlier and are not in it any more: its end was lost. */
  lost?: { from: number; to: number };
  /** `id` of the newest batch, 0 when there is none. */
  lastBatch: number;
  /** `receivedAt` of the newest message; 0 when there is none. */
  lastReceivedAt: number;
  routes: Route[];
  seen: SeenRow[];
  /** The message blocks of the newest batches, oldest first, to recognise what is sent again after a crash. */
  recentMessages: Uint8Array[];
}

/** What of the journal may go; instants in UTC ms, and a row goes when it is before them. `upTo`: the newest batch that may. */
export type JournalDue =
  /** Messages as received: consecutive batches become one without them, its events compressed, under the last one's id. */
  | { job: 'messages'; receivedBefore: number; upTo: number }
  /** Whole batches; those with a badge event of before `badgesBefore` up to a batch of their own. */
  | { job: 'journal'; receivedBefore: number; upTo: number; badgesBefore: number; badgesUpTo: number }
  /** Quarantined messages: old ones, and the oldest ones of a connector that has too many. */
  | { job: 'quarantine'; receivedBefore: number; perConnector: number };

/** What went, or would go: messages or events, the bytes that they took, and those of what stands in their place. */
export interface JournalTaken {
  count: number;
  bytes: number;
  packedBytes: number;
}

/** Consecutive batches that were let go. `nextSeq` is the number after their last event, `receivedTo` when its message came. */
export interface PrunedStretch {
  firstBatch: number;
  lastBatch: number;
  firstSeq: number;
  nextSeq: number;
  receivedTo: number;
}

/** The durable log's writer. `append` resolves when the batch is on disk (synced); it throws a `StorageError` when it is not. */
export interface JournalWriter {
  open(): Promise<JournalTail>;
  append(batch: JournalBatch): Promise<{ id: number; syncMs: number }>;
  close(): Promise<void>;
}

/** When the oldest of what the journal keeps was received, UTC ms; null: there is none. */
export interface JournalOldest {
  receivedTo: number | null;
  /** Of the batches that have their messages. */
  messagesTo: number | null;
  quarantined: number | null;
}

/** Keeps the journal within its limits, through whoever writes it. Rejects with a `StorageError`. */
export interface JournalRetention {
  /** Takes a little of what is due, in one short transaction; null when nothing more is due. Nobody waits long behind it. */
  retain(due: JournalDue): Promise<JournalTaken | null>;
  /** Leaves nothing of what went in the files, as far as no reader is in the way. */
  wipe(): Promise<void>;
  oldest(): Promise<JournalOldest>;
}

/** Reads what is committed. */
export interface JournalStore {
  /** Batches with `id` > `after`, ascending, until `bytesMax` is reached (at least one when there is one). */
  batches(after: number, bytesMax: number): Promise<StoredBatch[]>;
  /** Batches after `after` that may hold events with `at` in `[from, to)`, ascending. */
  batchesBetween(after: number, from: number, to: number, bytesMax: number): Promise<StoredBatch[]>;
  routes(): Promise<Route[]>;
  quarantine(filter: {
    connector?: string;
    before?: number;
    limit: number;
  }): Promise<(QuarantineRow & { id: number })[]>;
  counts(): Promise<{ connector: string; name: string; n: number }[]>;
  /** All that `retain` would take; `packedBytes` is 0, because only packing tells it. */
  due(due: JournalDue): Promise<JournalTaken>;
  /** What was let go, in order; consecutive batches are one stretch. */
  pruned(): Promise<PrunedStretch[]>;
  oldest(): Promise<JournalOldest>;
  close(): Promise<void>;
}
