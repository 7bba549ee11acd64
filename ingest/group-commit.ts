import type { JournalTail, JournalWriter } from '../domain/ports-journal.ts';
import { OpenBatch, type Settled } from './open-batch.ts';

/** Numbers that shape the commits; all have their defaults in `config.ts`. */
export interface CommitLimits {
  /** The longest that power readings wait for company, in ms. Badges do not wait. */
  powerWaitMsMax: number;
  /** A batch of this many messages goes at once. */
  messagesEnough: number;
  /** How often storage is tried again after a failure, in ms. */
  retryMs: number;
}

/** What happens to the journal, for the shell. */
export interface CommitListener {
  committed(batch: { id: number; events: number; messages: number; syncMs: number }): void;
  /** Storage failed: nothing is accepted until `recovered`. */
  failed(error: Error): void;
  /** Storage works again; `tail` is where the journal really ends. */
  recovered(tail: JournalTail): void;
}

/**
 * Collects messages and commits them together, one commit under way at a time; the next batch grows meanwhile.
 *
 * Callbacks run in the order in which they came, after the sync. After a failure all that waits is refused, and
 * the store is opened again every `retryMs` until it works.
 */
export class GroupCommit {
  readonly #writer: JournalWriter;
  readonly #limits: CommitLimits;
  readonly #listener: CommitListener;
  readonly #takeCounts: () => { connector: string; name: string; n: number }[];
  #open = new OpenBatch();
  #nextSeq = 1;
  #isUnderWay = false;
  #isUrgent = false;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  #syncMs = 1;
  #inFlightBytes = 0;
  #idle: (() => void) | undefined;

  constructor(
    writer: JournalWriter,
    limits: CommitLimits,
    listener: CommitListener,
    takeCounts: () => { connector: string; name: string; n: number }[],
  ) {
    this.#writer = writer;
    this.#limits = limits;
    this.#listener = listener;
    this.#takeCounts = takeCounts;
  }

  /** Why nothing can be stored now; undefined when all is well. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Bytes that are not on disk yet. */
  get pendingBytes(): number {
    return this.#open.bytes + this.#inFlightBytes;
  }

  /** Opens the journal; throws `StorageError` when it cannot be used. */
  async start(): Promise<JournalTail> {
    const tail = await this.#writer.open();
    this.#nextSeq = tail.nextSeq;
    return tail;
  }

  /** The batch to add to; call `schedule` afterwards. */
  get batch(): OpenBatch {
    return this.#open;
  }

  /** Runs `settled` when everything that was added before it is on disk. */
  after(settled: Settled): void {
    if (this.#failure) settled(this.#failure);
    else if (!this.#isUnderWay && this.#open.isEmpty) settled();
    else this.#open.settled.push(settled);
  }

  /** Sees to it that the open batch is written: now when `isUrgent`, else after a short wait for company. */
  schedule(isUrgent: boolean): void {
    if (isUrgent) this.#isUrgent = true;
    if (this.#isUnderWay || this.#immediate) return;
    if (this.#isUrgent || this.#open.messageCount >= this.#limits.messagesEnough) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#immediate = setImmediate(() => this.#flush());
    } else {
      this.#timer ??= setTimeout(() => this.#flush(), this.#companyMs());
    }
  }

  /** Twice what a sync takes: on a fast disk hardly any wait, on an SD card few syncs. */
  #companyMs(): number {
    return Math.min(this.#limits.powerWaitMsMax, Math.max(2, Math.round(2 * this.#syncMs)));
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#immediate = undefined;
    if (this.#isUnderWay || this.#failure) return;
    const batch = this.#open;
    this.#open = new OpenBatch(batch);
    this.#isUrgent = false;
    if (batch.isEmpty) {
      settle(batch, undefined);
      this.#idle?.();
      return;
    }
    this.#isUnderWay = true;
    this.#inFlightBytes = batch.bytes;
    const { eventCount: events, messageCount: messages } = batch;
    const sealed = batch.seal(this.#nextSeq, this.#takeCounts());
    this.#writer.append(sealed).then(
      ({ id, syncMs }) => {
        this.#nextSeq += events;
        this.#syncMs = this.#syncMs * 0.9 + syncMs * 0.1;
        this.#isUnderWay = false;
        this.#inFlightBytes = 0;
        settle(batch, undefined);
        this.#listener.committed({ id, events, messages, syncMs });
        this.#goOn();
      },
      (error: Error) => this.#fail(batch, error),
    );
  }

  #goOn(): void {
    if (this.#open.isEmpty && this.#open.settled.length === 0) this.#idle?.();
    else this.schedule(this.#open.isEmpty);
  }

  #fail(batch: OpenBatch, error: Error): void {
    this.#isUnderWay = false;
    this.#inFlightBytes = 0;
    this.#failure = error;
    this.#listener.failed(error);
    settle(batch, error);
    const waiting = this.#open;
    this.#open = new OpenBatch();
    settle(waiting, error);
    this.#idle?.();
    this.#retry = setTimeout(() => this.#tryAgain(), this.#limits.retryMs);
  }

  #tryAgain(): void {
    this.#writer.open().then(
      (tail) => {
        this.#nextSeq = tail.nextSeq;
        this.#open = new OpenBatch();
        this.#failure = undefined;
        this.#listener.recovered(tail);
      },
      (error: Error) => {
        this.#failure = error;
        this.#retry = setTimeout(() => this.#tryAgain(), this.#limits.retryMs);
      },
    );
  }

  /** Commits what waits and closes the journal. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    if (!this.#failure && (this.#isUnderWay || !this.#open.isEmpty || this.#open.settled.length > 0)) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        this.schedule(true);
      });
    }
    await this.#writer.close();
  }
}

function settle(batch: OpenBatch, error: Error | undefined): void {
  for (const settled of batch.settled) settled(error);
}
