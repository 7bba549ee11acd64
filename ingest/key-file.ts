import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { StorageError } from '../domain/failure.ts';

/** Bytes of a key file. */
export const KEY_BYTES = 32;

/**
 * Reads a key file, or makes one of random bytes when there is none; only its owner may read it.
 *
 * It appears whole or not at all: written beside its place, synced, then renamed. A key that was destroyed (an empty
 * file) gives undefined; any other length is a `StorageError`.
 */
export function openKeyFile(file: string): Buffer | undefined {
  try {
    const found = readKeyFile(file);
    if (found === undefined) return createKeyFile(file);
    return found.length === 0 ? undefined : found;
  } catch (error) {
    throw keyError(file, error);
  }
}

/** Destroys a key for good: the empty file that stays keeps a new one from taking its place. */
export function destroyKeyFile(file: string): void {
  try {
    replaceFile(file, Buffer.alloc(0));
  } catch (error) {
    throw keyError(file, error);
  }
}

function readKeyFile(file: string): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (bytes.length !== KEY_BYTES && bytes.length !== 0) {
    const sentence = `Cannot use ${file}: a key has ${KEY_BYTES} bytes, this file has ${bytes.length}; restore it from your backup`;
    throw new StorageError('corrupt', sentence);
  }
  chmodSync(file, 0o600);
  return bytes;
}

function createKeyFile(file: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  replaceFile(file, key);
  return key;
}

function replaceFile(file: string, bytes: Buffer): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
  syncFolder(folder);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const CODES: Record<string, StorageError['code']> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
};

function keyError(file: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const kind = CODES[code] ?? 'io';
  const reason = kind === 'full' ? 'the disk is full; free some space and start again' : message;
  return new StorageError(kind, `Cannot read or write the key file ${file}: ${reason}`, error);
}
