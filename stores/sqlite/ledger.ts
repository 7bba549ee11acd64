import { DatabaseSync } from 'node:sqlite';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { Watermarks } from '../../domain/machine-fold.ts';
import type { StoredFold } from '../../domain/ports.ts';
import {
  CHANGED_LAYERS,
  type Checkpoint,
  type CorrectedLayer,
  type Cursor,
  type LedgerChange,
  type LedgerWriter,
  type SettledLayers,
} from '../../domain/ports-ledger.ts';
import type { RollupHour } from '../../domain/rollup.ts';
import { ChangeLog } from './change-log.ts';
import { SESSION_COLUMNS, SESSION_VALUES, seriesOf, sessionOf, sessionValues } from './ledger-rows.ts';
import { LEDGER_STEPS, ROLLUP_COLUMNS } from './ledger-schema.ts';
import { SqliteLedgerTiers } from './ledger-tiers.ts';
import { migrate } from './migrations.ts';

/**
 * The ledger, written by the projector alone. WAL with `synchronous=NORMAL`: what a power cut takes back, the cursor
 * takes back with it, and the journal gives it again.
 */
export class SqliteLedger extends SqliteLedgerTiers implements LedgerWriter {
  readonly #changes = new ChangeLog();

  constructor(file: string) {
    super(file, openForWriting);
  }

  async load() {
    const cursor = this.get('SELECT batch, seq FROM cursor') as unknown as Cursor;
    const folds = this.all(
      'SELECT id, state, rolled_from, rolled_until, rules FROM machine JOIN fold ON machine = coalesce(layers, no)',
    ).map(
      (row): StoredFold => ({
        machine: row.id as string,
        state: row.state as string,
        rolledFrom: row.rolled_from as number,
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

  #note(machine: string, layer: LedgerChange['layer'], from: number, to: number): void {
    if (!this.isHidden(machine)) this.#changes.note(this.toldNumber(machine), layer, from, to);
  }

  override async takeRebuild(machine: string): Promise<void> {
    await super.takeRebuild(machine);
    for (const layer of CHANGED_LAYERS) this.#note(machine, layer, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }

  async replaceLayers(
    machine: string,
    from: Watermarks | null,
    to: Watermarks | null,
    layers: SettledLayers,
  ): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    if (!this.isHidden(machine)) this.#changes.noteLayers(this.toldNumber(machine), from, to, layers);
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

  #putSession(no: number, session: Session): void {
    const sql = `INSERT OR REPLACE INTO session(${SESSION_COLUMNS}) VALUES (${SESSION_VALUES})`;
    this.run(sql, ...sessionValues(no, session));
  }

  #putEnergy(no: number, hour: EnergyHour): void {
    const sql = 'INSERT OR REPLACE INTO energy(machine, hour, series, wh, recovered) VALUES (?, ?, ?, ?, ?)';
    this.run(sql, no, hour.hour, hour.series, hour.wh, hour.recoveredWh);
  }

  async putSessionEnergy(machine: string, id: string, energyWh: number): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    const sql = 'UPDATE session SET energy = ? WHERE machine = ? AND id = ? RETURNING start_at';
    for (const { start_at: start } of this.all(sql, energyWh, no, id))
      this.#note(machine, 'session', start as number, (start as number) + 1);
  }

  async sessionsWithoutEnergy(machine: string, until: number): Promise<Session[]> {
    const sql = 'SELECT * FROM session WHERE machine = ? AND energy IS NULL AND end_at <= ? ORDER BY start_at';
    return this.all(sql, this.machineNumber(machine), until).map((row) => sessionOf(row, machine));
  }

  override async changeCorrected(machine: string, removed: CorrectedLayer, added: CorrectedLayer): Promise<void> {
    await super.changeCorrected(machine, removed, added);
    for (const { sessions, replaced } of [removed, added])
      for (const { start } of [...sessions, ...replaced]) this.#note(machine, 'session', start, start + 1);
  }

  async replaceRollups(machine: string, from: number, to: number, rollups: readonly RollupHour[]): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    this.#note(machine, 'rollup', from, to);
    this.run('DELETE FROM rollup WHERE machine = ? AND hour >= ? AND hour < ?', no, from, to);
    const sql = `INSERT INTO rollup(machine, hour, lab, ${ROLLUP_COLUMNS.join(', ')}) VALUES (?, ?, ?, ${ROLLUP_COLUMNS.map(() => '?').join(', ')})`;
    for (const rollup of rollups)
      this.run(sql, no, rollup.hour, rollup.lab, ...ROLLUP_COLUMNS.map((name) => rollup[name]));
  }

  async putFold(fold: StoredFold): Promise<void> {
    const no = this.machineNumber(fold.machine);
    this.begin();
    this.run(
      'INSERT OR REPLACE INTO fold(machine, state, rolled_from, rolled_until, rules) VALUES (?, ?, ?, ?, ?)',
      no,
      fold.state,
      fold.rolledFrom,
      fold.rolledUntil,
      fold.rules,
    );
  }

  async putCheckpoint(machine: string, checkpoint: Checkpoint): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    this.run(
      'INSERT OR REPLACE INTO checkpoint(machine, at, state) VALUES (?, ?, ?)',
      no,
      checkpoint.at,
      checkpoint.state,
    );
  }

  async checkpointBefore(machine: string, at: number): Promise<Checkpoint | undefined> {
    const sql = 'SELECT at, state FROM checkpoint WHERE machine = ? AND at <= ? ORDER BY at DESC LIMIT 1';
    const row = this.get(sql, this.machineNumber(machine), at);
    return row && { at: row.at as number, state: row.state as string };
  }

  async checkpointAt(machine: string, at: number): Promise<Checkpoint | undefined> {
    const row = this.get(
      'SELECT at, state FROM checkpoint WHERE machine = ? AND at = ?',
      this.machineNumber(machine),
      at,
    );
    return row && { at: row.at as number, state: row.state as string };
  }

  async dropCheckpoints(machine: string, from: number, to: number): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    this.run('DELETE FROM checkpoint WHERE machine = ? AND at >= ? AND at < ?', no, from, to);
  }

  async putOnline(connector: string, online: boolean, at: number): Promise<void> {
    this.begin();
    this.run('INSERT OR REPLACE INTO online(connector, online, at) VALUES (?, ?, ?)', connector, online ? 1 : 0, at);
  }

  /** Checks the file's own structure; what is wrong, in sentences. */
  check(): string[] {
    return this.all('PRAGMA quick_check').flatMap((row) =>
      row.quick_check === 'ok' ? [] : [`ledger: ${row.quick_check}`],
    );
  }

  async commit(cursor: Cursor): Promise<void> {
    this.begin();
    this.#changes.write((sql, ...values) => this.run(sql, ...values));
    this.run('UPDATE cursor SET batch = ?, seq = ?', cursor.batch, cursor.seq);
    this.run('COMMIT');
  }

  async rollback(): Promise<void> {
    if (this.db.isTransaction) this.run('ROLLBACK');
    this.#changes.forget();
    this.forgetMachines();
  }
}

function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec(
    `PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000; PRAGMA journal_size_limit=67108864;
     PRAGMA secure_delete=ON`,
  );
  migrate(db, LEDGER_STEPS, file);
  return db;
}
