import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { storageError } from './failure.ts';
import type { Row, Values } from './ledger-rows.ts';

type Value = string | number | null;

/** Stands for a machine that was never heard of: numbers begin at 1, and both they and their negatives have rows. */
export const NOBODY = 0;

/** The numbers under which the rows of a machine stand: what it was told, and what was computed of that. */
export interface MachineNumbers {
  told: number;
  layers: number;
}

/** Where more machines than this are read at one moment, what is asked of each is asked of all at once. */
const FEW_MACHINES_MAX = 200;

/** A connection to the ledger's file, and the numbers of machines in it. Opened for queries it cannot write. */
export class LedgerConnection {
  protected readonly file: string;
  protected readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Numbers of machines while everything is read as it was at one moment; `isWhole`: of all that are known. */
  #still: { numbers: Map<string, MachineNumbers>; isWhole: boolean } | undefined;

  constructor(file: string, open?: (file: string) => DatabaseSync) {
    this.file = file;
    try {
      this.db = open ? open(file) : openForReading(file);
    } catch (error) {
      throw storageError(error, file);
    }
  }

  protected all(sql: string, ...values: Value[]): Row[] {
    return this.#run(() => this.#statement(sql).all(...values));
  }

  /** As `all`, each row as a list of its values: much cheaper where rows are wide and many. */
  protected lists(sql: string, ...values: Value[]): Values[] {
    return this.#run(() => {
      const statement = this.#statement(sql);
      statement.setReturnArrays(true);
      return statement.all(...values) as unknown as Values[];
    });
  }

  protected get(sql: string, ...values: Value[]): Row | undefined {
    return this.#run(() => this.#statement(sql).get(...values));
  }

  protected run(sql: string, ...values: (Value | Uint8Array)[]): void {
    this.#run(() => this.#statement(sql).run(...values));
  }

  #run<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.file);
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /**
   * A machine's number, and that of its computed rows: the same, or its negative when they were computed again.
   * Undefined when the ledger never heard of it. Looked up each time, but in a snapshot: the rows may change places at any
   * moment.
   */
  protected numbersOf(machine: string): MachineNumbers | undefined {
    const still = this.#still;
    const known = still?.numbers.get(machine);
    if (known || still?.isWhole) return known;
    if (still && still.numbers.size >= FEW_MACHINES_MAX) {
      for (const row of this.all('SELECT id, no, layers FROM machine'))
        still.numbers.set(row.id as string, numbersOf(row));
      still.isWhole = true;
      return still.numbers.get(machine);
    }
    const row = this.get('SELECT no, layers FROM machine WHERE id = ?', machine);
    if (!row) return undefined;
    still?.numbers.set(machine, numbersOf(row));
    return numbersOf(row);
  }

  /** Whether many machines are being read as they were at one moment. */
  protected get isWide(): boolean {
    return this.#still?.isWhole === true;
  }

  /** The number of a machine's computed rows; undefined when the ledger never heard of it. */
  protected machineNo(machine: string): number | undefined {
    return this.numbersOf(machine)?.layers;
  }

  /** The number of what a machine was told; undefined when the ledger never heard of it. */
  protected toldNo(machine: string): number | undefined {
    return this.numbersOf(machine)?.told;
  }

  /** From here on everything is read as it is now, until `endStill`. */
  protected beginStill(): void {
    this.run('BEGIN');
    this.#still = { numbers: new Map(), isWhole: false };
  }

  protected endStill(): void {
    this.#still = undefined;
    this.run('COMMIT');
  }

  async close(): Promise<void> {
    this.#statements.clear();
    if (this.db.isOpen) this.db.close();
  }
}

function numbersOf(row: Row): MachineNumbers {
  return { told: row.no as number, layers: (row.layers ?? row.no) as number };
}

function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec('PRAGMA query_only=ON');
  return db;
}
