/** InfluxDB killed again and again under load, then away for long, then back: what is there afterwards, and what it cost. */
import { type BenchHouse, metric, startBenchHouse } from '../bench/bench-house.ts';
import { oneLab } from '../bench/bench-registry.ts';
import { startLoad } from '../bench/load-process.ts';
import { memoryMB } from '../bench/process-figures.ts';
import { Influxd, until } from './influxd.ts';
import { countDifferences, type Differences } from './outage-differences.ts';

/** How hard it is made. */
export interface Outage {
  /** Each publishes one reading a second. */
  connectors: number;
  /** How long InfluxDB is killed every few seconds. */
  killsMs: number;
  /** How long it is away then. */
  awayMs: number;
  /** How long the load goes on when it is back. */
  backMs: number;
  /** Tells how far it is. */
  say(text: string): void;
}

/** Something of the house that exports, and the same of one beside it that does not and has the same load. */
export interface Pair<T> {
  exporting: T;
  plain: T;
}

/** What was seen in one phase: times from publish to PUBACK, and resident memory, sampled. */
export interface PhaseSeen {
  ackMs: Pair<number[]>;
  memoryMB: Pair<number[]>;
}

/** What was seen. */
export interface OutageSeen {
  kills: PhaseSeen;
  away: PhaseSeen;
  back: PhaseSeen;
  timesKilled: number;
  /** Messages that were acknowledged by the house that exports. */
  acked: number;
  /** Events behind when InfluxDB came back, and how long it took until none was, from its first answer. */
  backlog: number;
  catchUpMs: number;
  differences: Differences;
}

const EVERY_MS = 1000;
/** Between two kills InfluxDB lives and is away for so long, in ms: at least, and by chance so much more. */
const LIVES_MS = [1500, 4000] as const;
const GONE_MS = [200, 1500] as const;
const WARM_UP_MS = 3000;
const SAMPLES = 60;
const SETTLE_MS_MAX = 120_000;

/** Goes through an outage with two houses under the same load, of which one exports. */
export async function endure(outage: Outage): Promise<OutageSeen> {
  const influxd = await Influxd.start();
  const houses: Partial<Pair<BenchHouse>> = {};
  try {
    const env = { FABMETER_INFLUX_URL: influxd.url, FABMETER_INFLUX_DATABASE: influxd.database };
    houses.exporting = await startBenchHouse(oneLab(outage.connectors), { env });
    houses.plain = await startBenchHouse(oneLab(outage.connectors));
    return await suffer(outage, influxd, houses as Pair<BenchHouse>);
  } finally {
    await houses.exporting?.stop();
    await houses.plain?.stop();
    await influxd.stop();
  }
}

async function suffer(outage: Outage, influxd: Influxd, houses: Pair<BenchHouse>): Promise<OutageSeen> {
  const { say } = outage;
  const warmed = await phase('warm-up', outage, houses, WARM_UP_MS);
  const killing = killAgainAndAgain(influxd, outage.killsMs);
  const kills = await phase('kills', outage, houses, outage.killsMs);
  const timesKilled = await killing;
  say(`InfluxDB was killed ${timesKilled} times; now it stays away`);
  await influxd.kill();
  const away = await phase('away', outage, houses, outage.awayMs);
  const backlog = await metric(houses.exporting, 'fabmeter_influx_lag_events');
  await influxd.run();
  const began = performance.now();
  const caughtUp = untilCaughtUp(houses.exporting).then(() => performance.now() - began);
  say(`InfluxDB is back, ${backlog} events behind`);
  const back = await phase('back', outage, houses, outage.backMs);
  const catchUpMs = await caughtUp;
  say(`caught up after ${(catchUpMs / 1000).toFixed(1)} s`);
  await untilCaughtUp(houses.exporting);
  const differences = await countDifferences(houses.exporting, influxd, SETTLE_MS_MAX);
  const acked = [warmed, kills, away, back].reduce((sum, one) => sum + one.acked, 0);
  return { kills, away, back, timesKilled, acked, backlog, catchUpMs, differences };
}

async function phase(
  name: string,
  { connectors, say }: Outage,
  { exporting, plain }: Pair<BenchHouse>,
  ms: number,
): Promise<PhaseSeen & { acked: number }> {
  const load = ({ mqttPort }: BenchHouse) =>
    startLoad({ kind: 'steady', port: mqttPort, first: 0, connectors, everyMs: EVERY_MS, ms });
  const [first, second] = await Promise.all([load(exporting), load(plain)]);
  const memory: PhaseSeen['memoryMB'] = { exporting: [], plain: [] };
  let said = performance.now();
  const sampling = setInterval(async () => {
    memory.exporting.push(memoryMB(exporting.pid).now);
    memory.plain.push(memoryMB(plain.pid).now);
    if (performance.now() - said < ms / SAMPLES || performance.now() - said < 5000) return;
    said = performance.now();
    const lag = await metric(exporting, 'fabmeter_influx_lag_events');
    const [mine, theirs] = [memory.exporting.at(-1) ?? 0, memory.plain.at(-1) ?? 0];
    say(`${name}: ${lag} events behind; memory ${mine.toFixed(0)} MB, without export ${theirs.toFixed(0)} MB`);
  }, ms / SAMPLES);
  try {
    const [ours, others] = await Promise.all([first.done, second.done]);
    return {
      ackMs: { exporting: ours.latencyMs, plain: others.latencyMs },
      memoryMB: memory,
      acked: ours.acked,
    };
  } finally {
    clearInterval(sampling);
  }
}

/** Kills InfluxDB with -9 every few seconds for `ms`; it lives at the end. Tells how often. */
async function killAgainAndAgain(influxd: Influxd, ms: number): Promise<number> {
  const end = performance.now() + ms;
  const wait = ([least, more]: readonly [number, number]) =>
    new Promise((resolve) => setTimeout(resolve, least + Math.random() * more));
  let times = 0;
  for (await wait(LIVES_MS); performance.now() < end; await wait(LIVES_MS)) {
    await influxd.kill();
    times += 1;
    await wait(GONE_MS);
    await influxd.run();
  }
  return times;
}

async function untilCaughtUp(house: BenchHouse): Promise<void> {
  const isDone = async () =>
    (await metric(house, 'fabmeter_influx_up')) === 1 && (await metric(house, 'fabmeter_influx_lag_events')) < 1;
  await until('the export has caught up', isDone, SETTLE_MS_MAX);
}
