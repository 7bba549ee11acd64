import { NO_INFLUXD } from '../influx/influxd.ts';
import { endure, type OutageSeen, type PhaseSeen } from '../influx/outage.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, missing, quantile, row } from './row.ts';

const CONNECTORS = 300;
const MINUTE_MS = 60_000;
/** The share of a phase whose memory is its beginning, and its end. */
const EDGE = 0.1;
/** So much may be chance: what is kept for InfluxDB is on disk. */
const MEMORY_MB = 20;

/** The long one: 5 minutes of kills and an hour away. */
export const influxOutage: BenchSection = {
  name: 'influx-outage',
  about: `InfluxDB killed every few seconds for 5 minutes and then away for an hour, at ${CONNECTORS} messages/s (quick: 20 s each)`,
  isLong: true,
  run: benchOutage,
};

async function benchOutage({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  if (NO_INFLUXD !== undefined) return [missing('outage of InfluxDB', 'points', NO_INFLUXD)];
  const [killsMs, awayMs, backMs] = isQuick ? [20_000, 20_000, 5000] : [5 * MINUTE_MS, 60 * MINUTE_MS, MINUTE_MS];
  const seen = await endure({ connectors: CONNECTORS, killsMs, awayMs, backMs, say });
  return [
    ...storedRows(seen),
    ...phaseRows('killed', seen.kills),
    ...phaseRows('away', seen.away),
    ...phaseRows('back', seen.back),
  ];
}

function storedRows({ acked, differences, timesKilled, backlog, catchUpMs }: OutageSeen): BenchRow[] {
  const { power, powerMissing, powerStrange, activity, activityWrong, activityMissing } = differences;
  return [
    row('outage, readings acknowledged', acked, 'messages', null, `InfluxDB was killed ${timesKilled} times`),
    row('outage, readings in InfluxDB', power, 'points', null, 'two of one connector in one ms are one point'),
    row('outage, readings missing or wrong', powerMissing + powerStrange, 'points', { atMost: 0 }),
    row('outage, states missing or wrong', activityMissing + activityWrong, 'points', { atMost: 0 }, `of ${activity}`),
    row(
      'outage, caught up after',
      catchUpMs / 1000,
      's',
      null,
      `${backlog} events behind; waits up to 10 s between tries`,
    ),
  ];
}

function phaseRows(name: string, { ackMs, memoryMB }: PhaseSeen): BenchRow[] {
  const p99 = { ours: quantile(ackMs.exporting, 0.99), plain: quantile(ackMs.plain, 0.99) };
  const note = `${p99.ours.toFixed(1)} ms; beside it without export ${p99.plain.toFixed(1)} ms`;
  const growth = { ours: growthMB(memoryMB.exporting), plain: growthMB(memoryMB.plain) };
  const memory = `by ${growth.ours.toFixed(1)} of ${median(memoryMB.exporting).toFixed(0)} MB; without export by ${growth.plain.toFixed(1)} of ${median(memoryMB.plain).toFixed(0)} MB`;
  return [
    row(`${name}, ack p99 ÷ without export`, p99.ours / p99.plain, '×', { atMost: 1.1 }, note),
    row(
      `${name}, memory grew more than without export`,
      growth.ours - growth.plain,
      'MB',
      { atMost: MEMORY_MB },
      memory,
    ),
  ];
}

/** From the median of the beginning to the median of the end. */
function growthMB(samples: readonly number[]): number {
  const edge = Math.max(1, Math.floor(samples.length * EDGE));
  return median(samples.slice(-edge)) - median(samples.slice(0, edge));
}
