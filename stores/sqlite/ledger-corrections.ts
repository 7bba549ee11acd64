import type { CorrectionRecord } from '../../domain/correction-record.ts';
import type { Session } from '../../domain/layers.ts';
import type { Declaration } from '../../domain/ports.ts';
import type { CorrectedLayer } from '../../domain/ports-ledger.ts';
import { SqliteLedgerRetention } from './ledger-retention.ts';
import { SESSION_COLUMNS, SESSION_VALUES, sessionOf, sessionValues } from './ledger-rows.ts';

/** What people said of a machine: corrections with what they made of its sessions, and declared service states. */
export class SqliteLedgerCorrections extends SqliteLedgerRetention {
  async putCorrection(machine: string, correction: CorrectionRecord): Promise<void> {
    const no = this.toldNumber(machine);
    this.begin();
    const sql = 'INSERT OR REPLACE INTO correction(machine, seq, body) VALUES (?, ?, ?)';
    this.run(sql, no, correction.seq, JSON.stringify(correction));
  }

  async putDeclaration(machine: string, declaration: Declaration): Promise<void> {
    const no = this.toldNumber(machine);
    this.begin();
    const sql = 'INSERT OR REPLACE INTO declaration(machine, at, seq, body) VALUES (?, ?, ?, ?)';
    this.run(sql, no, declaration.at, declaration.seq, JSON.stringify(declaration));
  }

  async corrected(machine: string): Promise<CorrectedLayer> {
    const no = this.machineNumber(machine);
    const sessions = this.all('SELECT * FROM corrected_session WHERE machine = ? ORDER BY start_at, id', no);
    const replaced = this.all('SELECT start_at, id FROM replaced_session WHERE machine = ? ORDER BY start_at, id', no);
    return {
      sessions: sessions.map((row) => sessionOf(row, machine)),
      replaced: replaced.map((row) => ({ id: row.id as string, start: row.start_at as number })),
    };
  }

  async correctedWithoutEnergy(machine: string, until: number): Promise<Session[]> {
    const sql = `SELECT * FROM corrected_session WHERE machine = ? AND energy IS NULL AND end_at <= ? ORDER BY start_at`;
    return this.all(sql, this.machineNumber(machine), until).map((row) => sessionOf(row, machine));
  }

  async changeCorrected(machine: string, removed: CorrectedLayer, added: CorrectedLayer): Promise<void> {
    const no = this.machineNumber(machine);
    this.begin();
    for (const { start, id } of removed.sessions)
      this.run('DELETE FROM corrected_session WHERE machine = ? AND start_at = ? AND id = ?', no, start, id);
    for (const { start, id } of removed.replaced)
      this.run('DELETE FROM replaced_session WHERE machine = ? AND start_at = ? AND id = ?', no, start, id);
    const sql = `INSERT OR REPLACE INTO corrected_session(${SESSION_COLUMNS}) VALUES (${SESSION_VALUES})`;
    for (const session of added.sessions) this.run(sql, ...sessionValues(no, session));
    for (const { start, id } of added.replaced)
      this.run('INSERT OR REPLACE INTO replaced_session(machine, start_at, id) VALUES (?, ?, ?)', no, start, id);
  }
}
