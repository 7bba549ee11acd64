import { type MachineReading, type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { addUptime, countFaults, emptyUptime, type UptimeSum, uptimeRow } from '../../domain/uptime.ts';
import { type Bucket, bucketsOf, countedRange, type Range, rangeOf } from './buckets.ts';
import { Cells } from './cells.ts';
import { machineUsage } from './machine-usage.ts';
import type { Queries, UptimeAnswer } from './queries.ts';
import { groupName, machinesOf } from './usage-query.ts';

/** Answers `Queries.uptime`. */
export async function queryUptime(deps: QueryDeps, query: Parameters<Queries['uptime']>[0]): Promise<UptimeAnswer> {
  const now = deps.clock();
  const cells = new Cells<UptimeSum>();
  const answer: UptimeAnswer = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, rows: [] };
  for (const { machine, lab } of machinesOf(deps, query.machines)) {
    const range = rangeOf(query, lab.timezone);
    answer.from = Math.min(answer.from, range.from);
    answer.to = Math.max(answer.to, range.to);
    const buckets = bucketsOf(range, query.period, lab.timezone);
    const counted = countedRange(range, lab, now);
    const sums = await readMachine(deps, machine.id, lab, now, (reading) =>
      machineUptime(deps, reading, buckets, counted),
    );
    cells.add(groupName(query.by, machine, deps), buckets, sums);
  }
  if (cells.isEmpty) return { ...rangeOf(query, 'UTC'), rows: [] };
  for (const { group, from, to, parts } of cells.entries()) {
    const sum = emptyUptime();
    for (const part of parts) addUptime(sum, part);
    answer.rows.push({ group: { [query.by]: group }, from, to, ...uptimeRow(sum) });
  }
  return answer;
}

async function machineUptime(
  { ledger }: QueryDeps,
  reading: MachineReading,
  buckets: readonly Bucket[],
  counted: Range,
): Promise<UptimeSum[]> {
  const sums = await machineUsage(ledger, reading, buckets, counted);
  // What touches the beginning tells whether a fault began there or only went on.
  const service = counted.from < counted.to ? await reading.service(counted.from - 1, counted.to) : [];
  return sums.map((sum, index) => {
    const bucket = buckets[index] as Bucket;
    const { windowMs, unknownMs, openMs, faultMs, maintenanceMs, faultOpenMs, maintenanceOpenMs } = sum;
    const from = Math.max(bucket.from, counted.from);
    const to = Math.min(bucket.to, counted.to);
    const faults = from < to ? countFaults(service, from, to) : 0;
    return { windowMs, unknownMs, openMs, faultMs, maintenanceMs, faultOpenMs, maintenanceOpenMs, faults };
  });
}
