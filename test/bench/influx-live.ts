import { Influxd } from '../influx/influxd.ts';
import { type BenchHouse, metric, startBenchHouse, untilProjected } from './bench-house.ts';
import { benchClients, oneLab } from './bench-registry.ts';
import { runLoad, startLoad } from './load-process.ts';
import { Publisher } from './mqtt-publisher.ts';
import { processorS } from './process-figures.ts';
import { type BenchRow, type BenchRun, median, quantile, row } from './row.ts';

const CONNECTORS = 1000;
const FLAT_OUT = 50;
/** Logins of all connectors and the first look at every machine are over by then. */
const SETTLE_MS = 4000;
const POLL_MS = 10;
const PAUSE_MS = 150;
const GIVE_UP_MS = 10_000;

/** How soon a published value can be asked of InfluxDB, and what the export costs ingest. */
export async function influxLive(bench: BenchRun): Promise<BenchRow[]> {
  const influxd = await Influxd.start();
  const env = { FABMETER_INFLUX_URL: influxd.url, FABMETER_INFLUX_DATABASE: influxd.database };
  try {
    return [...(await freshness(bench, influxd, env)), ...(await costs(bench, env))];
  } finally {
    await influxd.stop();
  }
}

async function freshness(
  { isQuick, say }: BenchRun,
  influxd: Influxd,
  env: Record<string, string>,
): Promise<BenchRow[]> {
  const ms = isQuick ? 9000 : 30_000;
  const house = await startBenchHouse(oneLab(CONNECTORS), { env });
  try {
    const others = CONNECTORS - 1;
    const load = await startLoad({
      kind: 'steady',
      port: house.mqttPort,
      first: 0,
      connectors: others,
      everyMs: 1000,
      ms,
    });
    say(`${CONNECTORS} connectors × 1 message/s`);
    await pause(SETTLE_MS);
    const took = await watch(house, influxd, others, ms - SETTLE_MS - 1000);
    const { latencyMs } = await load.done;
    const note = `${took.length} values at ${CONNECTORS} messages/s`;
    return [
      row('publish → queryable in InfluxDB, p50', median(took), 'ms', null, note),
      row('publish → queryable in InfluxDB, p99', quantile(took, 0.99), 'ms', { atMost: 1500 }, note),
      row('steady with export, ack p99', quantile(latencyMs, 0.99), 'ms', { atMost: 20 }),
    ];
  } finally {
    await house.stop();
  }
}

async function watch(house: BenchHouse, influxd: Influxd, connector: number, ms: number): Promise<number[]> {
  const [client] = benchClients(connector + 1).slice(connector);
  if (!client) throw new RangeError('There is no such connector');
  let watts = 1000;
  const publisher = await Publisher.open({ ...client, payload: () => `{"w":${watts}}` }, house.mqttPort, 'watched');
  const took: number[] = [];
  const end = performance.now() + ms;
  while (performance.now() < end) {
    watts += 1;
    const sentAt = performance.now();
    publisher.send(1);
    const query = `SELECT last(w) FROM power WHERE machine = 'machine-${connector}' AND time > now() - 1m`;
    while ((await influxd.number(query)) !== watts && performance.now() - sentAt < GIVE_UP_MS) await pause(POLL_MS);
    took.push(performance.now() - sentAt);
    await pause(Math.random() * PAUSE_MS);
  }
  publisher.close();
  return took;
}

/**
 * Flat out without and with export, in short turns, so that both meet the same machine. A turn begins when all that
 * was stored before is projected and exported: what the export put off is not charged to the house without.
 */
async function costs({ isQuick, say }: BenchRun, env: Record<string, string>): Promise<BenchRow[]> {
  const ms = isQuick ? 2000 : 5000;
  const rounds = isQuick ? 2 : 8;
  const houses: BenchHouse[] = [];
  const rates: { plain: number[]; exporting: number[] } = { plain: [], exporting: [] };
  const shares: number[] = [];
  let caughtUpMs = 0;
  try {
    const [plain, exporting] = [
      await startBenchHouse(oneLab(FLAT_OUT)),
      await startBenchHouse(oneLab(FLAT_OUT), { env }),
    ];
    houses.push(plain, exporting);
    for (let round = 0; round <= rounds; round++) {
      const without = await flatOut(plain, ms);
      await untilProjected(plain);
      const before = [processorS(exporting.pid, 'exporter'), processorS(exporting.pid)] as const;
      const withExport = await flatOut(exporting, ms);
      const [own, all] = [processorS(exporting.pid, 'exporter') - before[0], processorS(exporting.pid) - before[1]];
      if ((await metric(exporting, 'fabmeter_influx_up')) !== 1)
        throw new Error('the export did not work during the benchmark');
      const lag = await metric(exporting, 'fabmeter_influx_lag_events');
      await untilProjected(exporting);
      caughtUpMs = await untilExported(exporting);
      say(
        `ingest ${Math.round(without)}/s, with export ${Math.round(withExport)}/s, then ${lag} events behind for ${Math.round(caughtUpMs)} ms`,
      );
      if (round === 0) continue;
      shares.push(own / all);
      rates.plain.push(without);
      rates.exporting.push(withExport);
    }
  } finally {
    for (const house of houses) await house.stop();
  }
  const ratios = rates.exporting.map((rate, round) => rate / (rates.plain[round] ?? Number.NaN));
  const list = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
  return [
    row('acked flat out, with export', median(rates.exporting), 'msg/s'),
    row('ingest with export, ratio to without', median(ratios), '×', { atLeast: 0.9 }, `rounds: ${list}`),
    row('processor time of the export flat out', median(shares) * 100, '%', null, 'its thread, of all of Fabmeter'),
    row('export caught up after flat out', caughtUpMs / 1000, 's', null, `after ${ms / 1000} s`),
  ];
}

async function flatOut({ mqttPort: port }: BenchHouse, ms: number): Promise<number> {
  return (await runLoad({ kind: 'flat-out', port, first: 0, connectors: FLAT_OUT, window: 50, ms })).perSecond;
}

async function untilExported(house: BenchHouse): Promise<number> {
  const began = performance.now();
  while ((await metric(house, 'fabmeter_influx_lag_events')) > 0) await pause(POLL_MS);
  return performance.now() - began;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
