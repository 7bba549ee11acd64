import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { LIMITS } from '../../config.ts';
import { pointOf } from '../../ingest/export/journal-points.ts';
import { SeriesKeys } from '../../ingest/export/series-keys.ts';
import { lineOf } from '../../stores/influx/line.ts';
import { ExportHouse, exportRegistry, power, type TestEvent } from '../influx/export-house.ts';
import { Influxd, NO_INFLUXD, until } from '../influx/influxd.ts';
import { influxLive } from './influx-live.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, missing, row } from './row.ts';

const MACHINES = 100;
const FROM = Date.parse('2026-03-02T08:00:00Z');
/** One of the two is asked for. */
const POINTS_PER_S = 100_000;
const RATIO = 0.8;
const READ_MS_MAX = 300_000;

/** Export to Debian's InfluxDB: how fast, how soon, and what it costs ingest. */
export const influxExport: BenchSection = {
  name: 'influx',
  about: `export to InfluxDB: points of ${MACHINES} machines against a bare writer; publish → queryable; ingest with export`,
  run: benchInflux,
};

async function benchInflux(bench: BenchRun): Promise<BenchRow[]> {
  if (NO_INFLUXD !== undefined) return [missing('export to InfluxDB', 'points/s', NO_INFLUXD)];
  return [...(await rates(bench)), ...(await influxLive(bench))];
}

async function rates({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const seconds = isQuick ? 500 : 5000;
  const rounds = isQuick ? 1 : 3;
  const influxd = await Influxd.start();
  const bare: number[] = [];
  const ours: number[] = [];
  try {
    const events = readings(seconds);
    const bodies = bodiesOf(events);
    for (let round = 0; round < rounds; round++) {
      influxd.database = `bare${round}`;
      await influxd.query(`CREATE DATABASE ${influxd.database}`);
      bare.push(await writeBare(influxd, bodies, events.length));
      say(`bare writer: ${Math.round(bare.at(-1) ?? 0)} points/s`);
      influxd.database = `ours${round}`;
      await influxd.query(`CREATE DATABASE ${influxd.database}`);
      ours.push(await writeOurs(influxd, events));
      say(`export: ${Math.round(ours.at(-1) ?? 0)} points/s`);
    }
  } finally {
    await influxd.stop();
  }
  const ratios = ours.map((rate, round) => rate / (bare[round] ?? Number.NaN));
  const list = (values: readonly number[], digits: number) => values.map((value) => value.toFixed(digits)).join(' ');
  const rate = median(ours);
  const ratio = median(ratios);
  const isFast = rate >= POINTS_PER_S || ratio >= RATIO;
  return [
    {
      ...row('export, points stored', rate, 'points/s', { atLeast: POINTS_PER_S }, `rounds: ${list(ours, 0)}`),
      ok: isFast,
    },
    row('bare writer, points stored', median(bare), 'points/s', null, `ready-made bodies; rounds: ${list(bare, 0)}`),
    row('export, ratio to a bare writer', ratio, '×', null, `or ≥ ${RATIO}; rounds: ${list(ratios, 2)}`),
  ];
}

function readings(seconds: number): TestEvent[] {
  const events: TestEvent[] = [];
  for (let second = 0; second < seconds; second++) {
    for (let machine = 1; machine <= MACHINES; machine++) {
      const w = Math.round((100 + 50 * Math.sin(second / 60 + machine)) * 10) / 10;
      events.push(power(`m${machine}`, FROM + second * 1000, w, second / 10));
    }
  }
  return events;
}

function bodiesOf(events: readonly TestEvent[]): string[] {
  const keys = new SeriesKeys(exportRegistry(MACHINES));
  const { bodyPoints } = LIMITS.export;
  return Array.from({ length: Math.ceil(events.length / bodyPoints) }, (_, index) =>
    events
      .slice(index * bodyPoints, (index + 1) * bodyPoints)
      .flatMap((event) => pointOf({ ...event, seq: 0 }, keys) ?? [])
      .map(lineOf)
      .join('\n'),
  );
}

/** Posts bodies that were made before, two at a time, compressed: what a writer reaches that does nothing else. */
async function writeBare(influxd: Influxd, bodies: readonly string[], points: number): Promise<number> {
  const { transport } = new InfluxDB({ url: influxd.url, timeout: 60_000 });
  const began = performance.now();
  const queue = [...bodies];
  const worker = async () => {
    for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
      const path = `/write?db=${influxd.database}&precision=ms`;
      await transport.request(path, body, { method: 'POST', gzipThreshold: 1000 }).catch((error: unknown) => {
        throw error instanceof HttpError ? new Error(`bare writer: ${error.statusCode}`) : error;
      });
    }
  };
  await Promise.all([worker(), worker()]);
  return (points / (performance.now() - began)) * 1000;
}

async function writeOurs(influxd: Influxd, events: readonly TestEvent[]): Promise<number> {
  const house = new ExportHouse(exportRegistry(MACHINES));
  house.now = FROM;
  try {
    await house.project();
    house.append(events, 2000);
    const began = performance.now();
    const exporter = house.export(
      { url: influxd.url, database: influxd.database },
      { limits: LIMITS.export, deadlineMs: 60_000 },
    );
    await until('everything is exported', () => exporter.status().seq === events.length, READ_MS_MAX);
    const rate = (events.length / (performance.now() - began)) * 1000;
    const stored = await influxd.number('SELECT count(w) FROM power');
    if (stored !== events.length) throw new Error(`${stored} points are stored instead of ${events.length}`);
    return rate;
  } finally {
    await house.close();
  }
}
