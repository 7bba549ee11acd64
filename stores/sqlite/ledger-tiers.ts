import type { Tier, TierSum } from '../../domain/tier.ts';
import { NOBODY } from './ledger-connection.ts';
import { SqliteLedgerRebuilds } from './ledger-rebuilds.ts';
import { TIER_TABLES } from './ledger-schema.ts';
import { packTier } from './tier-rows.ts';

/** Sums of rollups by day and by month, with the members of each as numbers. */
export class SqliteLedgerTiers extends SqliteLedgerRebuilds {
  readonly #numbers = new Map<string, number>();

  async replaceTiers(machine: string, tier: Tier, from: number, to: number, sums: readonly TierSum[]): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    const table = TIER_TABLES[tier];
    this.run(`DELETE FROM ${table} WHERE machine = ? AND start_at >= ? AND start_at < ?`, no, from, to);
    const sql = `INSERT INTO ${table}(machine, start_at, lab, body, unknownMaintenanceOpenMs) VALUES (?, ?, ?, ?, ?)`;
    for (const sum of sums) {
      const members = Array.from(sum.members, (token) => this.#memberNumber(token));
      this.run(sql, no, sum.start, sum.lab, packTier(sum, members), sum.unknownMaintenanceOpenMs);
    }
  }

  async isTiered(machine: string): Promise<boolean> {
    return this.get('SELECT 1 FROM tiered WHERE machine = ?', this.machineNo(machine) ?? NOBODY) !== undefined;
  }

  async putTiered(machine: string): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    this.run('INSERT OR REPLACE INTO tiered(machine) VALUES (?)', no);
  }

  #memberNumber(token: string): number {
    const known = this.#numbers.get(token);
    if (known !== undefined) return known;
    this.run('INSERT OR IGNORE INTO member(token) VALUES (?)', token);
    const no = this.get('SELECT no FROM member WHERE token = ?', token)?.no as number;
    this.#numbers.set(token, no);
    return no;
  }

  protected override forgetMachines(): void {
    super.forgetMachines();
    this.forgetMembers();
    this.#numbers.clear();
  }
}
