import type { Stay } from '../../domain/stay.ts';
import { startOfOpenDay, type Tier, tierPieceAt } from '../../domain/tier.ts';
import type { Range } from './buckets.ts';
import type { UsagePeriod } from './queries.ts';

/** A part of a stretch of rolled-up time, and what it is read from: sums, or hours. */
export interface PlannedPart extends Range {
  unit: Tier | 'hour';
}

/** Which hours of a machine have rollups. */
export interface RolledRange {
  rolledFrom: number;
  rolledUntil: number;
}

/** The longest sums of which the buckets of a period are made; null: of none. */
const LONGEST: Record<UsagePeriod, Tier | null> = {
  hour: null,
  day: 'day',
  week: 'day',
  month: 'month',
  quarter: 'month',
  year: 'month',
  total: 'month',
};

/**
 * Divides a stretch of rolled-up hours of one stay into whole months, whole days and hours, in order, none of which
 * reaches over the beginning of a bucket.
 *
 * The first and the last hours that have rollups are the first and the last of their day and month: a stretch that
 * begins or ends with them takes those whole. A month holds only whole days, so that the last day may come apart.
 */
export function planTiers(rolled: RolledRange, stay: Stay, { from, to }: Range, period: UsagePeriod): PlannedPart[] {
  const longest = LONGEST[period];
  if (!longest) return [{ unit: 'hour', from, to }];
  const isFirst = from === rolled.rolledFrom;
  const isLast = to === rolled.rolledUntil;
  const dayFrom = isFirst ? from : nextStart(stay, 'day', from);
  const dayTo = isLast ? to : startOf(stay, 'day', to);
  if (!(dayFrom < dayTo)) return [{ unit: 'hour', from, to }];
  const monthFrom = isFirst ? from : nextStart(stay, 'month', dayFrom);
  const monthTo = isLast ? startOfOpenDay([stay], to) : startOf(stay, 'month', to);
  const isMonthly = longest === 'month' && monthFrom < monthTo;
  const parts: PlannedPart[] = [
    { unit: 'hour', from, to: dayFrom },
    { unit: 'day', from: dayFrom, to: isMonthly ? monthFrom : dayTo },
    { unit: 'month', from: monthFrom, to: isMonthly ? monthTo : monthFrom },
    { unit: 'day', from: isMonthly ? monthTo : dayTo, to: dayTo },
    { unit: 'hour', from: dayTo, to },
  ];
  return parts.filter((part) => part.from < part.to);
}

/** The beginning of the day or month that holds `at`; `at` itself past the end of the stay. */
export function startOf(stay: Stay, tier: Tier, at: number): number {
  return tierPieceAt([stay], tier, at)?.start ?? at;
}

function nextStart(stay: Stay, tier: Tier, at: number): number {
  const piece = tierPieceAt([stay], tier, at);
  return !piece || piece.start === at ? at : piece.end;
}
