import type { Lab, UsageRow } from './contract.ts';
import { dayRange } from './time-words.ts';

/** What was seen of a machine since midnight; `coverage`: the share that was observed, null when no time counts yet. */
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

/** Today of every machine in the rows, by machine. */
export function todayByMachine(rows: readonly UsageRow[]): Map<string, Today> {
  const today = new Map<string, Today>();
  for (const { group, runningS, coverage } of rows) {
    if (group.machine !== undefined) today.set(group.machine, { runningS, coverage });
  }
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
