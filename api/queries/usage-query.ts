import type { Lab, Machine } from '../../domain/registry.ts';
import { startOfPeriod } from '../../domain/time.ts';
import { combineRows, type UsageSum, usageRow } from '../../domain/usage.ts';
import { audienceUsage } from './audience-usage.ts';
import { type Bucket, bucketsOf, countedRange, rangeOf } from './buckets.ts';
import { type QueryDeps, readMachine } from './machine-reading.ts';
import { machineUsage } from './machine-usage.ts';
import type { GroupBy, Queries, RangeText, UsageAnswer, UsageAnswerRow } from './queries.ts';

interface Cell {
  from: number;
  to: number;
  sums: UsageSum[];
}

/** Answers `Queries.usage`. */
export async function queryUsage(deps: QueryDeps, query: Parameters<Queries['usage']>[0]): Promise<UsageAnswer> {
  const now = deps.clock();
  const groups = new Map<string, Map<number, Cell>>();
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
    for (const [group, sums] of parts) {
      const cells = groups.get(group) ?? new Map<number, Cell>();
      groups.set(group, cells);
      for (const [index, bucket] of buckets.entries()) addToCell(cells, bucket, sums[index] as UsageSum);
    }
  }
  if (groups.size === 0) return emptyAnswer(query);
  const profile = query.period === 'hour' ? 'hour' : 'total';
  for (const [name, cells] of groups) {
    for (const [, { from, to, sums }] of [...cells].sort(([a], [b]) => a - b)) {
      const row: UsageAnswerRow = { group: { [query.by]: name }, from, to, ...usageRow(combineRows(sums), profile) };
      answer.rows.push(row);
    }
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

function addToCell(cells: Map<number, Cell>, bucket: Bucket, sum: UsageSum): void {
  const cell = cells.get(bucket.key);
  if (!cell) {
    cells.set(bucket.key, { from: bucket.from, to: bucket.to, sums: [sum] });
    return;
  }
  cell.from = Math.min(cell.from, bucket.from);
  cell.to = Math.max(cell.to, bucket.to);
  cell.sums.push(sum);
}

function groupName(by: Exclude<GroupBy, 'audience'>, machine: Machine, { registry }: QueryDeps): string {
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

function emptyAnswer(query: RangeText): UsageAnswer {
  return { ...rangeOf(query, 'UTC'), rows: [] };
}
