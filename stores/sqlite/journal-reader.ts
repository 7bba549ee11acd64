import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { StorageError } from '../../domain/failure.ts';
import type {
  JournalDue,
  JournalOldest,
  JournalStore,
  JournalTaken,
  PrunedStretch,
  QuarantineRow,
  Route,
  StoredBatch,
} from '../../domain/ports-journal.ts';
import { storageError } from './failure.ts';
import { routeOfRow } from './journal-file.ts';
import { dueIn, eventBytesOf, oldestIn, prunedIn } from './journal-retention.ts';

const BATCH_COLUMNS = 'id, first_seq, events, at_min, at_max, received_to, crc, event_bytes, packed';

/** Reads the journal's file with a connection of its own; it never blocks the writer (WAL). Throws `StorageError`. */
export class SqliteJournalStore implements JournalStore {
  readonly #file: string;
  readonly #db: DatabaseSync;
  /** The projector asks the same hundreds of times a second. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#file = file;
    try {
      this.#db = new DatabaseSync(file, { timeout: 5000 });
      this.#db.exec('PRAGMA query_only=ON');
    } catch (error) {
      throw storageError(error, file);
    }
  }

  async batches(after: number, bytesMax: number): Promise<StoredBatch[]> {
    return this.#collect(`SELECT ${BATCH_COLUMNS} FROM batch WHERE id > ? ORDER BY id`, [after], bytesMax);
  }

  async batchesBetween(after: number, from: number, to: number, bytesMax: number): Promise<StoredBatch[]> {
    const sql = `SELECT ${BATCH_COLUMNS} FROM batch WHERE id > ? AND at_max >= ? AND at_min < ? AND events > 0 ORDER BY id`;
    return this.#collect(sql, [after, from, to], bytesMax);
  }

  #collect(sql: string, values: number[], bytesMax: number): StoredBatch[] {
    const batches: StoredBatch[] = [];
    let bytes = 0;
    try {
      for (const row of this.#statement(sql).iterate(...values)) {
        const batch = this.#batchOf(row);
        batches.push(batch);
        bytes += batch.eventBytes.length;
        if (bytes >= bytesMax) break;
      }
    } catch (error) {
      throw storageError(error, this.#file);
    }
    return batches;
  }

  #batchOf(row: Record<string, unknown>): StoredBatch {
    const eventBytes = wholeBytesOf(row);
    if (!eventBytes || crc32(eventBytes) !== row.crc) {
      throw new StorageError(
        'corrupt',
        `Cannot use ${this.#file}: batch ${row.id} is damaged; restore the last backup`,
      );
    }
    return {
      id: row.id as number,
      firstSeq: row.first_seq as number,
      events: row.events as number,
      atMin: row.at_min as number,
      atMax: row.at_max as number,
      receivedTo: row.received_to as number,
      eventBytes,
    };
  }

  async routes(): Promise<Route[]> {
    return this.#all('SELECT id, connector, channel, machine FROM route ORDER BY id', []).map(routeOfRow);
  }

  async quarantine(filter: {
    connector?: string;
    before?: number;
    limit: number;
  }): Promise<(QuarantineRow & { id: number })[]> {
    const before = filter.before ?? Number.MAX_SAFE_INTEGER;
    const rows = filter.connector
      ? this.#all('SELECT * FROM quarantine WHERE connector = ? AND id < ? ORDER BY id DESC LIMIT ?', [
          filter.connector,
          before,
          filter.limit,
        ])
      : this.#all('SELECT * FROM quarantine WHERE id < ? ORDER BY id DESC LIMIT ?', [before, filter.limit]);
    return rows.map((row) => ({
      id: row.id as number,
      connector: row.connector as string,
      receivedAt: row.received_at as number,
      topic: row.topic as string,
      payload: row.payload as string,
      bytes: row.bytes as number,
      code: row.code as string,
      detail: row.detail as string,
    }));
  }

  async counts(): Promise<{ connector: string; name: string; n: number }[]> {
    return this.#all('SELECT connector, name, n FROM count', []).map((row) => ({
      connector: row.connector as string,
      name: row.name as string,
      n: row.n as number,
    }));
  }

  async due(due: JournalDue): Promise<JournalTaken> {
    return this.#use(() => dueIn(this.#db, due));
  }

  async pruned(): Promise<PrunedStretch[]> {
    return this.#use(() => prunedIn(this.#db));
  }

  async oldest(): Promise<JournalOldest> {
    return this.#use(() => oldestIn(this.#db));
  }

  #use<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }

  #all(sql: string, values: (string | number)[]): Record<string, unknown>[] {
    return this.#use(() => this.#statement(sql).all(...values));
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#db.close();
  }
}

/** Undefined: what is packed cannot be unpacked. */
function wholeBytesOf(row: Record<string, unknown>): Uint8Array | undefined {
  try {
    return eventBytesOf(row);
  } catch {
    return undefined;
  }
}
