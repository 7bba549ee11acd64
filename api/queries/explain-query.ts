import { type MachineReading, type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { openingIntervals } from '../../domain/opening.ts';
import { energyShare } from '../../domain/rollup.ts';
import { type Stretch, stretchesOf } from '../../domain/stretch.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { emptySum, type UsageSum, usageRow } from '../../domain/usage.ts';
import { audienceUsage, UNKNOWN_AUDIENCE } from './audience-usage.ts';
import { type Bucket, bucketsOf, countedRange, type Range, rangeOf } from './buckets.ts';
import { machineUsage } from './machine-usage.ts';
import type { Queries, UsageDetail, UsageExplained } from './queries.ts';
import { machinesOf } from './usage-query.ts';

type ExplainQuery = Parameters<Queries['explain']>[0];

/** The longest window whose layers are read one by one. */
const DETAIL_MS_MAX = 62 * DAY_MS;
/** However much happens in so short a time, it is told. */
const WHOLE_MS_MAX = 2 * HOUR_MS;

/** Answers `Queries.explain`: the row and what it stands on are of the same moment. */
export async function queryExplain(deps: QueryDeps, query: ExplainQuery): Promise<UsageExplained | null> {
  const now = deps.clock();
  const [chosen] = machinesOf(deps, [query.machine]);
  const bucket = chosen && bucketOf(query, chosen.lab.timezone);
  if (!bucket) return null;
  const counted = countedRange(bucket, chosen.lab, now);
  const profile = query.period === 'hour' ? 'hour' : 'total';
  return readMachine(deps, query.machine, chosen.lab, now, async (reading) => {
    const row = usageRow(await sumOf(deps, reading, query.audience, bucket, counted), profile);
    const detail = await detailOf(reading, query, counted);
    const isMeasured = row.energyWh !== null;
    return {
      from: bucket.from,
      to: bucket.to,
      row,
      detail: detail && { ...detail, energy: isMeasured ? detail.energy : null },
    };
  });
}

function bucketOf(query: ExplainQuery, zone: string): Bucket | undefined {
  const range = rangeOf(query, zone);
  if (query.bucket === null) return { key: 0, ...range };
  return bucketsOf(range, query.period, zone).find(({ key }) => key === query.bucket);
}

async function sumOf(
  { ledger }: QueryDeps,
  reading: MachineReading,
  audience: string | null,
  bucket: Bucket,
  counted: Range,
): Promise<UsageSum> {
  const sums =
    audience === null
      ? await machineUsage(ledger, reading, [bucket], counted)
      : (await audienceUsage(reading, [bucket], counted)).get(audience);
  return sums?.[0] ?? emptySum();
}

async function detailOf(
  reading: MachineReading,
  { audience, stretchesMax }: ExplainQuery,
  { from, to }: Range,
): Promise<UsageDetail | null> {
  if (!(from < to)) return { stretches: [], sessions: [], energy: null, eventsFrom: from };
  if (to - from > DETAIL_MS_MAX) return null;
  const { layers, sessions, energy } = await reading.history(from, to);
  const opening = openingIntervals(reading.lab, from, to);
  const all = stretchesOf({ ...layers, sessions, opening }, from, to);
  const stretches = audience === null ? all : all.filter((one) => isOf(audience, one));
  if (stretches.length > stretchesMax && to - from > WHOLE_MS_MAX) return null;
  const shares = energy?.map((hour) => ({ ...hour, share: energyShare(hour.hour, from, to, reading.now) }));
  return {
    stretches,
    sessions: sessions
      .filter((one) => audience === null || one.audience === audience)
      .map((session) => ({
        session: { ...session, lab: reading.lab.id },
        isCounted: session.start >= from && session.start < to,
        countedMs: Math.min(session.end ?? to, to) - Math.max(session.start, from),
      })),
    energy: shares?.filter(({ share }) => share > 0) ?? null,
    eventsFrom: Math.min(from, ...[layers.activity[0], sessions[0]].map((first) => first?.start ?? from)),
  };
}

/** The time of an audience is that of its sessions; runs without a badge are those of the unknown. */
function isOf(audience: string, { activity, session }: Stretch): boolean {
  return session ? session.audience === audience : audience === UNKNOWN_AUDIENCE && activity === 'running';
}
