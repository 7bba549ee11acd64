import { type MachineReading, type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { openingIntervals } from '../../domain/opening.ts';
import { energyShare } from '../../domain/rollup.ts';
import type { Stay } from '../../domain/stay.ts';
import { type Stretch, stretchesOf } from '../../domain/stretch.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { usageRow } from '../../domain/usage.ts';
import { combineRows, emptySum, type UsageSum } from '../../domain/usage-sum.ts';
import { audienceUsage, UNKNOWN_AUDIENCE } from './audience-usage.ts';
import { type Bucket, bucketsOf, countedRange, type Range, rangeOf } from './buckets.ts';
import { staysIn } from './chosen.ts';
import { machineUsage, type UsageWindow } from './machine-usage.ts';
import type { Queries, UsageDetail, UsageExplained } from './queries.ts';

type ExplainQuery = Parameters<Queries['explain']>[0];

/** The longest window whose layers are read one by one. */
const DETAIL_MS_MAX = 62 * DAY_MS;
/** However much happens in so short a time, it is told. */
const WHOLE_MS_MAX = 2 * HOUR_MS;

/** The part of the question that is about one stay of the machine. */
interface Part {
  stay: Stay;
  bucket: Bucket;
  counted: Range;
}

/** Answers `Queries.explain`: the row and what it stands on are of the same moment. */
export async function queryExplain(deps: QueryDeps, query: ExplainQuery): Promise<UsageExplained | null> {
  const now = deps.clock();
  const parts = staysIn(deps, { ...query, machines: [query.machine] }).flatMap(({ stay }): Part[] => {
    const bucket = bucketOf(query, stay.lab.timezone);
    return bucket ? [{ stay, bucket, counted: countedRange(bucket, stay, now) }] : [];
  });
  if (parts.length === 0) return null;
  const profile = query.period === 'hour' ? 'hour' : 'total';
  return readMachine(deps, query.machine, now, async (reading) => {
    const sums: UsageSum[] = [];
    const details: (UsageDetail | null)[] = [];
    for (const part of parts) {
      sums.push(await sumOf(deps, reading, query.audience, part));
      details.push(await detailOf(reading, query, part));
    }
    const row = usageRow(combineRows(sums), profile);
    const detail = joined(details);
    const isMeasured = row.energyWh !== null;
    return {
      from: Math.min(...parts.map(({ bucket }) => bucket.from)),
      to: Math.max(...parts.map(({ bucket }) => bucket.to)),
      row,
      detail: detail && { ...detail, energy: isMeasured ? detail.energy : null },
    };
  });
}

/** The details of a machine in one lab after the other; null when one of them is too long to be told. */
function joined(details: readonly (UsageDetail | null)[]): UsageDetail | null {
  const told = details.filter((detail) => detail !== null);
  if (told.length < details.length) return null;
  return {
    stretches: told.flatMap(({ stretches }) => stretches),
    sessions: told.flatMap(({ sessions }) => sessions),
    energy: told.flatMap(({ energy }) => energy ?? []),
    eventsFrom: Math.min(...told.map(({ eventsFrom }) => eventsFrom)),
  };
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
  { stay, bucket, counted }: Part,
): Promise<UsageSum> {
  const window: UsageWindow = { stay, period: 'total', buckets: [bucket], counted };
  const sums =
    audience === null
      ? await machineUsage(ledger, reading, window)
      : (await audienceUsage(reading, window)).get(audience);
  return sums?.[0] ?? emptySum();
}

async function detailOf(
  reading: MachineReading,
  { audience, stretchesMax }: ExplainQuery,
  { stay, counted: { from, to } }: Part,
): Promise<UsageDetail | null> {
  if (!(from < to)) return { stretches: [], sessions: [], energy: null, eventsFrom: from };
  if (to - from > DETAIL_MS_MAX) return null;
  const { layers, sessions, energy } = await reading.history(stay, from, to);
  const opening = openingIntervals(stay.lab, from, to);
  const all = stretchesOf({ ...layers, sessions, opening }, from, to);
  const stretches = audience === null ? all : all.filter((one) => isOf(audience, one));
  if (stretches.length > stretchesMax && to - from > WHOLE_MS_MAX) return null;
  const shares = energy?.map((hour) => ({ ...hour, share: energyShare(hour.hour, from, to, reading.now) }));
  return {
    stretches,
    sessions: sessions
      .filter((one) => audience === null || one.audience === audience)
      .map((session) => ({
        session: { ...session, lab: stay.lab.id },
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
