import { compareInputs } from '../../domain/input-order.ts';
import type { MachineInput } from '../../domain/machine-input.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import { packReadings } from '../../domain/reading-block.ts';
import { type MachineNumbers, NOBODY } from './ledger-connection.ts';
import { SqliteLedgerReader } from './ledger-reader.ts';
import { readingsOfRow } from './ledger-rows.ts';

/** Readings of one block at most; a block is rewritten while it is the newest. */
const BLOCK_READINGS_MAX = 512;

/** What machines were told: readings in packed blocks, and the other inputs. */
export class SqliteLedgerInputs extends SqliteLedgerReader {
  /** Nobody but the writer gives and moves numbers, so that it may remember them. */
  readonly #numbers = new Map<string, MachineNumbers>();

  /** Opens the transaction that the next commit ends. */
  protected begin(): void {
    if (!this.db.isOpen || !this.db.isTransaction) this.run('BEGIN IMMEDIATE');
  }

  protected override numbersOf(machine: string): MachineNumbers | undefined {
    const known = this.#numbers.get(machine);
    if (known) return known;
    const numbers = super.numbersOf(machine);
    if (numbers) this.#numbers.set(machine, numbers);
    return numbers;
  }

  /** Forgets the numbers it learned: they may have been taken back with a transaction. */
  protected forgetMachines(): void {
    this.#numbers.clear();
  }

  /** The number of a machine's computed rows, made when it has none. */
  protected machineNumber(machine: string): number {
    return this.#numbersMade(machine).layers;
  }

  /** The number of what a machine was told, made when it has none. */
  protected toldNumber(machine: string): number {
    return this.#numbersMade(machine).told;
  }

  #numbersMade(machine: string): MachineNumbers {
    const known = this.numbersOf(machine);
    if (known) return known;
    this.begin();
    this.run('INSERT INTO machine(id) VALUES (?)', machine);
    return this.numbersOf(machine) as MachineNumbers;
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
    const found = this.#blocksIn(no, from, to);
    const kept =
      found && (found.first < from || found.last >= to) ? this.readingsOf(series, found.first, found.last + 1) : [];
    const merged = [
      ...kept.filter((reading) => reading.at < from),
      ...readings,
      ...kept.filter((reading) => reading.at >= to),
    ];
    if (found)
      this.run('DELETE FROM reading_block WHERE series = ? AND start_at >= ? AND start_at < ?', no, found.first, to);
    for (let at = 0; at < merged.length; at += BLOCK_READINGS_MAX)
      this.putBlock(no, merged.slice(at, at + BLOCK_READINGS_MAX));
  }

  /** Writes one block; `packed`: its bytes, compressed. */
  protected putBlock(series: number, block: readonly SeriesReading[], packed?: Uint8Array): void {
    const sql = 'INSERT INTO reading_block(series, start_at, end_at, n, bytes, packed) VALUES (?, ?, ?, ?, ?, ?)';
    this.run(
      sql,
      series,
      block[0]?.at ?? 0,
      block.at(-1)?.at ?? 0,
      block.length,
      packed ?? packReadings(block),
      packed ? 1 : 0,
    );
  }

  /** The range of the blocks of a series that hold instants of `[from, to)`; undefined when there are none. */
  #blocksIn(series: number, from: number, to: number): { first: number; last: number } | undefined {
    const sql = `SELECT min(start_at) AS first, max(end_at) AS last FROM reading_block WHERE series = ? AND start_at < ? AND end_at >= ?
      AND start_at >= coalesce((SELECT max(start_at) FROM reading_block WHERE series = ? AND start_at <= ?), ?)`;
    const row = this.get(sql, series, to, from, series, from, from);
    return row && row.first !== null ? { first: row.first as number, last: row.last as number } : undefined;
  }

  async newestBlock(series: string): Promise<SeriesReading[]> {
    const sql = `SELECT bytes, packed FROM reading_block WHERE series = (SELECT no FROM series WHERE id = ?) ORDER BY start_at DESC LIMIT 1`;
    const row = this.get(sql, series);
    return row ? readingsOfRow(row) : [];
  }

  async putInputs(machine: string, inputs: readonly MachineInput[]): Promise<void> {
    const no = this.toldNumber(machine);
    this.begin();
    for (const input of inputs)
      this.run('INSERT OR IGNORE INTO input(machine, at, body) VALUES (?, ?, ?)', no, input.at, JSON.stringify(input));
  }

  async inputs(machine: string, from: number, to: number): Promise<MachineInput[]> {
    const no = this.toldNo(machine) ?? NOBODY;
    return this.all('SELECT body FROM input WHERE machine = ? AND at >= ? AND at < ?', no, from, to)
      .map((row) => JSON.parse(row.body as string) as MachineInput)
      .sort(compareInputs);
  }

  async firstInputAt(machine: string, from: number): Promise<number | null> {
    const firsts: number[] = [];
    const no = this.toldNo(machine) ?? NOBODY;
    const input = this.get('SELECT min(at) AS at FROM input WHERE machine = ? AND at >= ?', no, from);
    if (typeof input?.at === 'number') firsts.push(input.at);
    for (const { id } of await this.series(machine)) {
      const series = this.get('SELECT no FROM series WHERE id = ?', id)?.no as number;
      const sql = `SELECT max(start_at) AS at FROM reading_block WHERE series = ? AND start_at <= ? AND end_at >= ?
        UNION ALL SELECT min(start_at) FROM reading_block WHERE series = ? AND start_at > ?`;
      for (const row of this.all(sql, series, from, from, series, from)) {
        if (typeof row.at === 'number') firsts.push(Math.max(from, row.at));
      }
    }
    return firsts.length === 0 ? null : Math.min(...firsts);
  }
}
