import type { Session } from '../../domain/layers.ts';
import type { MachineReading } from '../../domain/machine-reading.ts';
import type { LedgerReader } from '../../domain/ports.ts';
import { measure, type Totals } from '../../domain/rollup.ts';
import { endOfPiece, type Stay, startOfPiece } from '../../domain/stay.ts';
import type { TierSum } from '../../domain/tier.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { addTotals, emptySum, type UsageSum } from '../../domain/usage-sum.ts';
import type { Bucket, Range } from './buckets.ts';
import type { UsagePeriod } from './queries.ts';
import { planTiers, startOf } from './tier-plan.ts';

/** Below this many hours a sum, reading the hours is faster than having them added up. */
const HOURS_PER_SUM_MIN = 4;

/**
 * What is asked of one machine while it is in one lab: `buckets` follow each other, `counted` is the part of them that
 * counts, inside the stay.
 */
export interface UsageWindow {
  stay: Stay;
  period: UsagePeriod;
  buckets: readonly Bucket[];
  counted: Range;
}

/**
 * The usage of a machine in each bucket: sums of whole settled days and months, rollups of other settled hours, and
 * intervals for the rest. Where a sum or a rollup is missing, what it is made of is read instead.
 */
export async function machineUsage(
  ledger: LedgerReader,
  reading: MachineReading,
  window: UsageWindow,
): Promise<UsageSum[]> {
  const { counted, buckets } = window;
  const sums = buckets.map(() => emptySum());
  for (const sum of sums) sum.machines = 1;
  if (!(counted.from < counted.to)) return sums;
  const settled = settledHours(reading, window.stay, counted);
  const left = settled
    ? [
        { from: counted.from, to: settled.from },
        ...(await addSettled(ledger, reading, window, settled, sums)),
        { from: settled.to, to: counted.to },
      ]
    : [counted];
  for (const range of left) if (range.from < range.to) await addMeasured(reading, window, range, sums);
  for (const sum of sums) sum.unmetered = sum.windowMs > 0 && sum.energyWh === null ? 1 : 0;
  return sums;
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

/** Adds what the ledger has added up of settled hours; returns the ranges that it leaves out. */
async function addSettled(
  ledger: LedgerReader,
  reading: MachineReading,
  window: UsageWindow,
  settled: Range,
  sums: UsageSum[],
): Promise<Range[]> {
  const { stay, buckets } = window;
  const parts = planTiers(reading, stay, settled, window.period);
  const tiers: TierSum[] = [];
  // A ledger of an earlier version has none at first; those of earlier rules may be of other days.
  let isWhole = true;
  for (const { unit, from, to } of parts) {
    if (unit === 'hour') continue;
    const start = startOf(stay, unit, from);
    const found = await ledger.tiers(reading.machine, unit, start, to);
    isWhole &&= found[0]?.start === start && lengthOf(found) === to - from;
    tiers.push(...found);
  }
  let index = 0;
  for (const tier of isWhole ? tiers : []) {
    index = bucketAt(buckets, tier.start, index);
    const sum = sums[index] as UsageSum;
    addTotals(sum, tier);
    sum.members.addList(tier.members);
  }
  const left: Range[] = [];
  for (const range of isWhole ? parts.filter(({ unit }) => unit === 'hour') : [settled])
    left.push(...(await addHours(ledger, reading, buckets, range, sums)));
  return left;
}

/** Adds the rollups of settled hours; returns the ranges that have none. */
async function addHours(
  ledger: LedgerReader,
  reading: MachineReading,
  buckets: readonly Bucket[],
  range: Range,
  sums: UsageSum[],
): Promise<Range[]> {
  const { machine } = reading;
  addMembers(await reading.settledSessions(range.from, range.to), range, buckets, sums);
  const edges = edgesOf(range, buckets);
  const isCoarse = range.to - range.from > HOURS_PER_SUM_MIN * HOUR_MS * edges.length;
  const stretches = isCoarse ? await ledger.rollupSums(machine, edges) : [];
  if (isCoarse && lengthOf(stretches) === range.to - range.from) {
    let index = 0;
    for (const [stretch, totals] of stretches.entries()) {
      index = bucketAt(buckets, edges[stretch] as number, index);
      addTotals(sums[index] as UsageSum, totals);
    }
    return [];
  }
  const missing: Range[] = [];
  let position = range.from;
  let index = 0;
  for (const rollup of await ledger.rollups([machine], range.from, range.to)) {
    if (rollup.hour > position) missing.push({ from: position, to: rollup.hour });
    position = rollup.hour + lengthOf([rollup]);
    index = bucketAt(buckets, rollup.hour, index);
    addTotals(sums[index] as UsageSum, rollup);
  }
  return [...missing, { from: position, to: range.to }];
}

/** The beginning and the end of a range, and the buckets' boundaries between them. */
function edgesOf({ from, to }: Range, buckets: readonly Bucket[]): number[] {
  const inner = buckets.slice(1).map((bucket) => bucket.from);
  return [from, ...inner.filter((edge) => edge > from && edge < to), to];
}

async function addMeasured(
  reading: MachineReading,
  { stay, buckets }: UsageWindow,
  range: Range,
  sums: UsageSum[],
): Promise<void> {
  const history = await reading.history(stay, range.from, range.to);
  addMembers(history.sessions, range, buckets, sums);
  buckets.forEach((bucket, index) => {
    const from = Math.max(range.from, bucket.from);
    const to = Math.min(range.to, bucket.to);
    if (from < to) addTotals(sums[index] as UsageSum, measure(history, from, to, reading.now));
  });
}

/** Adds the members of the sessions that begin in the range. */
function addMembers(
  sessions: readonly Session[],
  { from, to }: Range,
  buckets: readonly Bucket[],
  sums: UsageSum[],
): void {
  let index = 0;
  for (const { start, member } of sessions) {
    if (start < from || start >= to) continue;
    index = bucketAt(buckets, start, index);
    (sums[index] as UsageSum).members.add(member);
  }
}

/** The bucket that holds an instant, looked for from a bucket on; the first one for what begins before all of them. */
function bucketAt(buckets: readonly Bucket[], at: number, index: number): number {
  let found = index;
  while (found < buckets.length - 1 && (buckets[found] as Bucket).to <= at) found += 1;
  return found;
}

function lengthOf(totals: readonly Totals[]): number {
  return totals.reduce((ms, sum) => ms + sum.offMs + sum.standbyMs + sum.runningMs + sum.unknownMs, 0);
}
