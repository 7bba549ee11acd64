import { Worker } from 'node:worker_threads';
import { StorageError } from '../../domain/failure.ts';
import type {
  JournalBatch,
  JournalDue,
  JournalOldest,
  JournalRetention,
  JournalTail,
  JournalTaken,
  JournalWriter,
} from '../../domain/ports-journal.ts';
import type { Cursor } from '../../domain/ports-ledger.ts';
import type { JournalAnswer, JournalRequest } from './journal-thread.ts';

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/**
 * The journal in SQLite, written by a thread of its own, so that a slow disk never stops the event loop.
 *
 * A batch's byte blocks are transferred: they may not be used after `append` was called.
 * `recentMessages` is how many messages `open` gives back to recognise repeats; `readUpTo` is how far the ledger has
 * read: should the journal's end be lost, those numbers are not given a second time.
 */
export class SqliteJournalWriter implements JournalWriter, JournalRetention {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #failure: StorageError | undefined;

  constructor(file: string, recentMessages: number, readUpTo?: Cursor) {
    this.#worker = new Worker(new URL('./journal-thread.ts', import.meta.url), {
      workerData: { file, recentMessages, readUpTo },
      name: 'journal',
    });
    this.#worker.on('message', (answer: JournalAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) =>
      this.#die(new StorageError('io', 'The journal thread stopped unexpectedly', error)),
    );
    this.#worker.on('exit', () => this.#die(new StorageError('closed', 'The journal is closed')));
  }

  open(): Promise<JournalTail> {
    return this.#ask({ id: this.#next++, do: 'open' }) as Promise<JournalTail>;
  }

  append(batch: JournalBatch): Promise<{ id: number; syncMs: number }> {
    const blocks = [batch.eventBytes.buffer as ArrayBuffer, batch.messageBytes.buffer as ArrayBuffer];
    return this.#ask({ id: this.#next++, do: 'append', batch }, blocks) as Promise<{ id: number; syncMs: number }>;
  }

  retain(due: JournalDue): Promise<JournalTaken | null> {
    return this.#ask({ id: this.#next++, do: 'retain', due }) as Promise<JournalTaken | null>;
  }

  async wipe(): Promise<void> {
    await this.#ask({ id: this.#next++, do: 'wipe' });
  }

  oldest(): Promise<JournalOldest> {
    return this.#ask({ id: this.#next++, do: 'oldest' }) as Promise<JournalOldest>;
  }

  async close(): Promise<void> {
    if (this.#failure) return;
    await this.#ask({ id: this.#next++, do: 'close' });
    await this.#worker.terminate();
  }

  #ask(request: JournalRequest, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request, transfer);
    });
  }

  #settle(answer: JournalAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new StorageError(answer.code, answer.message, new Error(answer.cause)));
  }

  #die(failure: StorageError): void {
    this.#failure ??= failure;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}
