import { rmSync } from 'node:fs';
import { JournalFile } from '../../stores/sqlite/journal-file.ts';
import { type BenchHouse, benchFolder, dataFolder, startBenchHouse, untilProjected } from './bench-house.ts';
import { journalOf, projectAll, registryOf } from './bench-project.ts';
import { oneLab } from './bench-registry.ts';
import { runLoad } from './load-process.ts';
import { folderBytes } from './process-figures.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, quantile, row } from './row.ts';
import { seedReadings } from './seed-readings.ts';
import { timeRequests } from './visible.ts';

const MACHINES = 100;
const NETWORK = oneLab(MACHINES);
const EVERY_MS = 10_000;
const LOUD = 50;
const WINDOW = 50;
const STARTS = 5;

/** What years of history cost. */
export const history: BenchSection = {
  name: 'history',
  about: `with 10 million stored events: start, chart of a day; with 20 million: ingest, in turns with an empty folder`,
  run: measure,
};

async function measure(bench: BenchRun): Promise<BenchRow[]> {
  const half = bench.isQuick ? 200_000 : 10_000_000;
  const folder = benchFolder();
  const rows: BenchRow[] = [];
  try {
    const house = await startBenchHouse(NETWORK, { folder });
    await house.stop();
    const endOfFirst = Date.now() - (half / MACHINES) * EVERY_MS;
    await seed(bench, folder, half, endOfFirst);
    rows.push(...diskRows(folder, half), await readyRow(bench, folder, half));
    rows.push(await chartRow(folder, endOfFirst));
    await seed(bench, folder, half, Date.now());
    rows.push(...(await ingestRows(bench, folder, 2 * half)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

/** Journal by encoded batches at the store's port, ledger by the real projector; both in this process. */
async function seed({ say }: BenchRun, folder: string, events: number, until: number): Promise<void> {
  const data = dataFolder(folder);
  const began = performance.now();
  const journal = new JournalFile(journalOf(data), 0);
  seedReadings(journal, journal.open(), {
    machines: MACHINES,
    perMachine: events / MACHINES,
    everyMs: EVERY_MS,
    until,
  });
  journal.close();
  const seeded = (performance.now() - began) / 1000;
  const projected = await projectAll(data, registryOf(NETWORK));
  say(`${events} events: ${seeded.toFixed(0)} s into the journal, ${projected.toFixed(0)} s projected`);
}

function diskRows(folder: string, events: number): BenchRow[] {
  const data = dataFolder(folder);
  return [
    row(
      'journal per stored event',
      folderBytes(data, 'journal.db') / events,
      'B',
      null,
      'payloads of the newest 100,000 only',
    ),
    row(
      'ledger per stored reading',
      folderBytes(data, 'ledger.db') / events,
      'B',
      null,
      'readings, layers, rollups, checkpoints',
    ),
  ];
}

async function readyRow({ say }: BenchRun, folder: string, events: number): Promise<BenchRow> {
  const readyMs: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const house = await startBenchHouse(NETWORK, { folder });
    readyMs.push(house.readyMs);
    await house.stop();
  }
  const each = readyMs.map((ms) => ms.toFixed(0)).join(' ');
  say(`starts: ${each} ms`);
  return row(
    'ready after start',
    median(readyMs) / 1000,
    's',
    { atMost: 1 },
    `${events} events stored; starts: ${each} ms`,
  );
}

async function chartRow(folder: string, until: number): Promise<BenchRow> {
  const house = await startBenchHouse(NETWORK, { folder });
  const day = 86_400_000;
  const iso = (at: number) => new Date(at).toISOString();
  const pathname = `/api/v1/power?machine=machine-7&from=${iso(until - day)}&to=${iso(until)}&points=500`;
  const took = await timeRequests(house, pathname, 2000, 20);
  await house.stop();
  return row(
    "a machine's day for a chart, p50",
    median(took),
    'ms',
    { atMost: 10 },
    `p99 ${quantile(took, 0.99).toFixed(1)} ms; over HTTP, 8,640 readings`,
  );
}

async function ingestRows({ isQuick, say }: BenchRun, folder: string, events: number): Promise<BenchRow[]> {
  const rounds = isQuick ? 1 : 5;
  const ms = isQuick ? 2000 : 10_000;
  const houses: { name: string; house: BenchHouse; rates: number[] }[] = [
    { name: 'full', house: await startBenchHouse(NETWORK, { folder }), rates: [] },
    { name: 'empty', house: await startBenchHouse(NETWORK), rates: [] },
  ];
  for (let round = 0; round <= rounds; round++) {
    for (const { name, house, rates } of houses) {
      const spec = { kind: 'flat-out', port: house.mqttPort, first: 0, connectors: LOUD, window: WINDOW } as const;
      const { perSecond } = await runLoad({ ...spec, ms: round === 0 ? 2000 : ms });
      say(`${name}: ${Math.round(perSecond)}/s${round === 0 ? ' (warm-up)' : ''}`);
      if (round > 0) rates.push(perSecond);
      await untilProjected(house);
    }
  }
  for (const { house } of houses) await house.stop();
  const [full, empty] = houses.map(({ rates }) => rates) as [number[], number[]];
  const ratios = full.map((rate, round) => rate / (empty[round] ?? Number.NaN));
  return [
    row(`acked flat out with ${events} stored`, median(full), 'msg/s', null, `empty: ${median(empty).toFixed(0)}`),
    row(
      'ingest with history, of ingest when empty',
      median(ratios),
      '×',
      { atLeast: 0.9 },
      `rounds: ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`,
    ),
  ];
}
