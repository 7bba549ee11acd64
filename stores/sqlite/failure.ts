import { StorageError } from '../../domain/failure.ts';

const DAMAGED = 'the database file is damaged; restore the last backup';

const CODES: Record<number, { code: StorageError['code']; sentence: string }> = {
  5: { code: 'locked', sentence: 'another process holds the database; stop it, or give Fabmeter a folder of its own' },
  6: { code: 'locked', sentence: 'another process holds the database; stop it, or give Fabmeter a folder of its own' },
  8: { code: 'read-only', sentence: 'the data folder is read-only; make it writable for the user that runs Fabmeter' },
  10: { code: 'io', sentence: 'the disk could not be read or written; check the disk and its cable' },
  11: { code: 'corrupt', sentence: DAMAGED },
  13: { code: 'full', sentence: 'the disk is full; free some space, Fabmeter goes on by itself' },
  14: { code: 'io', sentence: 'the database file cannot be opened; check that the data folder exists and is writable' },
  26: { code: 'corrupt', sentence: 'the file is not a database; restore the last backup' },
};

/** Turns an error of SQLite into a `StorageError` with a sentence that says what to do; other errors come back as `io`. */
export function storageError(error: unknown, file: string): StorageError {
  if (error instanceof StorageError) return error;
  const errcode = (error as { errcode?: unknown } | null)?.errcode;
  const primary = typeof errcode === 'number' ? errcode & 0xff : -1;
  const known = CODES[primary] ??
    unreadable(error) ?? {
      code: 'io' as const,
      sentence: `the store answered: ${String((error as Error)?.message ?? error)}`,
    };
  return new StorageError(known.code, `Cannot use ${file}: ${known.sentence}`, error);
}

/** What SQLite gave back whole cannot be read: it was changed on the disk. */
function unreadable(error: unknown): { code: StorageError['code']; sentence: string } | undefined {
  const isUnreadable = error instanceof SyntaxError || error instanceof RangeError;
  return isUnreadable ? { code: 'corrupt', sentence: DAMAGED } : undefined;
}

/** The error of a disk that has no room left. */
export function noRoom(file: string): StorageError {
  return storageError({ errcode: 13 }, file);
}
