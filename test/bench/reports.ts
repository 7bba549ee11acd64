import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type BenchHouse, benchFolder, dataFolder, startBenchHouse } from './bench-house.ts';
import type { BenchNetwork } from './bench-registry.ts';
import { runLoad, startLoad } from './load-process.ts';
import { folderBytes, memoryMB } from './process-figures.ts';
import { type BenchRow, type BenchRun, type BenchSection, type Goal, median, missing, quantile, row } from './row.ts';
import { seedYear } from './seed-year.ts';

const DAY_MS = 86_400_000;
const GIVE_UP_MS = 120_000;
const AT_ONCE = 20;
const CONNECTORS = 200;
const EVERY_MS = 500;
const WARM_UP_MS = 2000;
/** Turns of load with and without reports. */
const ROUNDS = 5;
const SMALL_EVERY_MS = 100;
/** Reports whose readers went away are still added up, one after the other: by then they are over. */
const REST_MS = 20_000;

/** A year of a whole network. */
export const reports: BenchSection = {
  name: 'reports',
  about: '100 labs × 40 machines × a year of hours (seeded at the store): reports, and acknowledgements meanwhile',
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const days = isQuick ? 30 : 365;
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const since = day(Date.now() - days * DAY_MS - DAY_MS);
  const network: BenchNetwork = { labs: isQuick ? 5 : 100, machinesPerLab: 40, reportS: 10, since };
  const folder = benchFolder();
  const year = `from=${since}&to=${day(Date.now() + DAY_MS)}`;
  const month = `from=${day(Date.now() - 30 * DAY_MS)}&to=${day(Date.now() + DAY_MS)}`;
  const small = `/api/v1/usage?${month}&machine=machine-7&period=day`;
  try {
    const began = performance.now();
    const hours = await seedYear(folder, network, days, say);
    const seconds = (performance.now() - began) / 1000;
    say(`${hours} machine-hours in ${seconds.toFixed(0)} s, ${(folderBytes(dataFolder(folder)) / 1e6).toFixed(0)} MB`);
    const house = await startBenchHouse(network, { folder });
    const ask = (name: string, pathname: string, goal: Goal | null) => timed(house, name, pathname, goal);
    const rows = [
      row('start with a year of a network', house.readyMs / 1000, 's', null, `${hours} machine-hours`),
      await ask('network year by lab and month', `/api/v1/usage?${year}&by=lab&period=month`, { atMost: 1000 }),
      await ask("one lab's year by machine and month", `/api/v1/usage?${year}&lab=lab-1&by=machine&period=month`, {
        atMost: 50,
      }),
      await ask('168-hour heat map of a lab-year', `/api/v1/occupancy?${year}&lab=lab-1`, { atMost: 100 }),
      await ask("a machine's 30 days", small, { atMost: 20 }),
      await ask('network month by lab and day', `/api/v1/usage?${month}&by=lab&period=day`, null),
    ];
    say('reports timed');
    const report = `/api/v1/usage?${year}&by=lab&period=month`;
    rows.push(...(await meanwhile(house, { report, small }, isQuick ? 2000 : 8000)));
    await wait(REST_MS);
    const memory = memoryMB(house.pid);
    const most = `at most ${memory.peak.toFixed(0)} MB`;
    rows.push(row('memory with a year of a network, after its reports', memory.now, 'MB', { atMost: 300 }, most));
    await house.stop();
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The middle of up to five answers; the first is a warm-up. */
async function timed(house: BenchHouse, name: string, pathname: string, goal: Goal | null): Promise<BenchRow> {
  const took: number[] = [];
  for (let time = 0; time < 6; time++) {
    const began = performance.now();
    try {
      const answer = await house.get(pathname, AbortSignal.timeout(GIVE_UP_MS));
      const body = await answer.text();
      if (answer.status === 404) return missing(name, 'ms', 'the API does not have it yet');
      if (!answer.ok) throw new Error(`${pathname} answered ${answer.status}: ${body}`);
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') throw error;
      return row(name, GIVE_UP_MS, 'ms', goal, 'given up');
    }
    took.push(performance.now() - began);
    if ((took[0] ?? 0) > 20_000) break;
  }
  const warm = took.length > 1 ? took.slice(1) : took;
  return row(name, median(warm), 'ms', goal, `first ${took[0]?.toFixed(0)} ms`);
}

/** Acknowledgements while nothing else is asked and while many read the same and different reports, in turns. */
async function meanwhile(house: BenchHouse, paths: Paths, ms: number): Promise<BenchRow[]> {
  const spec = { kind: 'steady', port: house.mqttPort, first: 0, connectors: CONNECTORS, everyMs: EVERY_MS } as const;
  await runLoad({ ...spec, ms: WARM_UP_MS });
  const rounds: { idle: number; busy: number }[] = [];
  const seen: ReportsSeen = { answered: 0, smallMs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const idle = quantile((await runLoad({ ...spec, ms })).latencyMs, 0.99);
    const load = await startLoad({ ...spec, ms });
    const over = new AbortController();
    const readers = readReports(house, paths, over.signal, seen);
    const busy = quantile((await load.done).latencyMs, 0.99);
    over.abort();
    await readers;
    rounds.push({ idle, busy });
  }
  const ratios = rounds.map(({ idle, busy }) => busy / idle);
  const of = (name: 'idle' | 'busy') => rounds.map((round) => round[name].toFixed(1)).join(', ');
  const note = `p99 of ${ROUNDS} turns: idle ${of('idle')} ms, meanwhile ${of('busy')} ms; ${seen.answered} reports answered`;
  return [
    row(`ack p99 with ${AT_ONCE} network-year reports at once, of idle`, median(ratios), '×', { atMost: 1.5 }, note),
    row(
      "a machine's 30 days meanwhile, p50",
      median(seen.smallMs),
      'ms',
      null,
      `p99 ${quantile(seen.smallMs, 0.99).toFixed(0)} ms`,
    ),
  ];
}

/** What is asked: a report about everything, and one machine's days. */
interface Paths {
  report: string;
  small: string;
}

/** What came of it. */
interface ReportsSeen {
  answered: number;
  smallMs: number[];
}

/** Reads reports and a small query again and again, until the signal. */
async function readReports(
  house: BenchHouse,
  { report, small }: Paths,
  signal: AbortSignal,
  seen: ReportsSeen,
): Promise<void> {
  const again = async (work: () => Promise<void>) => {
    while (!signal.aborted) await work();
  };
  const readers = Array.from({ length: AT_ONCE }, (_, index) => {
    // Half of them read the same; the others begin a second later each, so that no two are the same.
    const path =
      index % 2 === 0 ? report : report.replace(/from=([^&]*)/, `from=$1T00:00:${String(index).padStart(2, '0')}Z`);
    return again(async () => {
      await (await house.get(path, signal)).arrayBuffer();
      seen.answered += 1;
    });
  });
  readers.push(
    again(async () => {
      const began = performance.now();
      await (await house.get(small, signal)).arrayBuffer();
      seen.smallMs.push(performance.now() - began);
      await wait(SMALL_EVERY_MS);
    }),
  );
  await Promise.allSettled(readers);
}
