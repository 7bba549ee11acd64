import type { RollupSum } from '../../domain/rollup.ts';
import { totalsOf, type Values } from './ledger-rows.ts';
import { ROLLUP_COLUMNS } from './ledger-schema.ts';

/** One unmeasured hour does not hide the energy of the others; one hour without opening hours hides those of all. */
const MISSING_IS_LEFT_OUT = new Set<string>(['energyWh', 'recoveredWh']);

/** As `totalsOf` reads a row of an earlier version. */
const UNKNOWN_MAINTENANCE = 'coalesce(unknownMaintenanceOpenMs, max(0, unknownOpenMs + maintenanceOpenMs - openMs))';

const SUMS = ROLLUP_COLUMNS.map((name) => {
  if (MISSING_IS_LEFT_OUT.has(name)) return `sum(${name}) AS ${name}`;
  const value = name === 'unknownMaintenanceOpenMs' ? UNKNOWN_MAINTENANCE : name;
  return `CASE WHEN count(${value}) = count(*) THEN total(${value}) END AS ${name}`;
});

/** Adds up the rollups of a machine (its number) with `hour` between two instants. */
export const ROLLUP_SUM_SQL = `SELECT count(*) AS hours, ${SUMS.join(', ')} FROM rollup WHERE machine = ? AND hour >= ? AND hour < ?`;

/** Reads the row of `ROLLUP_SUM_SQL`. */
export function rollupSumOf(values: Values): RollupSum {
  return { hours: values[0] as number, ...totalsOf(values, 1) };
}
