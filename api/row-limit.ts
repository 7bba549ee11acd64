import { type Failure, failure } from '../domain/failure.ts';
import type { Registry } from '../domain/registry.ts';
import { HOUR_MS, parseInstantOrDate } from '../domain/time.ts';
import type { GroupBy, RangeText, UsagePeriod } from './queries/queries.ts';

/** The most rows that one answer holds: writing them must not hold up those who wait for an acknowledgement. */
export const ROWS_MAX = 20_000;
/** The most totals (one for each machine and bucket) that one answer adds up: others wait for the same thread. */
export const SUMS_MAX = 4_000_000;

const HOURS_OF: Record<UsagePeriod, number> = {
  total: Number.POSITIVE_INFINITY,
  hour: 1,
  day: 24,
  week: 168,
  month: 720,
  quarter: 2160,
  year: 8760,
};

/** Refuses what would have too many rows (one for each group and bucket of the range) or add up too much. */
export function checkRows(
  { from, to }: RangeText,
  period: UsagePeriod,
  groups: number,
  machines = groups,
): Failure | null {
  const [start = 0, end = 0] = [parseInstantOrDate(from, 'UTC'), parseInstantOrDate(to, 'UTC')];
  const buckets = Math.max(1, Math.ceil((end - start) / HOUR_MS / HOURS_OF[period]));
  const rows = buckets * Math.max(1, groups);
  if (rows > ROWS_MAX) return tooMuch(`This asks for about ${rows} rows, more than ${ROWS_MAX}.`, 'too many rows');
  const sums = buckets * Math.max(1, machines);
  if (sums <= SUMS_MAX) return null;
  return tooMuch(`This adds up about ${sums} totals of machines, more than ${SUMS_MAX}.`, 'too many totals');
}

/** How many groups there are at most among the machines of a selection. */
export function groupCount(
  by: GroupBy,
  document: Registry,
  { machines, lab }: { machines: string[]; lab?: string | undefined },
): number {
  switch (by) {
    case 'machine':
      return machines.length;
    case 'lab':
      return lab === undefined ? document.labs.length : 1;
    case 'kind':
      return Math.min(machines.length, new Set(document.machines.map(({ kind }) => kind)).size);
    case 'audience':
      return document.audiences.length + 1;
    case 'network':
      return 1;
  }
}

function tooMuch(what: string, message: string): Failure {
  return failure('bad-range', `${what} Take a longer period, a shorter range or fewer machines.`, [
    { path: 'period', message },
  ]);
}
