import { type MachineReading, type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { addUptime, countFaults, emptyUptime, type UptimeSum, uptimeRow } from '../../domain/uptime.ts';
import { type Bucket, bucketsOf, countedRange, perZone, rangeOf } from './buckets.ts';
import { Cells } from './cells.ts';
import { groupName, staysIn } from './chosen.ts';
import { machineUsage, type UsageWindow } from './machine-usage.ts';
import type { Queries, UptimeAnswer } from './queries.ts';

/** Answers `Queries.uptime`. */
export async function queryUptime(deps: QueryDeps, query: Parameters<Queries['uptime']>[0]): Promise<UptimeAnswer> {
  const now = deps.clock();
  const cells = new Cells(emptyUptime, addUptime);
  const answer: UptimeAnswer = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, rows: [] };
  const rangeIn = perZone((zone) => rangeOf(query, zone));
  const bucketsIn = perZone((zone) => bucketsOf(rangeIn(zone), query.period, zone));
  for (const { machine, stay } of staysIn(deps, query)) {
    const zone = stay.lab.timezone;
    const range = rangeIn(zone);
    answer.from = Math.min(answer.from, range.from);
    answer.to = Math.max(answer.to, range.to);
    const buckets = bucketsIn(zone);
    const counted = countedRange(range, stay, now);
    const sums = await readMachine(deps, machine.id, now, (reading) =>
      machineUptime(deps, reading, { stay, period: query.period, buckets, counted }),
    );
    cells.add(groupName(query.by, machine, stay, deps), buckets, sums);
  }
  if (cells.isEmpty) return { ...rangeOf(query, 'UTC'), rows: [] };
  for (const { group, from, to, sum } of cells.entries()) {
    answer.rows.push({ group: { [query.by]: group }, from, to, ...uptimeRow(sum) });
  }
  return answer;
}

async function machineUptime(
  { ledger }: QueryDeps,
  reading: MachineReading,
  window: UsageWindow,
): Promise<UptimeSum[]> {
  const { buckets, counted } = window;
  const sums = await machineUsage(ledger, reading, window);
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
