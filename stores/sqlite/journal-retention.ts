import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { JournalDue, JournalOldest, JournalTaken, PrunedStretch } from '../../domain/ports-journal.ts';
import { DAY_MS } from '../../domain/time.ts';

/** What one transaction takes at most: acknowledgements wait behind it. */
const BATCHES_AT_ONCE = 250;
const BYTES_AT_ONCE = 262_144;
const QUARANTINED_AT_ONCE = 200;

type Row = Record<string, unknown>;
type Due<Job extends JournalDue['job']> = JournalDue & { job: Job };

/** The bytes of a batch's events as they were written. */
export function eventBytesOf(row: Row): Uint8Array {
  const bytes = row.event_bytes as Uint8Array;
  return row.packed === 1 ? zstdDecompressSync(bytes) : bytes;
}

/** Takes a little of what is due; inside a transaction of the caller's. Null: nothing more is due. */
export function retainIn(db: DatabaseSync, due: JournalDue): JournalTaken | null {
  switch (due.job) {
    case 'messages':
      return packBatches(db, due);
    case 'journal':
      return dropBatches(db, due);
    case 'quarantine':
      return dropQuarantine(db, due);
  }
}

/** All that is due; changes nothing. */
export function dueIn(db: DatabaseSync, due: JournalDue): JournalTaken {
  if (due.job === 'quarantine') return sumOf(db, QUARANTINE_SUM, [due.receivedBefore, due.perConnector]);
  if (due.job === 'messages') return sumOf(db, MESSAGES_SUM, [due.upTo, due.receivedBefore]);
  const { upTo, receivedBefore, badgesUpTo, badgesBefore } = due;
  return sumOf(db, JOURNAL_SUM, [upTo, receivedBefore, badgesUpTo, badgesBefore]);
}

const MESSAGES_SUM = `SELECT sum(messages) AS n, sum(length(event_bytes) + length(message_bytes)) AS bytes FROM batch
  WHERE id > (SELECT up_to FROM packed) AND id <= ? AND received_to < ?`;
const JOURNAL_SUM = `SELECT sum(events) AS n, sum(length(event_bytes) + coalesce(length(message_bytes), 0)) AS bytes FROM batch
  WHERE (id <= ? AND received_to < ?) OR (id <= ? AND badge_at_min < ?)`;
const QUARANTINE_SUM = `SELECT count(*) AS n, sum(bytes) AS bytes FROM (
  SELECT received_at, length(payload) + length(topic) + length(detail) AS bytes,
    row_number() OVER (PARTITION BY connector ORDER BY id DESC) AS place FROM quarantine) WHERE received_at < ? OR place > ?`;

function sumOf(db: DatabaseSync, sql: string, values: number[]): JournalTaken {
  const row = db.prepare(sql).get(...values);
  return { count: (row?.n as number | null) ?? 0, bytes: (row?.bytes as number | null) ?? 0, packedBytes: 0 };
}

/** Batches of one day that follow each other, with all their bytes. */
function looseBatches(db: DatabaseSync, due: Due<'messages'>): Row[] {
  const sql = 'SELECT * FROM batch WHERE id > (SELECT up_to FROM packed) AND id <= ? ORDER BY id LIMIT ?';
  const rows: Row[] = [];
  let bytes = 0;
  for (const row of db.prepare(sql).iterate(due.upTo, BATCHES_AT_ONCE)) {
    const last = rows.at(-1);
    const isNext = !last || (last.first_seq as number) + (last.events as number) === row.first_seq;
    if ((row.received_to as number) >= due.receivedBefore || !isNext) break;
    if (last && dayOf(row) !== dayOf(last)) break;
    bytes += (row.event_bytes as Uint8Array).length;
    if (last && bytes > BYTES_AT_ONCE) break;
    rows.push(row);
  }
  return rows;
}

function dayOf(row: Row): number {
  return Math.floor((row.received_to as number) / DAY_MS);
}

function packBatches(db: DatabaseSync, due: Due<'messages'>): JournalTaken | null {
  const rows = looseBatches(db, due);
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return null;
  const events = Buffer.concat(rows.map(eventBytesOf));
  const packed = zstdCompressSync(events);
  assert(zstdDecompressSync(packed).equals(events), 'packed events read back as they were');
  const least = (name: string) => Math.min(...rows.map((row) => (row[name] as number | null) ?? Infinity));
  const most = (name: string) => Math.max(...rows.map((row) => row[name] as number));
  const total = (name: string) => rows.reduce((sum, row) => sum + (row[name] as number), 0);
  const badgeAtMin = least('badge_at_min');
  db.prepare('DELETE FROM batch WHERE id >= ? AND id <= ?').run(first.id as number, last.id as number);
  db.prepare(
    `INSERT INTO batch(id, first_seq, events, messages, received_from, received_to, at_min, at_max, crc, event_bytes, packed, badge_at_min)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
  ).run(
    last.id as number,
    first.first_seq as number,
    total('events'),
    total('messages'),
    least('received_from'),
    most('received_to'),
    least('at_min'),
    most('at_max'),
    crc32(events),
    packed,
    Number.isFinite(badgeAtMin) ? badgeAtMin : null,
  );
  db.prepare('UPDATE packed SET up_to = ?').run(last.id as number);
  return {
    count: total('messages'),
    bytes: rows.reduce((sum, row) => sum + bytesOf(row), 0),
    packedBytes: packed.length,
  };
}

function bytesOf({ event_bytes: events, message_bytes: messages }: Row): number {
  return (events as Uint8Array).length + ((messages as Uint8Array | null)?.length ?? 0);
}

function dropBatches(db: DatabaseSync, due: Due<'journal'>): JournalTaken | null {
  const columns = `id, first_seq, events, received_to, length(event_bytes) + coalesce(length(message_bytes), 0) AS bytes`;
  const oldest = `SELECT * FROM (SELECT ${columns} FROM batch WHERE id <= ? ORDER BY id LIMIT ${BATCHES_AT_ONCE}) WHERE received_to < ?`;
  const badges = `SELECT ${columns} FROM batch WHERE badge_at_min < ? AND id <= ? ORDER BY id LIMIT ${BATCHES_AT_ONCE}`;
  let rows = db.prepare(oldest).all(due.upTo, due.receivedBefore);
  if (rows.length === 0) rows = db.prepare(badges).all(due.badgesBefore, due.badgesUpTo);
  if (rows.length === 0) return null;
  const taken: JournalTaken = { count: 0, bytes: 0, packedBytes: 0 };
  const stretches: PrunedStretch[] = [];
  for (const { id, first_seq: firstSeq, events, bytes, received_to: receivedTo } of rows as Record<string, number>[]) {
    if (taken.bytes > BYTES_AT_ONCE) break;
    taken.count += events as number;
    taken.bytes += bytes as number;
    db.prepare('DELETE FROM batch WHERE id = ?').run(id as number);
    stretches.push({
      firstBatch: id as number,
      lastBatch: id as number,
      firstSeq: firstSeq as number,
      nextSeq: (firstSeq as number) + (events as number),
      receivedTo: receivedTo as number,
    });
  }
  notePruned(db, stretches);
  return taken;
}

/** When the oldest of what is kept was received. */
export function oldestIn(db: DatabaseSync): JournalOldest {
  const first = (sql: string) => (db.prepare(sql).get()?.at as number | undefined) ?? null;
  return {
    receivedTo: first('SELECT received_to AS at FROM batch ORDER BY id LIMIT 1'),
    messagesTo: first('SELECT received_to AS at FROM batch WHERE id > (SELECT up_to FROM packed) ORDER BY id LIMIT 1'),
    quarantined: first('SELECT received_at AS at FROM quarantine ORDER BY id LIMIT 1'),
  };
}

/** Reads what was let go. */
export function prunedIn(db: DatabaseSync): PrunedStretch[] {
  const rows = db.prepare('SELECT * FROM pruned ORDER BY first_batch').all() as Record<string, number>[];
  return rows.map((row) => ({
    firstBatch: row.first_batch as number,
    lastBatch: row.last_batch as number,
    firstSeq: row.first_seq as number,
    nextSeq: row.next_seq as number,
    receivedTo: row.received_to as number,
  }));
}

function notePruned(db: DatabaseSync, added: readonly PrunedStretch[]): void {
  const joined: PrunedStretch[] = [];
  for (const next of [...prunedIn(db), ...added].sort(
    (a, b) => a.firstSeq - b.firstSeq || a.firstBatch - b.firstBatch,
  )) {
    const last = joined.at(-1);
    // Ids may be missing between two batches that follow each other: earlier ones were packed into the second.
    if (!last || last.nextSeq !== next.firstSeq) joined.push({ ...next });
    else Object.assign(last, { lastBatch: next.lastBatch, nextSeq: next.nextSeq, receivedTo: next.receivedTo });
  }
  db.exec('DELETE FROM pruned');
  const sql = 'INSERT INTO pruned(first_batch, last_batch, first_seq, next_seq, received_to) VALUES (?, ?, ?, ?, ?)';
  const insert = db.prepare(sql);
  for (const { firstBatch, lastBatch, firstSeq, nextSeq, receivedTo } of joined)
    insert.run(firstBatch, lastBatch, firstSeq, nextSeq, receivedTo);
}

function dropQuarantine(db: DatabaseSync, due: Due<'quarantine'>): JournalTaken | null {
  const old = `SELECT id FROM (SELECT id, received_at FROM quarantine ORDER BY id LIMIT ${QUARANTINED_AT_ONCE}) WHERE received_at < ?`;
  const crowded = `SELECT id FROM quarantine WHERE connector = (SELECT connector FROM quarantine GROUP BY connector HAVING count(*) > ? LIMIT 1)
    ORDER BY id DESC LIMIT ${QUARANTINED_AT_ONCE} OFFSET ?`;
  let ids = db.prepare(old).all(due.receivedBefore);
  if (ids.length === 0) ids = db.prepare(crowded).all(due.perConnector, due.perConnector);
  if (ids.length === 0) return null;
  const drop = db.prepare(
    'DELETE FROM quarantine WHERE id = ? RETURNING length(payload) + length(topic) + length(detail) AS bytes',
  );
  const bytes = ids.reduce((sum, { id }) => sum + (drop.get(id as number)?.bytes as number), 0);
  return { count: ids.length, bytes, packedBytes: 0 };
}
