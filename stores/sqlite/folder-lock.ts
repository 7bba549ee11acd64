import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageError } from '../../domain/failure.ts';
import { storageError } from './failure.ts';

/** A data folder that this process holds for itself. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a data folder (made when it is not there) for this process alone; the system gives it back when the process
 * dies, however it does. Throws a `StorageError` (`locked`) when another process holds it.
 */
export function lockFolder(folder: string): FolderLock {
  const file = path.join(folder, 'fabmeter.lock');
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    if (db?.isOpen) db.close();
    throw lockError(folder, file, error);
  }
  const held = db;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

function lockError(folder: string, file: string, error: unknown): StorageError {
  const known = storageError(error, file);
  if (known.code !== 'locked') return folderError(folder, error) ?? known;
  return new StorageError(
    'locked',
    `Another Fabmeter holds the data folder ${folder}: stop it, or give another --data`,
    error,
  );
}

function folderError(folder: string, error: unknown): StorageError | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return new StorageError('full', `Cannot make the data folder ${folder}: the disk is full`, error);
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new StorageError('read-only', `Cannot make the data folder ${folder}: it may not be written there`, error);
  }
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new StorageError('io', `Cannot use the data folder ${folder}: ${message}`, error);
  return undefined;
}
