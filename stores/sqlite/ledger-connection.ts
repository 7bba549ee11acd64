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

/** A connection to the ledger's file, and the numbers of machines in it. Opened for queries it cannot write. */
export class LedgerConnection {
  protected readonly file: string;
  protected readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Numbers of machines while everything is read as it was at one moment. */
  #stillNumbers: Map<string, MachineNumbers> | undefined;

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
    const known = this.#stillNumbers?.get(machine);
    if (known) return known;
    const row = this.get('SELECT no, layers FROM machine WHERE id = ?', machine);
    if (!row) return undefined;
    const numbers = { told: row.no as number, layers: (row.layers ?? row.no) as number };
    this.#stillNumbers?.set(machine, numbers);
    return numbers;
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
    this.#stillNumbers = new Map();
  }

  protected endStill(): void {
    this.#stillNumbers = undefined;
    this.run('COMMIT');
  }

  async close(): Promise<void> {
    this.#statements.clear();
    if (this.db.isOpen) this.db.close();
  }
}

function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec('PRAGMA query_only=ON');
  return db;
}
