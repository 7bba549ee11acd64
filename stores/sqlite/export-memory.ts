import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type {
  ExportCounts,
  ExportCursor,
  ExportedMachine,
  ExportMemory,
  ExportNote,
  SeriesTarget,
  SessionIdentity,
} from '../../domain/ports-series.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { EXPORT_STEPS } from './export-schema.ts';
import { storageError } from './failure.ts';
import { migrate } from './migrations.ts';

/** How many refused points are kept to look at. */
export const REFUSED_KEPT_MAX = 1000;

type Value = string | number | null;
type Row = Record<string, unknown>;
type Bound = number | null | undefined;

/**
 * What was exported to one target, in a small file of its own that a back-fill may share with the running exporter.
 * WAL with `synchronous=FULL`: what is remembered is on the disk before the points are sent. Cursors may be lost.
 */
export class SqliteExportMemory implements ExportMemory {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #target: number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, target: SeriesTarget) {
    this.#file = file;
    try {
      this.#db = new DatabaseSync(file, { timeout: 10_000 });
      this.#db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=16777216');
      migrate(this.#db, EXPORT_STEPS, file);
    } catch (error) {
      throw storageError(error, file);
    }
    this.#run('INSERT OR IGNORE INTO target(url, database) VALUES (?, ?)', target.url, target.database);
    const row = this.#all('SELECT no FROM target WHERE url = ? AND database = ?', target.url, target.database)[0];
    this.#target = row?.no as number;
  }

  #use<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #all(sql: string, ...values: Value[]): Row[] {
    return this.#use(() => this.#statement(sql).all(...values));
  }

  #run(sql: string, ...values: Value[]): void {
    this.#use(() => this.#statement(sql).run(...values));
  }

  cursor(): ExportCursor | undefined {
    const row = this.#all('SELECT batch, change, born FROM target WHERE no = ?', this.#target)[0];
    if (!row || row.batch === null) return undefined;
    return { batch: row.batch as number, change: row.change as number, born: row.born as string };
  }

  /** Without a sync of its own: from an older cursor the same points are sent again, and the disk is left to ingest. */
  putCursor({ batch, change, born }: ExportCursor): void {
    const sql = 'UPDATE target SET batch = ?, change = ?, born = ? WHERE no = ?';
    this.#use(() => this.#db.exec('PRAGMA synchronous=NORMAL'));
    try {
      this.#run(sql, batch, change, born, this.#target);
    } finally {
      this.#use(() => this.#db.exec('PRAGMA synchronous=FULL'));
    }
  }

  machines(): ExportedMachine[] {
    return this.#all('SELECT * FROM exported_machine WHERE target = ? ORDER BY no', this.#target).map(machineOf);
  }

  machinesOf(machine: string): ExportedMachine[] {
    const sql = 'SELECT * FROM exported_machine WHERE target = ? AND machine = ?';
    return this.#all(sql, this.#target, machine).map(machineOf);
  }

  machine(machine: string, lab: string, kind: string): ExportedMachine {
    const sql = 'SELECT * FROM exported_machine WHERE target = ? AND machine = ? AND lab = ? AND kind = ?';
    const known = this.#all(sql, this.#target, machine, lab, kind)[0];
    if (known) return machineOf(known);
    const insert = `INSERT OR IGNORE INTO exported_machine(target, machine, lab, kind, filled_to, had) VALUES (?, ?, ?, ?, ?, '[]')`;
    this.#run(insert, this.#target, machine, lab, kind, Number.MIN_SAFE_INTEGER);
    return machineOf(this.#all(sql, this.#target, machine, lab, kind)[0] as Row);
  }

  putFilled(no: number, filledTo: number): void {
    this.#run('UPDATE exported_machine SET filled_to = ? WHERE no = ?', filledTo, no);
  }

  activityAt(no: number, from: number, to: number): number[] {
    const sql = 'SELECT at FROM activity_point WHERE machine = ? AND at >= ? AND at < ? ORDER BY at';
    return this.#all(sql, no, from, to).map((row) => row.at as number);
  }

  sessionsAt(no: number, from: number, to: number): SessionIdentity[] {
    const sql =
      'SELECT at, audience, end_cause FROM session_point WHERE machine = ? AND at >= ? AND at < ? ORDER BY at';
    return this.#all(sql, no, from, to).map((row) => ({
      at: row.at as number,
      audience: row.audience as string,
      endCause: row.end_cause as string,
    }));
  }

  firstAt(no: number): number | null {
    const sql =
      'SELECT min(at) AS at FROM (SELECT min(at) AS at FROM activity_point WHERE machine = ? UNION ALL SELECT min(at) FROM session_point WHERE machine = ?)';
    return (this.#all(sql, no, no)[0]?.at as number | null | undefined) ?? null;
  }

  remember(notes: readonly ExportNote[]): void {
    if (notes.length === 0) return;
    this.#use(() => {
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        for (const note of notes) this.#rememberOne(note);
        this.#db.exec('COMMIT');
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #rememberOne({ no, activityAt = [], sessions = [], had = [], ...ranges }: ExportNote): void {
    for (const at of activityAt) this.#run('INSERT OR IGNORE INTO activity_point(machine, at) VALUES (?, ?)', no, at);
    const sql = 'INSERT OR IGNORE INTO session_point(machine, at, audience, end_cause) VALUES (?, ?, ?, ?)';
    for (const { at, audience, endCause } of sessions) this.#run(sql, no, at, audience, endCause);
    const row = this.#all('SELECT * FROM exported_machine WHERE no = ?', no)[0];
    if (!row) return;
    const old = machineOf(row);
    const wider = [
      least(old.gridFrom, ranges.gridFrom),
      ranges.gridTo ?? old.gridTo,
      least(old.usageFrom, ranges.usageFrom),
      most(old.usageTo, ranges.usageTo),
      JSON.stringify([...new Set([...old.had, ...had])]),
    ];
    const before = [old.gridFrom, old.gridTo, old.usageFrom, old.usageTo, JSON.stringify(old.had)];
    if (wider.every((value, index) => value === before[index])) return;
    const update =
      'UPDATE exported_machine SET grid_from = ?, grid_to = ?, usage_from = ?, usage_to = ?, had = ? WHERE no = ?';
    this.#run(update, ...wider, no);
  }

  putRefused({ key, at, values }: SeriesPoint, reason: string): void {
    const { measurement, tags } = key;
    const point = JSON.stringify({
      measurement: measurement.name,
      tags: Object.fromEntries(measurement.tags.map((tag, index) => [tag, tags[index]])),
      fields: Object.fromEntries(measurement.fields.map((field, index) => [field.name, values[index] ?? null])),
      at,
    });
    this.#run('INSERT INTO refused(target, point, reason) VALUES (?, ?, ?)', this.#target, point, reason);
    this.#run('DELETE FROM refused WHERE no <= (SELECT max(no) FROM refused) - ?', REFUSED_KEPT_MAX);
    this.#run('UPDATE target SET refused = refused + 1 WHERE no = ?', this.#target);
  }

  /** The refused points that are kept, newest first, as JSON. */
  refused(): { point: string; reason: string }[] {
    const sql = 'SELECT point, reason FROM refused WHERE target = ? ORDER BY no DESC';
    return this.#all(sql, this.#target).map((row) => ({ point: row.point as string, reason: row.reason as string }));
  }

  addTooOld(n: number): void {
    this.#run('UPDATE target SET too_old = too_old + ? WHERE no = ?', n, this.#target);
  }

  counts(): ExportCounts {
    const row = this.#all('SELECT refused, too_old FROM target WHERE no = ?', this.#target)[0];
    return { refused: row?.refused as number, tooOld: row?.too_old as number };
  }

  backfill(from: number, to: number): number {
    const sql = 'SELECT batch FROM backfill WHERE target = ? AND from_at = ? AND to_at = ?';
    return (this.#all(sql, this.#target, from, to)[0]?.batch as number | undefined) ?? 0;
  }

  putBackfill(from: number, to: number, batch: number): void {
    const sql = 'INSERT OR REPLACE INTO backfill(target, from_at, to_at, batch) VALUES (?, ?, ?, ?)';
    this.#run(sql, this.#target, from, to, batch);
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }
}

function machineOf(row: Row): ExportedMachine {
  return {
    no: row.no as number,
    machine: row.machine as string,
    lab: row.lab as string,
    kind: row.kind as string,
    filledTo: row.filled_to as number,
    gridFrom: row.grid_from as number | null,
    gridTo: row.grid_to as number | null,
    usageFrom: row.usage_from as number | null,
    usageTo: row.usage_to as number | null,
    had: JSON.parse(row.had as string) as string[],
  };
}

function least(a: Bound, b: Bound): number | null {
  return typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : (a ?? b ?? null);
}

function most(a: Bound, b: Bound): number | null {
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : (a ?? b ?? null);
}

/** The newest batch that every target has; null when nothing was exported to any. Throws `StorageError`. */
export function lastExported(file: string): number | null {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 5000, readOnly: true });
    return (db.prepare('SELECT min(batch) AS batch FROM target').get()?.batch as number | null | undefined) ?? null;
  } catch (error) {
    throw storageError(error, file);
  } finally {
    if (db?.isOpen) db.close();
  }
}
