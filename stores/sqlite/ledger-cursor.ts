import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Cursor } from '../../domain/ports-ledger.ts';
import { storageError } from './failure.ts';

/** How far a ledger has read the journal, before anything else is opened; zeros when there is no ledger yet. Throws `StorageError`. */
export function ledgerCursor(file: string): Cursor {
  if (!existsSync(file)) return { batch: 0, seq: 0 };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 5000 });
    const isMade =
      db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'cursor'").get() !== undefined;
    const row = isMade ? db.prepare('SELECT batch, seq FROM cursor').get() : undefined;
    return { batch: (row?.batch as number | undefined) ?? 0, seq: (row?.seq as number | undefined) ?? 0 };
  } catch (error) {
    throw storageError(error, file);
  } finally {
    if (db?.isOpen) db.close();
  }
}
