import { Influxd } from '../influx/influxd.ts';
import { type BenchHouse, startBenchHouse } from './bench-house.ts';
import { benchClients, oneLab } from './bench-registry.ts';
import { influxCosts } from './influx-costs.ts';
import { startLoad } from './load-process.ts';
import { Publisher } from './mqtt-publisher.ts';
import { type BenchRow, type BenchRun, median, quantile, row } from './row.ts';

const CONNECTORS = 1000;
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
    return [...(await freshness(bench, influxd, env)), ...(await influxCosts(bench, influxd, env))];
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
