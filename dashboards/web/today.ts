import type { Lab, UsageRow } from './contract.ts';
import { dayRange } from './time-words.ts';

/** What was seen of a machine since midnight. `coverage` is the share of the time until now that was observed. */
export interface Today {
  runningS: number | null;
  coverage: number | null;
}

/** One question to `GET /api/v1/usage`; `lab` null asks for the whole network. */
export interface UsageQuery {
  from: string;
  to: string;
  lab: string | null;
}

/** Today of one row asked for at `now` (ms). What lies ahead of `now` was neither observed nor missed. */
export function todayOf(row: UsageRow, now: number): Today {
  const { runningS, standbyS, offS } = row;
  if (runningS === null || standbyS === null || offS === null) return { runningS, coverage: null };
  const elapsedS = Math.min(row.windowS, (now - Date.parse(row.from)) / 1000);
  if (elapsedS <= 0) return { runningS, coverage: null };
  return { runningS, coverage: Math.min(1, (runningS + standbyS + offS) / elapsedS) };
}

/** Today of every machine in the rows, by machine. */
export function todayByMachine(rows: readonly UsageRow[], now: number): Map<string, Today> {
  const today = new Map<string, Today>();
  for (const row of rows) if (row.group.machine !== undefined) today.set(row.group.machine, todayOf(row, now));
  return today;
}

/** The questions that give today for the labs shown: one when all have the same date, else one for each lab. */
export function usageQueries(labs: readonly Lab[], lab: string | null, now: number): UsageQuery[] {
  const shown = lab === null ? labs : labs.filter((one) => one.id === lab);
  const queries = shown.map((one) => ({ ...dayRange(now, one.timezone), lab: one.id }));
  const first = queries[0];
  if (lab !== null || first === undefined) return queries;
  return queries.every((query) => query.from === first.from) ? [{ ...first, lab: null }] : queries;
}
