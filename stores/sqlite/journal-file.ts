import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { StorageError } from '../../domain/failure.ts';
import type {
  JournalBatch,
  JournalDue,
  JournalOldest,
  JournalTail,
  JournalTaken,
  Route,
  SeenRow,
} from '../../domain/ports-journal.ts';
import type { Cursor } from '../../domain/ports-ledger.ts';
import { noRoom, storageError } from './failure.ts';
import { oldestIn, prunedIn, retainIn } from './journal-retention.ts';
import { JOURNAL_STEPS } from './journal-schema.ts';
import { migrate } from './migrations.ts';

/** After a failure so much must fit on the disk before the journal is used again. */
const ROOM_BYTES = 1_048_576;
const CHANNEL_NUMBER = /^\d+$/;
const BUSY_MS = 2000;
/** Emptying the log waits no longer for a reader: the next time will do. */
const WIPE_BUSY_MS = 50;

/** Reads a route's row; channels are kept as text. */
export function routeOfRow(row: Record<string, unknown>): Route {
  const channel = row.channel as string | null;
  return {
    id: row.id as number,
    connector: row.connector as string,
    channel: channel !== null && CHANNEL_NUMBER.test(channel) ? Number(channel) : (channel as Route['channel']),
    machine: row.machine as string | null,
  };
}

/**
 * The journal's file, opened for writing. Synchronous: it lives in a thread of its own (`journal-thread.ts`).
 *
 * WAL with `synchronous=FULL`: a commit that returned is on the disk. Every method throws `StorageError`.
 */
export class JournalFile {
  readonly #file: string;
  readonly #recentMessages: number;
  #readUpTo: Cursor | undefined;
  #db: DatabaseSync | undefined;
  #statements: Statements | undefined;
  #lastBatch = 0;
  #hasFailed = false;

  /**
   * Numbers up to `readUpTo` were given before and are not given again, even if the file's end was lost. Absent: it is
   * not known how far the ledger has read, and nothing is concluded from it.
   */
  constructor(file: string, recentMessages: number, readUpTo?: Cursor) {
    this.#file = file;
    this.#recentMessages = recentMessages;
    this.#readUpTo = readUpTo;
  }

  /** Opens (or makes) the file and tells where it ends. May be called again after a failure. */
  open(): JournalTail {
    this.close();
    try {
      const db = new DatabaseSync(this.#file, { timeout: BUSY_MS });
      this.#db = db;
      db.exec(
        `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=67108864;
         PRAGMA secure_delete=ON`,
      );
      migrate(db, JOURNAL_STEPS, this.#file);
      if (this.#hasFailed) this.#proveWritable(db);
      this.#statements = prepare(db);
      return this.#tail(db);
    } catch (error) {
      this.close();
      throw storageError(error, this.#file);
    }
  }

  /** Opening alone needs neither the lock nor room: without this, storage would seem to work again while the disk is still full. */
  #proveWritable(db: DatabaseSync): void {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    const trial = `${this.#file}-trial`;
    const handle = openSync(trial, 'w');
    try {
      if (writeSync(handle, new Uint8Array(ROOM_BYTES)) < ROOM_BYTES) throw noRoom(this.#file);
      fsyncSync(handle);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? noRoom(this.#file) : error;
    } finally {
      closeSync(handle);
      rmSync(trial, { force: true });
    }
    this.#hasFailed = false;
  }

  #tail(db: DatabaseSync): JournalTail {
    const last = db.prepare('SELECT id, first_seq, events, received_to FROM batch ORDER BY id DESC LIMIT 1').get();
    const pruned = prunedIn(db);
    const goneTo = Math.max(0, ...pruned.map(({ lastBatch }) => lastBatch));
    const { batch, seq } = this.#readUpTo ?? { batch: goneTo, seq: 0 };
    if (goneTo > batch) throw this.#olderLedger(goneTo, batch);
    const afterLast = last ? (last.first_seq as number) + (last.events as number) : 1;
    const nextSeq = Math.max(afterLast, ...pruned.map((stretch) => stretch.nextSeq));
    this.#lastBatch = Math.max((last?.id as number | undefined) ?? 0, batch);
    return {
      nextSeq: Math.max(nextSeq, seq + 1),
      ...(seq >= nextSeq ? { lost: { from: nextSeq, to: seq } } : {}),
      lastBatch: this.#lastBatch,
      lastReceivedAt: (last?.received_to as number | undefined) ?? pruned.at(-1)?.receivedTo ?? 0,
      routes: db.prepare('SELECT id, connector, channel, machine FROM route ORDER BY id').all().map(routeOfRow),
      seen: db
        .prepare('SELECT connector, boot, ranges FROM seen')
        .all()
        .map(
          (row): SeenRow => ({
            connector: row.connector as string,
            boot: row.boot as string,
            ranges: JSON.parse(row.ranges as string),
          }),
        ),
      recentMessages: this.#recent(db),
    };
  }

  #olderLedger(goneTo: number, readTo: number): StorageError {
    const what = `its batches up to ${goneTo} were let go after a ledger had read them, and the ledger beside it has read up to ${readTo} only`;
    return new StorageError(
      'corrupt',
      `Cannot use ${this.#file}: ${what}; restore both from the same backup (fabmeter restore)`,
    );
  }

  #recent(db: DatabaseSync): Uint8Array[] {
    const blocks: Uint8Array[] = [];
    let messages = 0;
    for (const row of db.prepare('SELECT messages, message_bytes FROM batch ORDER BY id DESC').iterate()) {
      if (row.message_bytes === null) break;
      blocks.push(row.message_bytes as Uint8Array);
      messages += row.messages as number;
      if (messages >= this.#recentMessages) break;
    }
    return blocks.reverse();
  }

  /** Writes one batch, all or nothing; when it returns, the batch is on the disk. Returns the batch's id. */
  append(batch: JournalBatch): number {
    const db = this.#db;
    const statements = this.#statements;
    if (!db || !statements) throw new StorageError('closed', `Cannot write to ${this.#file}: it is not open`);
    const id = this.#lastBatch + 1;
    try {
      db.exec('BEGIN IMMEDIATE');
      for (const route of batch.routes) {
        statements.route.run(
          route.id,
          route.connector,
          route.channel === null ? null : String(route.channel),
          route.machine,
        );
      }
      statements.batch.run(
        id,
        batch.firstSeq,
        batch.events,
        batch.messages,
        batch.receivedFrom,
        batch.receivedTo,
        batch.atMin,
        batch.atMax,
        crc32(batch.eventBytes),
        batch.eventBytes,
        batch.messageBytes,
        batch.badgeAtMin,
      );
      for (const row of batch.seen) statements.seen.run(row.connector, row.boot, JSON.stringify(row.ranges));
      for (const row of batch.quarantine) {
        statements.quarantine.run(
          row.connector,
          row.receivedAt,
          row.topic,
          row.payload,
          row.bytes,
          row.code,
          row.detail,
        );
      }
      for (const row of batch.counts) statements.count.run(row.connector, row.name, row.n);
      db.exec('COMMIT');
    } catch (error) {
      this.#hasFailed = true;
      if (db.isTransaction) db.exec('ROLLBACK');
      throw storageError(error, this.#file);
    }
    this.#lastBatch = id;
    return id;
  }

  /** Takes a little of what is due, all or nothing; null: nothing more is due. */
  retain(due: JournalDue): JournalTaken | null {
    const db = this.#openDb('Cannot tidy');
    try {
      db.exec('BEGIN IMMEDIATE');
      const taken = retainIn(db, due);
      db.exec('COMMIT');
      if (due.job === 'journal') this.#noteRead(Math.max(due.upTo, due.badgesUpTo));
      return taken;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw storageError(error, this.#file);
    }
  }

  /** Whoever lets go of batches knows that the ledger has read them. */
  #noteRead(batch: number): void {
    if (this.#readUpTo && batch > this.#readUpTo.batch) this.#readUpTo = { ...this.#readUpTo, batch };
  }

  /** Leaves nothing of what went in the file's log, unless a reader is in the way. */
  wipe(): void {
    const db = this.#openDb('Cannot tidy');
    try {
      db.exec(`PRAGMA busy_timeout=${WIPE_BUSY_MS}; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout=${BUSY_MS}`);
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }

  /** When the oldest of what is kept was received. */
  oldest(): JournalOldest {
    const db = this.#openDb('Cannot read');
    try {
      return oldestIn(db);
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }

  #openDb(attempt: string): DatabaseSync {
    if (!this.#db?.isOpen) throw new StorageError('closed', `${attempt} ${this.#file}: it is not open`);
    return this.#db;
  }

  /** Checks the file's own structure; what is wrong, in sentences. */
  check(): string[] {
    try {
      this.open();
      const rows = this.#db?.prepare('PRAGMA quick_check').all() ?? [];
      this.close();
      return rows.flatMap((row) => (row.quick_check === 'ok' ? [] : [`journal: ${row.quick_check}`]));
    } catch (error) {
      return [storageError(error, this.#file).message];
    }
  }

  /** Closes the file; harmless when it is closed already. */
  close(): void {
    this.#statements = undefined;
    const db = this.#db;
    this.#db = undefined;
    if (!db?.isOpen) return;
    try {
      db.close();
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }
}

interface Statements {
  route: StatementSync;
  batch: StatementSync;
  seen: StatementSync;
  quarantine: StatementSync;
  count: StatementSync;
}

function prepare(db: DatabaseSync): Statements {
  return {
    route: db.prepare('INSERT INTO route(id, connector, channel, machine) VALUES (?, ?, ?, ?)'),
    batch: db.prepare(
      `INSERT INTO batch(id, first_seq, events, messages, received_from, received_to, at_min, at_max, crc, event_bytes, message_bytes, badge_at_min)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    seen: db.prepare('INSERT OR REPLACE INTO seen(connector, boot, ranges) VALUES (?, ?, ?)'),
    quarantine: db.prepare(
      'INSERT INTO quarantine(connector, received_at, topic, payload, bytes, code, detail) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    count: db.prepare(
      'INSERT INTO count(connector, name, n) VALUES (?, ?, ?) ON CONFLICT(connector, name) DO UPDATE SET n = n + excluded.n',
    ),
  };
}
