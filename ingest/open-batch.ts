import type { EventBody } from '../domain/event.ts';
import type { JournalBatch, QuarantineRow, Route, SeenRow } from '../domain/ports-journal.ts';
import { ByteBlock } from './byte-block.ts';

/** The smallest block; a block begins as large as the one before it was, so that memory follows the load. */
const BLOCK_BYTES_MIN = 1024;

/** Called once when the batch is on disk (no argument) or could not be stored (the error). */
export type Settled = (error?: Error) => void;

/** The batch that grows while the one before it is being synced. */
export class OpenBatch {
  readonly events: ByteBlock;
  readonly messages: ByteBlock;
  readonly settled: Settled[] = [];
  readonly routes: Route[] = [];
  readonly quarantine: QuarantineRow[] = [];
  readonly touched = new Set<{ takeSeen(): SeenRow[] }>();
  eventCount = 0;
  messageCount = 0;
  #receivedFrom = Number.POSITIVE_INFINITY;
  #receivedTo = 0;
  #atMin = Number.POSITIVE_INFINITY;
  #atMax = 0;
  #badgeAtMin: number | null = null;

  constructor(before?: OpenBatch) {
    this.events = new ByteBlock(Math.max(BLOCK_BYTES_MIN, before?.events.length ?? 0));
    this.messages = new ByteBlock(Math.max(BLOCK_BYTES_MIN, before?.messages.length ?? 0));
  }

  /** Whether there is anything to write. */
  get isEmpty(): boolean {
    return this.eventCount === 0 && this.messageCount === 0;
  }

  /** Bytes that wait in memory. */
  get bytes(): number {
    return this.events.length + this.messages.length;
  }

  noteMessage(receivedAt: number): void {
    this.messageCount += 1;
    this.#noteReceived(receivedAt);
  }

  noteEvent({ kind, at, receivedAt }: Pick<EventBody, 'kind' | 'at' | 'receivedAt'>): void {
    this.eventCount += 1;
    this.#noteReceived(receivedAt);
    if (at < this.#atMin) this.#atMin = at;
    if (at > this.#atMax) this.#atMax = at;
    if (kind === 'badge') this.#badgeAtMin = Math.min(at, this.#badgeAtMin ?? at);
  }

  #noteReceived(receivedAt: number): void {
    if (receivedAt < this.#receivedFrom) this.#receivedFrom = receivedAt;
    if (receivedAt > this.#receivedTo) this.#receivedTo = receivedAt;
  }

  /** Closes the batch for writing; `firstSeq` is the number of its first event. */
  seal(firstSeq: number, counts: JournalBatch['counts']): JournalBatch {
    return {
      firstSeq,
      events: this.eventCount,
      messages: this.messageCount,
      receivedFrom: this.#receivedFrom,
      receivedTo: this.#receivedTo,
      atMin: Number.isFinite(this.#atMin) ? this.#atMin : this.#receivedFrom,
      atMax: this.#atMax || this.#receivedTo,
      badgeAtMin: this.#badgeAtMin,
      eventBytes: this.events.done(),
      messageBytes: this.messages.done(),
      routes: this.routes,
      seen: [...this.touched].flatMap((source) => source.takeSeen()),
      quarantine: this.quarantine,
      counts,
    };
  }
}
