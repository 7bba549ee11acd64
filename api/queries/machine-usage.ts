import type { MachineReading } from '../../domain/machine-reading.ts';
import type { LedgerReader } from '../../domain/ports.ts';
import { measure, type RollupHour } from '../../domain/rollup.ts';
import { endOfPiece, type Stay, startOfPiece } from '../../domain/stay.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { addTotals, emptySum, type UsageSum } from '../../domain/usage.ts';
import type { Bucket, Range } from './buckets.ts';

/** Below this many hours a sum, reading the hours is faster than having them added up. */
const HOURS_PER_SUM_MIN = 4;

/**
 * The usage of one machine in one lab in each bucket: rollups for whole settled hours, intervals for the rest.
 *
 * `buckets` follow each other; `counted` is the part of them that counts, inside the stay. Where a rollup is missing (before the machine
 * was ever heard) the hour is measured too.
 */
export async function machineUsage(
  ledger: LedgerReader,
  reading: MachineReading,
  stay: Stay,
  buckets: readonly Bucket[],
  counted: Range,
): Promise<UsageSum[]> {
  const sums = buckets.map(() => emptySum());
  for (const sum of sums) sum.machines = 1;
  if (!(counted.from < counted.to)) return sums;
  for (const range of await addSettled(ledger, reading, stay, buckets, counted, sums)) {
    await addMeasured(reading, stay, range, buckets, sums);
  }
  await addMembers(reading, counted, buckets, sums);
  for (const sum of sums) sum.unmetered = sum.windowMs > 0 && sum.energyWh === null ? 1 : 0;
  return sums;
}

/** Adds what rollups know; returns the ranges that they leave out. */
async function addSettled(
  ledger: LedgerReader,
  reading: MachineReading,
  stay: Stay,
  buckets: readonly Bucket[],
  counted: Range,
  sums: UsageSum[],
): Promise<Range[]> {
  const settled = settledHours(reading, stay, counted);
  if (!settled) return [counted];
  const edges = edgesOf(settled, buckets);
  const isCoarse = settled.to - settled.from > HOURS_PER_SUM_MIN * HOUR_MS * edges.length;
  if (isCoarse && (await addSums(ledger, reading.machine, edges, buckets, sums))) {
    return [
      { from: counted.from, to: settled.from },
      { from: settled.to, to: counted.to },
    ].filter(({ from, to }) => from < to);
  }
  const rollups = await ledger.rollups([reading.machine], settled.from, settled.to);
  addRollups(rollups, buckets, sums);
  return missingRanges(rollups, counted);
}

/** The beginning and the end of the settled hours, and the buckets' boundaries between them. */
function edgesOf({ from, to }: Range, buckets: readonly Bucket[]): number[] {
  const inner = buckets.slice(1).map((bucket) => bucket.from);
  return [from, ...inner.filter((edge) => edge > from && edge < to), to];
}

/** Adds sums that the ledger made; false, and nothing added, when hours are missing between the edges. */
async function addSums(
  ledger: LedgerReader,
  machine: string,
  edges: readonly number[],
  buckets: readonly Bucket[],
  sums: UsageSum[],
): Promise<boolean> {
  const stretches = await ledger.rollupSums(machine, edges);
  const lengthMs = stretches.reduce((ms, sum) => ms + sum.offMs + sum.standbyMs + sum.runningMs + sum.unknownMs, 0);
  if (lengthMs !== (edges.at(-1) as number) - (edges[0] as number)) return false;
  let index = 0;
  for (const [stretch, totals] of stretches.entries()) {
    while ((buckets[index] as Bucket).to <= (edges[stretch] as number)) index += 1;
    addTotals(sums[index] as UsageSum, totals);
  }
  return true;
}

/** The whole pieces of clock hours of the range that have their rollups. */
function settledHours({ rolledFrom, rolledUntil }: MachineReading, stay: Stay, counted: Range): Range | null {
  const from = Math.max(counted.from, rolledFrom);
  const until = Math.min(counted.to, rolledUntil);
  if (!(from < until)) return null;
  const first = endOfPiece([stay], from);
  const last = startOfPiece([stay], until);
  return first < last ? { from: first, to: last } : null;
}

function addRollups(rollups: readonly RollupHour[], buckets: readonly Bucket[], sums: UsageSum[]): void {
  let index = 0;
  for (const rollup of rollups) {
    while (index < buckets.length && (buckets[index] as Bucket).to <= rollup.hour) index += 1;
    addTotals(sums[index] as UsageSum, rollup);
  }
}

/** What the rollups leave out of the range. */
function missingRanges(rollups: readonly RollupHour[], { from, to }: Range): Range[] {
  const missing: Range[] = [];
  let position = from;
  for (const rollup of rollups) {
    if (rollup.hour > position) missing.push({ from: position, to: rollup.hour });
    position = rollup.hour + rollup.offMs + rollup.standbyMs + rollup.runningMs + rollup.unknownMs;
  }
  if (position < to) missing.push({ from: position, to });
  return missing;
}

async function addMeasured(
  reading: MachineReading,
  stay: Stay,
  range: Range,
  buckets: readonly Bucket[],
  sums: UsageSum[],
): Promise<void> {
  const history = await reading.history(stay, range.from, range.to);
  buckets.forEach((bucket, index) => {
    const from = Math.max(range.from, bucket.from);
    const to = Math.min(range.to, bucket.to);
    if (from < to) addTotals(sums[index] as UsageSum, measure(history, from, to, reading.now));
  });
}

async function addMembers(
  reading: MachineReading,
  { from, to }: Range,
  buckets: readonly Bucket[],
  sums: UsageSum[],
): Promise<void> {
  let index = 0;
  for (const { start, member } of await reading.sessions(from, to)) {
    if (start < from || start >= to) continue;
    while (index < buckets.length && (buckets[index] as Bucket).to <= start) index += 1;
    (sums[index] as UsageSum).members.add(member);
  }
}
