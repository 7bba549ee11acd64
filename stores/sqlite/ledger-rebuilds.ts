import { SqliteLedgerCorrections } from './ledger-corrections.ts';

/** The tables of computed rows, each with the column that its rows are dropped by. */
const COMPUTED = {
  activity: 'start_at',
  service: 'start_at',
  session: 'start_at',
  corrected_session: 'start_at',
  replaced_session: 'start_at',
  energy: 'hour',
  rollup: 'hour',
  rollup_day: 'start_at',
  rollup_month: 'start_at',
  tiered: 'machine',
  checkpoint: 'at',
  fold: 'rolled_from',
} as const;

/**
 * A second set of computed rows for a machine whose past is computed again. Rows stand under the machine's number or
 * under its negative; a column of the machine says which of the two are read, so that the sets change places at once.
 */
export class SqliteLedgerRebuilds extends SqliteLedgerCorrections {
  /** The machine whose other rows are written now. */
  #inRebuild: string | undefined;

  /** Whether what is written of a machine now is seen by nobody yet. */
  protected isHidden(machine: string): boolean {
    return this.#inRebuild === machine;
  }

  protected override machineNumber(machine: string): number {
    const no = super.machineNumber(machine);
    return this.#inRebuild === machine ? -no : no;
  }

  protected override machineNo(machine: string): number | undefined {
    const no = super.machineNo(machine);
    return no !== undefined && this.#inRebuild === machine ? -no : no;
  }

  async inRebuild<T>(machine: string, work: () => Promise<T>): Promise<T> {
    const told = this.toldNumber(machine);
    this.begin();
    this.run('UPDATE machine SET has_rebuild = 1 WHERE no = ?', told);
    this.#inRebuild = machine;
    try {
      return await work();
    } finally {
      this.#inRebuild = undefined;
    }
  }

  async takeRebuild(machine: string): Promise<void> {
    const told = this.toldNumber(machine);
    this.begin();
    this.run('UPDATE machine SET layers = -coalesce(layers, no) WHERE no = ?', told);
    this.forgetMachines();
  }

  async dropRebuild(machine: string, rowsMax: number): Promise<boolean> {
    const no = -this.machineNumber(machine);
    this.begin();
    for (const [table, column] of Object.entries(COMPUTED)) {
      const last = `SELECT ${column} AS last FROM ${table} WHERE machine = ? ORDER BY ${column} LIMIT 1 OFFSET ?`;
      const row = this.get(last, no, rowsMax);
      if (row) {
        this.run(`DELETE FROM ${table} WHERE machine = ? AND ${column} <= ?`, no, row.last as number);
        return false;
      }
      this.run(`DELETE FROM ${table} WHERE machine = ?`, no);
    }
    this.run('UPDATE machine SET has_rebuild = 0 WHERE no = ?', this.toldNumber(machine));
    return true;
  }

  async rebuilds(): Promise<string[]> {
    return this.all('SELECT id FROM machine WHERE has_rebuild = 1 ORDER BY no').map((row) => row.id as string);
  }
}
