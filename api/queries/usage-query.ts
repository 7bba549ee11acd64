import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { stayAt } from '../../domain/stay.ts';
import { startOfPeriod } from '../../domain/time.ts';
import { addSum, emptySum, usageRow } from '../../domain/usage.ts';
import { audienceUsage } from './audience-usage.ts';
import { bucketsOf, countedRange, perZone, rangeOf } from './buckets.ts';
import { Cells } from './cells.ts';
import { groupName, machinesOf, staysIn } from './chosen.ts';
import { machineUsage } from './machine-usage.ts';
import type { Queries, UsageAnswer } from './queries.ts';

/** Answers `Queries.usage`. */
export async function queryUsage(deps: QueryDeps, query: Parameters<Queries['usage']>[0]): Promise<UsageAnswer> {
  const now = deps.clock();
  const cells = new Cells(emptySum, addSum);
  const answer: UsageAnswer = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, rows: [] };
  const { by } = query;
  const rangeIn = perZone((zone) => rangeOf(query, zone));
  const bucketsIn = perZone((zone) => bucketsOf(rangeIn(zone), query.period, zone));
  for (const { machine, stay } of staysIn(deps, query)) {
    const zone = stay.lab.timezone;
    const range = rangeIn(zone);
    answer.from = Math.min(answer.from, range.from);
    answer.to = Math.max(answer.to, range.to);
    const buckets = bucketsIn(zone);
    const counted = countedRange(range, stay, now);
    const window = { stay, period: query.period, buckets, counted };
    const parts = await readMachine(deps, machine.id, now, async (reading) =>
      by === 'audience'
        ? audienceUsage(reading, stay, buckets, counted)
        : new Map([[groupName(by, machine, stay, deps), await machineUsage(deps.ledger, reading, window)]]),
    );
    for (const [group, sums] of parts) cells.add(group, buckets, sums);
  }
  if (cells.isEmpty) return { ...rangeOf(query, 'UTC'), rows: [] };
  const profile = query.period === 'hour' ? 'hour' : 'total';
  for (const { group, key, from, to, sum } of cells.entries()) {
    answer.rows.push({ group: { [query.by]: group }, key, from, to, ...usageRow(sum, profile) });
  }
  return answer;
}

/** The observed share of today of each machine. */
export async function queryCoverageToday(
  deps: QueryDeps,
  machines: readonly string[],
): Promise<Record<string, number | null>> {
  const now = deps.clock();
  const shares: Record<string, number | null> = {};
  for (const { machine, stays } of machinesOf(deps, { machines: [...machines] })) {
    const stay = stayAt(stays, now);
    shares[machine.id] = null;
    if (!stay) continue;
    const from = startOfPeriod(now, 'day', stay.lab.timezone);
    const day = { key: from, from, to: now };
    const counted = countedRange(day, stay, now);
    const window = { stay, period: 'day' as const, buckets: [day], counted };
    const [sum] = await readMachine(deps, machine.id, now, (reading) => machineUsage(deps.ledger, reading, window));
    if (sum && sum.windowMs > 0) shares[machine.id] = 1 - sum.unknownMs / sum.windowMs;
  }
  return shares;
}
