import { compareInputs } from '../../domain/input-order.ts';
import type { MachineInput } from '../../domain/machine-input.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import { packReadings, unpackReadings } from '../../domain/reading-block.ts';
import { SqliteLedgerReader } from './ledger-reader.ts';

/** Readings of one block at most; a block is rewritten while it is the newest. */
const BLOCK_READINGS_MAX = 512;

/** What machines were told: readings in packed blocks, and the other inputs. */
export class SqliteLedgerInputs extends SqliteLedgerReader {
  /** Opens the transaction that the next commit ends. */
  protected begin(): void {
    if (!this.db.isTransaction) this.run('BEGIN IMMEDIATE');
  }

  /** A machine's number, made when it has none. */
  protected machineNumber(machine: string): number {
    const known = this.machineNo(machine);
    if (known !== undefined) return known;
    this.begin();
    this.run('INSERT INTO machine(id) VALUES (?)', machine);
    return this.machineNo(machine) as number;
  }

  async putSeries(series: Series): Promise<void> {
    this.begin();
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
    this.begin();
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
    const sql = `SELECT min(start_at) AS first, max(end_at) AS last FROM reading_block WHERE series = ? AND start_at < ? AND end_at >= ?
      AND start_at >= coalesce((SELECT max(start_at) FROM reading_block WHERE series = ? AND start_at <= ?), ?)`;
    const row = this.get(sql, series, to, from, series, from, from);
    if (!row || row.first === null) return [];
    const first = row.first as number;
    const last = row.last as number;
    return first >= from && last < to ? [] : [...this.readingsOf(id, first, last + 1)];
  }

  async newestBlock(series: string): Promise<SeriesReading[]> {
    const sql = `SELECT bytes FROM reading_block WHERE series = (SELECT no FROM series WHERE id = ?) ORDER BY start_at DESC LIMIT 1`;
    const row = this.get(sql, series);
    return row ? unpackReadings(row.bytes as Uint8Array) : [];
  }

  async putInputs(machine: string, inputs: readonly MachineInput[]): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    for (const input of inputs)
      this.run('INSERT OR IGNORE INTO input(machine, at, body) VALUES (?, ?, ?)', no, input.at, JSON.stringify(input));
  }

  async inputs(machine: string, from: number, to: number): Promise<MachineInput[]> {
    return this.all(
      'SELECT body FROM input WHERE machine = ? AND at >= ? AND at < ?',
      this.machineNumber(machine),
      from,
      to,
    )
      .map((row) => JSON.parse(row.body as string) as MachineInput)
      .sort(compareInputs);
  }

  async firstInputAt(machine: string, from: number): Promise<number | null> {
    const firsts: number[] = [];
    const input = this.get(
      'SELECT min(at) AS at FROM input WHERE machine = ? AND at >= ?',
      this.machineNumber(machine),
      from,
    );
    if (typeof input?.at === 'number') firsts.push(input.at);
    for (const series of await this.series(machine)) {
      const no = this.get('SELECT no FROM series WHERE id = ?', series.id)?.no as number;
      const sql = `SELECT max(start_at) AS at FROM reading_block WHERE series = ? AND start_at <= ? AND end_at >= ?
        UNION ALL SELECT min(start_at) FROM reading_block WHERE series = ? AND start_at > ?`;
      for (const row of this.all(sql, no, from, from, no, from)) {
        if (typeof row.at === 'number') firsts.push(Math.max(from, row.at));
      }
    }
    return firsts.length === 0 ? null : Math.min(...firsts);
  }
}
