import { DatabaseSync } from 'node:sqlite';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { Watermarks } from '../../domain/machine-fold.ts';
import { compareInputs } from '../../domain/machine-fold.ts';
import type { MachineInput } from '../../domain/machine-input.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import type { Checkpoint, Cursor, LedgerFold, LedgerWriter, SettledLayers } from '../../domain/ports-ledger.ts';
import { packReadings } from '../../domain/reading-block.ts';
import type { RollupHour } from '../../domain/rollup.ts';
import { SqliteLedgerReader } from './ledger-reader.ts';
import { seriesOf, sessionOf } from './ledger-rows.ts';
import { LEDGER_STEPS, ROLLUP_COLUMNS } from './ledger-schema.ts';
import { migrate } from './migrations.ts';

/** Readings of one block at most; a block is rewritten while it is the newest. */
const BLOCK_READINGS_MAX = 512;

/**
 * The ledger, written by the projector alone. WAL with `synchronous=NORMAL`: what a power cut takes back, the cursor
 * takes back with it, and the journal gives it again.
 */
export class SqliteLedger extends SqliteLedgerReader implements LedgerWriter {
  constructor(file: string) {
    super(file, openForWriting);
  }

  #begin(): void {
    if (!this.db.isTransaction) this.run('BEGIN IMMEDIATE');
  }

  async load() {
    const cursor = this.get('SELECT batch, seq FROM cursor') as unknown as Cursor;
    const folds = this.all('SELECT id, state, rolled_until, rules FROM fold JOIN machine ON no = machine').map(
      (row): LedgerFold => ({
        machine: row.id as string,
        state: row.state as string,
        rolledUntil: row.rolled_until as number,
        rules: row.rules as string,
      }),
    );
    const online = this.all('SELECT connector, online, at FROM online').map((row) => ({
      connector: row.connector as string,
      online: row.online === 1,
      at: row.at as number,
    }));
    return {
      cursor: { batch: cursor.batch, seq: cursor.seq },
      folds,
      series: this.all('SELECT * FROM series').map(seriesOf),
      online,
    };
  }

  #machine(machine: string): number {
    const known = this.machineNo(machine);
    if (known !== undefined) return known;
    this.#begin();
    this.run('INSERT INTO machine(id) VALUES (?)', machine);
    return this.machineNo(machine) as number;
  }

  async putSeries(series: Series): Promise<void> {
    this.#begin();
    const sql = `INSERT INTO series(id, connector, channel, machine, main, hold_ms) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT(id) DO UPDATE SET main = excluded.main, hold_ms = excluded.hold_ms`;
    this.run(
      sql,
      series.id,
      series.connector,
      String(series.channel),
      series.machine,
      series.main ? 1 : 0,
      series.holdMs,
    );
  }

  async replaceReadings(series: string, from: number, to: number, readings: readonly SeriesReading[]): Promise<void> {
    this.#begin();
    const no = this.get('SELECT no FROM series WHERE id = ?', series)?.no as number;
    const kept = this.#blocksIn(no, from, to);
    const merged = [
      ...kept.filter((reading) => reading.at < from),
      ...readings,
      ...kept.filter((reading) => reading.at >= to),
    ];
    this.run('DELETE FROM reading_block WHERE series = ? AND start_at < ? AND end_at >= ?', no, to, from);
    for (let at = 0; at < merged.length; at += BLOCK_READINGS_MAX) {
      const block = merged.slice(at, at + BLOCK_READINGS_MAX);
      const sql = 'INSERT INTO reading_block(series, start_at, end_at, n, bytes) VALUES (?, ?, ?, ?, ?)';
      this.run(sql, no, block[0]?.at ?? 0, block.at(-1)?.at ?? 0, block.length, packReadings(block));
    }
  }

  #blocksIn(series: number, from: number, to: number): SeriesReading[] {
    const id = this.get('SELECT id FROM series WHERE no = ?', series)?.id as string;
    const row = this.get(
      'SELECT min(start_at) AS first, max(end_at) AS last FROM reading_block WHERE series = ? AND start_at < ? AND end_at >= ?',
      series,
      to,
      from,
    );
    if (row?.first === null || row === undefined) return [];
    return [...this.readingsOf(id, row.first as number, (row.last as number) + 1)];
  }

  async putInputs(machine: string, inputs: readonly MachineInput[]): Promise<void> {
    const no = this.#machine(machine);
    this.#begin();
    for (const input of inputs)
      this.run('INSERT OR IGNORE INTO input(machine, at, body) VALUES (?, ?, ?)', no, input.at, JSON.stringify(input));
  }

  async inputs(machine: string, from: number, to: number): Promise<MachineInput[]> {
    return this.all('SELECT body FROM input WHERE machine = ? AND at >= ? AND at < ?', this.#machine(machine), from, to)
      .map((row) => JSON.parse(row.body as string) as MachineInput)
      .sort(compareInputs);
  }

  async replaceLayers(
    machine: string,
    from: Watermarks | null,
    to: Watermarks | null,
    layers: SettledLayers,
  ): Promise<void> {
    const no = this.#machine(machine);
    this.#begin();
    if (from) {
      const end = Number.MAX_SAFE_INTEGER;
      this.run(
        'DELETE FROM activity WHERE machine = ? AND start_at >= ? AND start_at < ?',
        no,
        from.activity,
        to?.activity ?? end,
      );
      this.run(
        'DELETE FROM service WHERE machine = ? AND start_at >= ? AND start_at < ?',
        no,
        from.service,
        to?.service ?? end,
      );
      this.run(
        'DELETE FROM session WHERE machine = ? AND start_at >= ? AND start_at < ?',
        no,
        from.session,
        to?.session ?? end,
      );
      this.run('DELETE FROM energy WHERE machine = ? AND hour >= ? AND hour < ?', no, from.energy, to?.energy ?? end);
    }
    for (const interval of layers.activity) this.#putActivity(no, interval);
    for (const interval of layers.service) this.#putService(no, interval);
    for (const session of layers.sessions) this.#putSession(no, session);
    for (const hour of layers.energy) this.#putEnergy(no, hour);
  }

  #putActivity(no: number, i: ActivityInterval): void {
    const sql =
      'INSERT OR REPLACE INTO activity(machine, start_at, end_at, activity, source, bridged, censored) VALUES (?, ?, ?, ?, ?, ?, ?)';
    this.run(sql, no, i.start, i.end, i.activity, i.source, i.bridgedMs, i.censored ? 1 : 0);
  }

  #putService(no: number, i: ServiceInterval): void {
    this.run(
      'INSERT OR REPLACE INTO service(machine, start_at, end_at, state, source) VALUES (?, ?, ?, ?, ?)',
      no,
      i.start,
      i.end,
      i.state,
      i.source,
    );
  }

  #putSession(no: number, s: Session): void {
    const sql = `INSERT OR REPLACE INTO session(machine, start_at, id, end_at, start_cause, end_cause, confidence, running, standby,
      unknown, energy, member, audience) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.run(
      sql,
      no,
      s.start,
      s.id,
      s.end,
      s.startCause,
      s.endCause,
      s.confidence,
      s.runningMs,
      s.standbyMs,
      s.unknownMs,
      s.energyWh,
      s.member,
      s.audience,
    );
  }

  #putEnergy(no: number, hour: EnergyHour): void {
    const sql = 'INSERT OR REPLACE INTO energy(machine, hour, series, wh, recovered) VALUES (?, ?, ?, ?, ?)';
    this.run(sql, no, hour.hour, hour.series, hour.wh, hour.recoveredWh);
  }

  async putSessionEnergy(machine: string, id: string, energyWh: number): Promise<void> {
    this.#begin();
    this.run('UPDATE session SET energy = ? WHERE machine = ? AND id = ?', energyWh, this.#machine(machine), id);
  }

  async sessionsWithoutEnergy(machine: string, until: number): Promise<Session[]> {
    const sql = 'SELECT * FROM session WHERE machine = ? AND energy IS NULL AND end_at <= ? ORDER BY start_at';
    return this.all(sql, this.#machine(machine), until).map((row) => sessionOf(row, machine));
  }

  async replaceRollups(machine: string, from: number, to: number, rollups: readonly RollupHour[]): Promise<void> {
    const no = this.#machine(machine);
    this.#begin();
    this.run('DELETE FROM rollup WHERE machine = ? AND hour >= ? AND hour < ?', no, from, to);
    const sql = `INSERT INTO rollup(machine, hour, lab, ${ROLLUP_COLUMNS.join(', ')}) VALUES (?, ?, ?, ${ROLLUP_COLUMNS.map(() => '?').join(', ')})`;
    for (const rollup of rollups)
      this.run(sql, no, rollup.hour, rollup.lab, ...ROLLUP_COLUMNS.map((name) => rollup[name]));
  }

  async putFold(fold: LedgerFold): Promise<void> {
    const no = this.#machine(fold.machine);
    this.#begin();
    this.run(
      'INSERT OR REPLACE INTO fold(machine, state, rolled_until, rules) VALUES (?, ?, ?, ?)',
      no,
      fold.state,
      fold.rolledUntil,
      fold.rules,
    );
  }

  async putCheckpoint(machine: string, checkpoint: Checkpoint): Promise<void> {
    const no = this.#machine(machine);
    this.#begin();
    this.run(
      'INSERT OR REPLACE INTO checkpoint(machine, at, state) VALUES (?, ?, ?)',
      no,
      checkpoint.at,
      checkpoint.state,
    );
  }

  async checkpointBefore(machine: string, at: number): Promise<Checkpoint | undefined> {
    const sql = 'SELECT at, state FROM checkpoint WHERE machine = ? AND at <= ? ORDER BY at DESC LIMIT 1';
    const row = this.get(sql, this.#machine(machine), at);
    return row && { at: row.at as number, state: row.state as string };
  }

  async checkpointAt(machine: string, at: number): Promise<Checkpoint | undefined> {
    const row = this.get('SELECT at, state FROM checkpoint WHERE machine = ? AND at = ?', this.#machine(machine), at);
    return row && { at: row.at as number, state: row.state as string };
  }

  async dropCheckpoints(machine: string, from: number, to: number): Promise<void> {
    const no = this.#machine(machine);
    this.#begin();
    this.run('DELETE FROM checkpoint WHERE machine = ? AND at >= ? AND at < ?', no, from, to);
  }

  async putOnline(connector: string, online: boolean, at: number): Promise<void> {
    this.#begin();
    this.run('INSERT OR REPLACE INTO online(connector, online, at) VALUES (?, ?, ?)', connector, online ? 1 : 0, at);
  }

  async commit(cursor: Cursor): Promise<void> {
    this.#begin();
    this.run('UPDATE cursor SET batch = ?, seq = ?', cursor.batch, cursor.seq);
    this.run('COMMIT');
  }

  async rollback(): Promise<void> {
    if (this.db.isTransaction) this.run('ROLLBACK');
    this.forgetMachines();
  }
}

function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864',
  );
  migrate(db, LEDGER_STEPS, file);
  return db;
}
