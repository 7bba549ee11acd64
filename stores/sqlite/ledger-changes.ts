import {
  CHANGED_LAYERS,
  type ChangeFeedState,
  type LedgerChange,
  type LedgerChanges,
} from '../../domain/ports-ledger.ts';
import { SqliteLedgerReader } from './ledger-reader.ts';

/** Reads the ledger and the feed of its changes, with a connection of its own. */
export class SqliteLedgerChanges extends SqliteLedgerReader implements LedgerChanges {
  async feed(): Promise<ChangeFeedState> {
    const sql =
      'SELECT born, (SELECT min(no) FROM change) AS oldest, (SELECT max(no) FROM change) AS newest FROM change_feed';
    const row = this.get(sql);
    return {
      born: (row?.born as string | undefined) ?? '',
      oldest: (row?.oldest as number | null | undefined) ?? 0,
      newest: (row?.newest as number | null | undefined) ?? 0,
    };
  }

  async changes(after: number, limit: number): Promise<LedgerChange[]> {
    const sql = `SELECT change.no, id, layer, from_at, to_at FROM change JOIN machine ON machine.no = change.machine
      WHERE change.no > ? ORDER BY change.no LIMIT ?`;
    return this.all(sql, after, limit).map((row) => ({
      no: row.no as number,
      machine: row.id as string,
      layer: CHANGED_LAYERS[row.layer as number] as LedgerChange['layer'],
      from: row.from_at as number,
      to: row.to_at as number,
    }));
  }

  async machines(): Promise<string[]> {
    return this.all("SELECT id FROM machine WHERE id NOT LIKE 'connector/%' ORDER BY no").map(
      (row) => row.id as string,
    );
  }
}
