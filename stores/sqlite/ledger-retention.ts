import assert from 'node:assert/strict';
import type { SeriesReading } from '../../domain/ports.ts';
import type { Checkpoint, LedgerRetention, RowBytes } from '../../domain/ports-ledger.ts';
import { DAY_MS } from '../../domain/time.ts';
import { NOBODY } from './ledger-connection.ts';
import { SqliteLedgerInputs } from './ledger-inputs.ts';
import { type Row, readingsOfRow } from './ledger-rows.ts';
import { packDay, unpackDay } from './packed-day.ts';

const BUSY_MS = 5000;
/** Emptying the log waits no longer for a reader: the next time will do. */
const WIPE_BUSY_MS = 50;

/** Loose blocks that end before an instant, but for the newest of each series. */
const LOOSE = `FROM reading_block AS block WHERE packed = 0 AND end_at < ?
  AND EXISTS (SELECT 1 FROM reading_block AS newer WHERE newer.series = block.series AND newer.start_at > block.start_at)`;
const BADGES = "FROM input WHERE machine = ? AND at < ? AND json_extract(body, '$.kind') = 'badge'";
const OLD_CHECKPOINTS = `FROM checkpoint WHERE machine = ? AND at < ? AND EXISTS (SELECT 1 FROM checkpoint AS newer
  WHERE newer.machine = checkpoint.machine AND newer.at > checkpoint.at AND newer.at < ? AND newer.at / CAST(? AS INTEGER) = checkpoint.at / CAST(? AS INTEGER))`;

/** What retention does to the ledger: packs readings, forgets badges, drops states that no late event goes back to. */
export class SqliteLedgerRetention extends SqliteLedgerInputs implements LedgerRetention {
  async packReadings(before: number) {
    const loose = this.get(`SELECT series, start_at ${LOOSE} ORDER BY end_at LIMIT 1`, before);
    if (!loose) return null;
    this.begin();
    const series = loose.series as number;
    const day = Math.floor((loose.start_at as number) / DAY_MS) * DAY_MS;
    const sql = `SELECT no, bytes, packed FROM reading_block WHERE series = ? AND start_at >= ? AND start_at < ? AND end_at < ?
      AND start_at < (SELECT max(start_at) FROM reading_block WHERE series = ?) ORDER BY start_at`;
    const rows = this.all(sql, series, day, day + DAY_MS, before, series);
    const readings = rows.flatMap(readingsOfRow);
    const packed = packDay(readings);
    assert(areSame(unpackDay(packed), readings), 'a packed day reads back as it was');
    for (const row of rows) this.run('DELETE FROM reading_block WHERE no = ?', row.no as number);
    this.putBlock(series, readings, packed);
    const looseBytes = rows.reduce((sum, row) => sum + (row.bytes as Uint8Array).length, 0);
    return { blocks: rows.length, readings: readings.length, bytes: packed.length, looseBytes };
  }

  async looseReadings(before: number): Promise<RowBytes> {
    return sumOf(this.all(`SELECT sum(n) AS n, sum(length(bytes)) AS bytes ${LOOSE}`, before));
  }

  async foldedMachines(): Promise<string[]> {
    return this.all('SELECT id FROM machine JOIN fold ON machine = coalesce(layers, no) ORDER BY id').map(
      (row) => row.id as string,
    );
  }

  async frozenUntil(machine: string): Promise<number | null> {
    const row = this.get('SELECT until FROM frozen WHERE machine = ?', this.toldNo(machine) ?? NOBODY);
    return (row?.until as number | undefined) ?? null;
  }

  async putFrozenUntil(machine: string, until: number): Promise<void> {
    const no = this.toldNumber(machine);
    this.begin();
    this.run('INSERT OR REPLACE INTO frozen(machine, until) VALUES (?, ?)', no, until);
  }

  async firstBadgeAt(machine: string, from: number): Promise<number | null> {
    const sql =
      "SELECT min(at) AS at FROM input WHERE machine = ? AND at >= ? AND json_extract(body, '$.kind') = 'badge'";
    return (this.get(sql, this.toldNo(machine) ?? NOBODY, from)?.at as number | null | undefined) ?? null;
  }

  async badges(machine: string, before: number): Promise<RowBytes> {
    const sql = `SELECT count(*) AS n, sum(length(body)) AS bytes ${BADGES}`;
    return sumOf(this.all(sql, this.toldNo(machine) ?? NOBODY, before));
  }

  async forgetBadges(machine: string, before: number): Promise<RowBytes> {
    this.begin();
    const no = this.toldNo(machine) ?? NOBODY;
    const sql = `INSERT OR IGNORE INTO input(machine, at, body) SELECT machine, at, json_object('at', at, 'kind', 'heard') ${BADGES}`;
    this.run(sql, no, before);
    return sumOf(this.all(`DELETE ${BADGES} RETURNING 1 AS n, length(body) AS bytes`, no, before));
  }

  async checkpoints(machine: string, from: number): Promise<Checkpoint[]> {
    const sql = 'SELECT at, state FROM checkpoint WHERE machine = ? AND at >= ? ORDER BY at';
    const rows = this.all(sql, this.machineNo(machine) ?? NOBODY, from);
    return rows.map((row) => ({ at: row.at as number, state: row.state as string }));
  }

  async oldCheckpoints(machine: string, before: number, everyMs: number): Promise<RowBytes> {
    const sql = `SELECT count(*) AS n, sum(length(state)) AS bytes ${OLD_CHECKPOINTS}`;
    return sumOf(this.all(sql, this.machineNo(machine) ?? NOBODY, before, before, everyMs, everyMs));
  }

  async thinCheckpoints(machine: string, before: number, everyMs: number): Promise<RowBytes> {
    this.begin();
    const sql = `DELETE ${OLD_CHECKPOINTS} RETURNING 1 AS n, length(state) AS bytes`;
    return sumOf(this.all(sql, this.machineNo(machine) ?? NOBODY, before, before, everyMs, everyMs));
  }

  async sync(): Promise<void> {
    this.db.exec('PRAGMA synchronous=FULL');
    try {
      this.begin();
      this.run('UPDATE cursor SET batch = batch');
      this.run('COMMIT');
    } finally {
      if (!this.db.isTransaction) this.db.exec('PRAGMA synchronous=NORMAL');
    }
  }

  async wipe(): Promise<void> {
    this.run(`PRAGMA busy_timeout=${WIPE_BUSY_MS}`);
    this.run('PRAGMA wal_checkpoint(TRUNCATE)');
    this.run(`PRAGMA busy_timeout=${BUSY_MS}`);
  }
}

function sumOf(rows: readonly Row[]): RowBytes {
  const total = (name: string) => rows.reduce((sum, row) => sum + ((row[name] as number | null) ?? 0), 0);
  return { count: total('n'), bytes: total('bytes') };
}

function areSame(a: readonly SeriesReading[], b: readonly SeriesReading[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ at, w, wh }, index) => {
      const other = b[index] as SeriesReading;
      return at === other.at && Object.is(w, other.w) && Object.is(wh, other.wh);
    })
  );
}
