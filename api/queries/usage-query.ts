import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import type { Lab, Machine } from '../../domain/registry.ts';
import { startOfPeriod } from '../../domain/time.ts';
import { combineRows, type UsageSum, usageRow } from '../../domain/usage.ts';
import { audienceUsage } from './audience-usage.ts';
import { bucketsOf, countedRange, rangeOf } from './buckets.ts';
import { Cells } from './cells.ts';
import { machineUsage } from './machine-usage.ts';
import type { GroupBy, Queries, UsageAnswer } from './queries.ts';

/** Answers `Queries.usage`. */
export async function queryUsage(deps: QueryDeps, query: Parameters<Queries['usage']>[0]): Promise<UsageAnswer> {
  const now = deps.clock();
  const cells = new Cells<UsageSum>();
  const answer: UsageAnswer = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, rows: [] };
  for (const { machine, lab } of machinesOf(deps, query.machines)) {
    const range = rangeOf(query, lab.timezone);
    answer.from = Math.min(answer.from, range.from);
    answer.to = Math.max(answer.to, range.to);
    const buckets = bucketsOf(range, query.period, lab.timezone);
    const counted = countedRange(range, lab, now);
    const parts = await readMachine(deps, machine.id, lab, now, async (reading) =>
      query.by === 'audience'
        ? audienceUsage(reading, buckets, counted)
        : new Map([[groupName(query.by, machine, deps), await machineUsage(deps.ledger, reading, buckets, counted)]]),
    );
    for (const [group, sums] of parts) cells.add(group, buckets, sums);
  }
  if (cells.isEmpty) return { ...rangeOf(query, 'UTC'), rows: [] };
  const profile = query.period === 'hour' ? 'hour' : 'total';
  for (const { group, key, from, to, parts } of cells.entries()) {
    answer.rows.push({ group: { [query.by]: group }, key, from, to, ...usageRow(combineRows(parts), profile) });
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
  for (const { machine, lab } of machinesOf(deps, machines)) {
    const from = startOfPeriod(now, 'day', lab.timezone);
    const day = { key: from, from, to: now };
    const counted = countedRange(day, lab, now);
    const [sum] = await readMachine(deps, machine.id, lab, now, (reading) =>
      machineUsage(deps.ledger, reading, [day], counted),
    );
    shares[machine.id] = sum && sum.windowMs > 0 ? 1 - sum.unknownMs / sum.windowMs : null;
  }
  return shares;
}

/** The chosen machines with their labs; a machine that left the registry meanwhile is left out. */
export function machinesOf({ registry }: QueryDeps, ids: readonly string[]): { machine: Machine; lab: Lab }[] {
  const document = registry();
  const labs = new Map(document.labs.map((lab) => [lab.id, lab]));
  const chosen = new Set(ids);
  return document.machines.flatMap((machine) => {
    const lab = labs.get(machine.lab);
    return lab && chosen.has(machine.id) ? [{ machine, lab }] : [];
  });
}

/** The group that a machine belongs to. */
export function groupName(by: Exclude<GroupBy, 'audience'>, machine: Machine, { registry }: QueryDeps): string {
  switch (by) {
    case 'machine':
      return machine.id;
    case 'lab':
      return machine.lab;
    case 'kind':
      return machine.kind;
    case 'network':
      return registry().network.id;
  }
}
