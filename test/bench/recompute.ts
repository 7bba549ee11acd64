import { rmSync } from 'node:fs';
import { JournalFile } from '../../stores/sqlite/journal-file.ts';
import { type BenchHouse, benchFolder, dataFolder, metric, startBenchHouse } from './bench-house.ts';
import { journalOf, projectAll, registryOf } from './bench-project.ts';
import { oneLab } from './bench-registry.ts';
import { startLoad } from './load-process.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, quantile, row } from './row.ts';
import { seedReadings } from './seed-readings.ts';

const CONNECTORS = 200;
const NETWORK = oneLab(CONNECTORS);
const EVERY_MS = 10_000;
const YEAR_READINGS = 3_150_000;
const LOAD_EVERY_MS = 1000;
/** Logins are over by then. */
const SETTLE_MS = 2000;
const POLL_MS = 100;

/** What everybody else notices while the past of a machine is computed again. */
export const recompute: BenchSection = {
  name: 'recompute',
  about: `a machine-year computed again, over and over, beside ${CONNECTORS} connectors × 1 message/s`,
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const readings = isQuick ? YEAR_READINGS / 30 : YEAR_READINGS;
  const ms = isQuick ? 6000 : 30_000;
  const folder = benchFolder();
  try {
    await (await startBenchHouse(NETWORK, { folder })).stop();
    const data = dataFolder(folder);
    const journal = new JournalFile(journalOf(data), 0);
    seedReadings(journal, journal.open(), { machines: 1, perMachine: readings, everyMs: EVERY_MS, until: Date.now() });
    journal.close();
    await projectAll(data, registryOf(NETWORK));
    say(`${readings} readings of one machine are stored`);
    const house = await startBenchHouse(NETWORK, { folder });
    try {
      const quiet = await runOnce(house, ms, false);
      say('without, done');
      const busy = await runOnce(house, ms, true);
      const note = `${busy.seconds.length} times; readings ${readings}`;
      const without = `without: ${quantile(quiet.ackMs, 0.99).toFixed(1)} ms`;
      return [
        row('recompute in a running house', median(busy.seconds), 's', { atMost: 3 }, note),
        row('recompute, ack p99 meanwhile', quantile(busy.ackMs, 0.99), 'ms', { atMost: 50 }, without),
      ];
    } finally {
      await house.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The load; with `isBusy` the thresholds of another machine change all the time. */
async function runOnce(house: BenchHouse, ms: number, isBusy: boolean) {
  const spec = { kind: 'steady', port: house.mqttPort, first: 1, everyMs: LOAD_EVERY_MS, ms } as const;
  const load = await startLoad({ ...spec, connectors: CONNECTORS - 1 });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const seconds = isBusy ? await changeUntil(house, performance.now() + ms - SETTLE_MS - 5000) : [];
  return { seconds, ackMs: (await load.done).latencyMs };
}

/** Changes a threshold again each time its past is computed; how long each took, in s. */
async function changeUntil(house: BenchHouse, until: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let watts = 100; performance.now() < until; watts = watts === 100 ? 110 : 100) {
    const began = performance.now();
    const body = { signature: { standbyW: 20, runningW: watts }, reason: 'a benchmark' };
    const response = await house.post('/api/v1/machines/machine-0/signature', body);
    if (response.status !== 200) throw new Error(`The thresholds were refused: ${await response.text()}`);
    await response.arrayBuffer();
    do await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    while ((await metric(house, 'fabmeter_recompute_machines')) > 0);
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}
