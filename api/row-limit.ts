import { type Failure, failure } from '../domain/failure.ts';
import { HOUR_MS, parseInstantOrDate } from '../domain/time.ts';
import type { RangeText, UsagePeriod } from './queries/queries.ts';

/** The most rows that one answer holds. */
const ROWS_MAX = 200_000;

const HOURS_OF: Record<UsagePeriod, number> = {
  total: Number.POSITIVE_INFINITY,
  hour: 1,
  day: 24,
  week: 168,
  month: 720,
  quarter: 2160,
  year: 8760,
};

/** Refuses what would have too many rows: one for each group and bucket of the range. */
export function checkRows({ from, to }: RangeText, period: UsagePeriod, groups: number): Failure | null {
  const [start = 0, end = 0] = [parseInstantOrDate(from, 'UTC'), parseInstantOrDate(to, 'UTC')];
  const rows = Math.ceil((end - start) / HOUR_MS / HOURS_OF[period]) * Math.max(1, groups);
  if (rows <= ROWS_MAX) return null;
  const sentence = `This asks for about ${rows} rows, more than ${ROWS_MAX}. Take a longer period, a shorter range or fewer machines.`;
  return failure('bad-range', sentence, [{ path: 'period', message: 'too many rows' }]);
}
