import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { StorageError } from '../../domain/failure.ts';
import type { JournalBatch, JournalDue } from '../../domain/ports-journal.ts';
import type { Cursor } from '../../domain/ports-ledger.ts';
import { JournalFile } from './journal-file.ts';

/** What the journal's thread is asked. */
export type JournalRequest = { id: number } & (
  | { do: 'open' }
  | { do: 'append'; batch: JournalBatch }
  | { do: 'retain'; due: JournalDue }
  | { do: 'wipe' }
  | { do: 'oldest' }
  | { do: 'close' }
);

/** What the journal's thread answers; `value` is what the method of `JournalWriter` resolves to. */
export type JournalAnswer =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; code: StorageError['code']; message: string; cause: string };

const port = parentPort as MessagePort;
const journal = new JournalFile(
  workerData.file as string,
  workerData.recentMessages as number,
  workerData.readUpTo as Cursor | undefined,
);

function answer(request: JournalRequest): unknown {
  switch (request.do) {
    case 'open':
      return journal.open();
    case 'append': {
      const began = performance.now();
      const id = journal.append(request.batch);
      return { id, syncMs: performance.now() - began };
    }
    case 'retain':
      return journal.retain(request.due);
    case 'wipe':
      return journal.wipe();
    case 'oldest':
      return journal.oldest();
    case 'close':
      journal.close();
      return undefined;
  }
}

port.on('message', (request: JournalRequest) => {
  try {
    const value = answer(request);
    port.postMessage({ id: request.id, ok: true, value } satisfies JournalAnswer);
    if (request.do === 'close') port.close();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    port.postMessage({
      id: request.id,
      ok: false,
      code: error.code,
      message: error.message,
      cause: String(error.cause),
    } satisfies JournalAnswer);
  }
});
