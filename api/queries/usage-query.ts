import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { stayAt } from '../../domain/stay.ts';
import { startOfPeriod } from '../../domain/time.ts';
import { usageRow } from '../../domain/usage.ts';
import { addSum, emptySum } from '../../domain/usage-sum.ts';
import { addUp } from './add-up.ts';
import { audienceUsage } from './audience-usage.ts';
import { countedRange } from './buckets.ts';
import { Cells } from './cells.ts';
import { groupName, machinesOf } from './chosen.ts';
import { machineUsage } from './machine-usage.ts';
import type { Queries, UsageAnswer } from './queries.ts';

/** Answers `Queries.usage`. */
export async function queryUsage(deps: QueryDeps, query: Parameters<Queries['usage']>[0]): Promise<UsageAnswer> {
  const { by } = query;
  const cells = new Cells(emptySum, addSum);
  const range = await addUp(deps, query, cells, async (reading, window, machine) =>
    by === 'audience'
      ? audienceUsage(reading, window)
      : [[groupName(by, machine, window.stay, deps), await machineUsage(deps.ledger, reading, window)]],
  );
  const profile = query.period === 'hour' ? 'hour' : 'total';
  const rows = cells
    .entries()
    .map(({ group, key, from, to, sum }) => ({ group: { [by]: group }, key, from, to, ...usageRow(sum, profile) }));
  return { ...range, rows: [...rows] };
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
