import type { MachineReading, QueryDeps } from '../../domain/machine-reading.ts';
import { addUptime, countFaults, emptyUptime, type UptimeSum, uptimeRow } from '../../domain/uptime.ts';
import { addUp } from './add-up.ts';
import type { Bucket } from './buckets.ts';
import { Cells } from './cells.ts';
import { groupName } from './chosen.ts';
import { machineUsage, type UsageWindow } from './machine-usage.ts';
import type { Queries, UptimeAnswer } from './queries.ts';

/** Answers `Queries.uptime`. */
export async function queryUptime(deps: QueryDeps, query: Parameters<Queries['uptime']>[0]): Promise<UptimeAnswer> {
  const { by } = query;
  const cells = new Cells(emptyUptime, addUptime);
  const range = await addUp(deps, query, cells, async (reading, window, machine) => [
    [groupName(by, machine, window.stay, deps), await machineUptime(deps, reading, window)],
  ]);
  const rows = cells
    .entries()
    .map(({ group, from, to, sum }) => ({ group: { [by]: group }, from, to, ...uptimeRow(sum) }));
  return { ...range, rows: [...rows] };
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
