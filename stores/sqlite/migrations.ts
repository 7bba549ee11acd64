import type { DatabaseSync } from 'node:sqlite';
import { StorageError } from '../../domain/failure.ts';

/**
 * Brings a database to the newest form: step n makes form n + 1 of form n, each in a transaction of its own.
 *
 * A file made by a newer Fabmeter is refused with a `StorageError`, and nothing is changed.
 */
export function migrate(db: DatabaseSync, steps: readonly string[], file: string): void {
  const row = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (row.user_version > steps.length) {
    throw new StorageError(
      'corrupt',
      `Cannot use ${file}: it was written by a newer Fabmeter; start that version, or restore an older backup`,
    );
  }
  for (let version = row.user_version; version < steps.length; version++) {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(steps[version] as string);
      db.exec(`PRAGMA user_version = ${version + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }
}
