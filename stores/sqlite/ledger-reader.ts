import type { CorrectionRecord } from '../../domain/correction-record.ts';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { Declaration, LedgerReader, Series, SeriesReading, StoredFold } from '../../domain/ports.ts';
import type { PresentSession } from '../../domain/presence.ts';
import type { RollupHour, RollupSum } from '../../domain/rollup.ts';
import type { Tier, TierSum } from '../../domain/tier.ts';
import { LedgerConnection, NOBODY } from './ledger-connection.ts';
import {
  activityOf,
  energyOf,
  readingsOfRow,
  rollupOf,
  SESSION_COLUMNS,
  seriesOf,
  serviceOf,
  sessionOf,
  type Values,
  VISIT_COLUMNS,
  visitOf,
} from './ledger-rows.ts';
import { ROLLUP_COLUMNS, TIER_TABLES } from './ledger-schema.ts';
import { MemberNumbers } from './member-numbers.ts';
import { ROLLUP_SUM_SQL, rollupSumOf } from './rollup-sums.ts';
import { tierOf } from './tier-rows.ts';

const IN_EFFECT = `NOT EXISTS (SELECT 1 FROM replaced_session AS other
  WHERE other.machine = session.machine AND other.start_at = session.start_at AND other.id = session.id)`;

const FIGURES = ROLLUP_COLUMNS.join(', ');

function tierSql(tier: Tier): string {
  return `SELECT start_at, lab, body, unknownMaintenanceOpenMs FROM ${TIER_TABLES[tier]} WHERE machine = ? AND start_at >= ? AND start_at < ? ORDER BY start_at`;
}

const TIER_SQL = { day: tierSql('day'), month: tierSql('month') };

/** Sessions never overlap, so that only the one that begins before the range can reach into it. */
function sessionsSql(table: string, columns = SESSION_COLUMNS): string {
  return `SELECT ${columns} FROM ${table} WHERE machine = ? AND start_at < ? AND (end_at > ? OR start_at >= ?) AND start_at >=
    coalesce((SELECT max(start_at) FROM ${table} WHERE machine = ? AND start_at <= ?), ?)`;
}

/** In one statement, so that both are of one moment: corrected sessions, and those of the fold that they replace. */
const CORRECTED_SQL = `${sessionsSql('corrected_session', `${SESSION_COLUMNS}, 0 AS gone`)} UNION ALL
  SELECT machine, start_at, id, 0, '', '', '', 0, 0, 0, NULL, '', '', NULL, 1 FROM replaced_session
  WHERE machine = ? AND start_at >= ? AND start_at < ?`;

const CORRECTED_MACHINES_SQL =
  'SELECT DISTINCT machine FROM corrected_session UNION SELECT DISTINCT machine FROM replaced_session';

/** Reads the ledger. Opened for queries it has a connection of its own and never blocks the projector (WAL). */
export class SqliteLedgerReader extends LedgerConnection implements LedgerReader {
  /** Connections in which no snapshot is being read. */
  readonly #idle: SqliteLedgerReader[] = [];
  #members = this.#numberMembers();

  /** Forgets the members it learned: they may have been taken back with a transaction. */
  protected forgetMembers(): void {
    this.#members = this.#numberMembers();
  }

  #numberMembers(): MemberNumbers {
    return new MemberNumbers((from) => this.all('SELECT no, token FROM member WHERE no >= ?', from));
  }

  async cursor(): Promise<number> {
    return (this.get('SELECT seq FROM cursor')?.seq as number | undefined) ?? 0;
  }

  async fold(machine: string): Promise<StoredFold | undefined> {
    const row = this.get(
      'SELECT state, rolled_from, rolled_until, rules FROM fold WHERE machine = ?',
      this.machineNo(machine) ?? NOBODY,
    );
    return (
      row && {
        machine,
        state: row.state as string,
        rolledFrom: row.rolled_from as number,
        rolledUntil: row.rolled_until as number,
        rules: row.rules as string,
      }
    );
  }

  async activity(machine: string, from: number, to: number): Promise<ActivityInterval[]> {
    const no = this.machineNo(machine) ?? NOBODY;
    const sql = `SELECT * FROM activity WHERE machine = ? AND start_at < ? AND end_at > ? AND start_at >=
      coalesce((SELECT max(start_at) FROM activity WHERE machine = ? AND start_at <= ?), ?) ORDER BY start_at`;
    return this.all(sql, no, to, from, no, from, from).map(activityOf);
  }

  async service(machine: string, from: number, to: number): Promise<ServiceInterval[]> {
    const sql =
      'SELECT * FROM service WHERE machine = ? AND start_at < ? AND (end_at IS NULL OR end_at > ?) ORDER BY start_at';
    return this.all(sql, this.machineNo(machine) ?? NOBODY, to, from).map(serviceOf);
  }

  async sessions(machines: readonly string[], from: number, to: number): Promise<Session[]> {
    const found: Session[] = [];
    for (const machine of machines) {
      for (const session of this.#inEffect(machine, await this.foldedSessions(machine, from, to), from, to))
        found.push(session);
    }
    return machines.length < 2 ? found : found.sort((a, b) => a.start - b.start || (a.machine < b.machine ? -1 : 1));
  }

  /** The numbers of the machines with corrected sessions, once many are read as they were at one moment. */
  #corrected: Set<number> | undefined;

  #mayBeCorrected(no: number): boolean {
    if (!this.isWide) return true;
    this.#corrected ??= new Set(this.all(CORRECTED_MACHINES_SQL).map(({ machine }) => machine as number));
    return this.#corrected.has(no);
  }

  /** Corrected sessions are few: merging them here keeps reading a year of folded ones as fast as it was. */
  #inEffect(machine: string, folded: Session[], from: number, to: number): Session[] {
    const no = this.machineNo(machine) ?? NOBODY;
    if (!this.#mayBeCorrected(no)) return folded;
    const firstStart = Math.min(from, folded[0]?.start ?? from);
    const rows = this.all(CORRECTED_SQL, no, to, from, from, no, from, from, no, firstStart, to);
    if (rows.length === 0) return folded;
    const replaced = new Set(rows.filter(({ gone }) => gone === 1).map(({ id }) => id));
    const corrected = rows.filter(({ gone }) => gone === 0).map((row) => sessionOf(row, machine));
    const kept = folded.filter(({ id }) => !replaced.has(id));
    return [...kept, ...corrected].sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  }

  async visits(machine: string, from: number, to: number): Promise<PresentSession[]> {
    const no = this.machineNo(machine) ?? NOBODY;
    const sql = `${sessionsSql('session', VISIT_COLUMNS)} ORDER BY start_at, id`;
    const folded = this.lists(sql, no, to, from, from, no, from, from);
    const firstStart = Math.min(from, (folded[0]?.[0] as number | undefined) ?? from);
    if (this.all(CORRECTED_SQL, no, to, from, from, no, from, from, no, firstStart, to).length === 0)
      return folded.map(visitOf);
    return (await this.sessions([machine], from, to)).map(({ start, end, endCause, member, people }) => ({
      ...{ start, end, endCause, member, people },
    }));
  }

  async foldedSessions(machine: string, from: number, to: number): Promise<Session[]> {
    const no = this.machineNo(machine) ?? NOBODY;
    const sql = `${sessionsSql('session')} ORDER BY start_at, id`;
    return this.all(sql, no, to, from, from, no, from, from).map((row) => sessionOf(row, machine));
  }

  async doubtfulSessions(machine: string, before: number, limit: number): Promise<Session[]> {
    const sql = `SELECT * FROM session WHERE machine = ? AND start_at < ? AND confidence = 'doubtful' AND ${IN_EFFECT}
      ORDER BY start_at DESC LIMIT ?`;
    return this.all(sql, this.machineNo(machine) ?? NOBODY, before, limit).map((row) => sessionOf(row, machine));
  }

  async corrections(machine: string): Promise<CorrectionRecord[]> {
    const sql = 'SELECT body FROM correction WHERE machine = ? ORDER BY seq';
    return this.all(sql, this.toldNo(machine) ?? NOBODY).map((row) => JSON.parse(row.body as string));
  }

  async declarations(machine: string, from: number, to: number): Promise<Declaration[]> {
    const sql = 'SELECT body FROM declaration WHERE machine = ? AND at >= ? AND at < ? ORDER BY at, seq';
    return this.all(sql, this.toldNo(machine) ?? NOBODY, from, to).map((row) => JSON.parse(row.body as string));
  }

  async energy(machine: string, from: number, to: number): Promise<EnergyHour[]> {
    const sql = 'SELECT * FROM energy WHERE machine = ? AND hour >= ? AND hour < ? ORDER BY hour, series';
    return this.all(sql, this.machineNo(machine) ?? NOBODY, from, to).map(energyOf);
  }

  async rollups(machines: readonly string[], from: number, to: number): Promise<RollupHour[]> {
    const sql = `SELECT hour, lab, ${FIGURES} FROM rollup WHERE machine = ? AND hour >= ? AND hour < ? ORDER BY hour`;
    return machines.flatMap((machine) =>
      this.lists(sql, this.machineNo(machine) ?? NOBODY, from, to).map((row) => rollupOf(row, machine)),
    );
  }

  async rollupSums(machine: string, edges: readonly number[]): Promise<RollupSum[]> {
    const no = this.machineNo(machine) ?? NOBODY;
    return edges
      .slice(1)
      .map((to, index) => rollupSumOf(this.lists(ROLLUP_SUM_SQL, no, edges[index] as number, to)[0] as Values));
  }

  async tiers(machine: string, tier: Tier, from: number, to: number): Promise<TierSum[]> {
    const rows = this.lists(TIER_SQL[tier], this.machineNo(machine) ?? NOBODY, from, to);
    return rows.map((row) => tierOf(row, machine, this.#members));
  }

  async series(machine: string): Promise<Series[]> {
    return this.all('SELECT * FROM series WHERE machine = ? ORDER BY id', machine).map(seriesOf);
  }

  async readings(series: string, from: number, to: number): Promise<SeriesReading[]> {
    return this.readingsOf(series, from, to);
  }

  /** The readings of a series in order. */
  protected readingsOf(series: string, from: number, to: number): SeriesReading[] {
    const readings: SeriesReading[] = [];
    const no = this.get('SELECT no FROM series WHERE id = ?', series)?.no as number | undefined;
    if (no === undefined) return readings;
    const sql = `SELECT bytes, packed FROM reading_block WHERE series = ? AND start_at < ? AND end_at >= ? AND start_at >=
      coalesce((SELECT max(start_at) FROM reading_block WHERE series = ? AND start_at <= ?), ?) ORDER BY start_at`;
    for (const row of this.all(sql, no, to, from, no, from, from)) {
      for (const reading of readingsOfRow(row)) if (reading.at >= from && reading.at < to) readings.push(reading);
    }
    return readings;
  }

  async snapshot<T>(read: (ledger: LedgerReader) => Promise<T>): Promise<T> {
    const reader = this.#idle.pop() ?? new SqliteLedgerReader(this.file);
    reader.beginStill();
    try {
      return await read(reader);
    } finally {
      reader.#corrected = undefined;
      reader.endStill();
      this.#idle.push(reader);
    }
  }

  override async close(): Promise<void> {
    for (const reader of this.#idle.splice(0)) await reader.close();
    await super.close();
  }
}
