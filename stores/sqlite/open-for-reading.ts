import { DatabaseSync } from 'node:sqlite';

/** Opens a database file for queries alone. */
export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec('PRAGMA query_only=ON');
  return db;
}
