import { type MachineReading, type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import type { Machine } from '../../domain/registry.ts';
import { bucketsOf, countedRange, perZone, type Range, rangeOf } from './buckets.ts';
import type { Cells } from './cells.ts';
import { staysIn } from './chosen.ts';
import type { UsageWindow } from './machine-usage.ts';
import type { ChosenMachines, RangeText, UsagePeriod } from './queries.ts';

/** What is added up: of which machines, over which range, in buckets of which period. */
export interface SummedQuery extends RangeText, ChosenMachines {
  period: UsagePeriod;
}

/** The sums of one machine in one lab by group; each list is in the order of the window's buckets. */
export type GroupSums<Sum> = Iterable<readonly [group: string, sums: readonly Sum[]]>;

/**
 * Adds up in `cells` what `read` gives of each machine in each lab where it is. Returns the range that was read, from
 * its beginning in the first zone to its end in the last.
 */
export async function addUp<Sum>(
  deps: QueryDeps,
  query: SummedQuery,
  cells: Cells<Sum>,
  read: (reading: MachineReading, window: UsageWindow, machine: Machine) => Promise<GroupSums<Sum>>,
): Promise<Range> {
  const now = deps.clock();
  const whole: Range = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  const rangeIn = perZone((zone) => rangeOf(query, zone));
  const bucketsIn = perZone((zone) => bucketsOf(rangeIn(zone), query.period, zone));
  for (const { machine, stay } of staysIn(deps, query)) {
    const zone = stay.lab.timezone;
    const range = rangeIn(zone);
    whole.from = Math.min(whole.from, range.from);
    whole.to = Math.max(whole.to, range.to);
    const buckets = bucketsIn(zone);
    const window = { stay, period: query.period, buckets, counted: countedRange(range, stay, now) };
    const groups = await readMachine(deps, machine.id, now, (reading) => read(reading, window, machine));
    for (const [group, sums] of groups) cells.add(group, buckets, sums);
  }
  return cells.isEmpty ? rangeOf(query, 'UTC') : whole;
}
