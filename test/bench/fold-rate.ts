import { mkdirSync, rmSync } from 'node:fs';
import { applyInput, initialFold } from '../../domain/machine-fold.ts';
import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';
import { machineSettings } from '../../ingest/rules.ts';
import { JournalFile } from '../../stores/sqlite/journal-file.ts';
import { benchFolder, dataFolder } from './bench-house.ts';
import { journalOf, openProjector, projectAll, registryOf } from './bench-project.ts';
import { oneLab } from './bench-registry.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, row } from './row.ts';
import { seedReadings, wattsAt } from './seed-readings.ts';

const EVERY_MS = 10_000;
const MACHINES = 100;
const ROUNDS = 5;
const YEAR_READINGS = 3_150_000;

/** How fast the past is computed. */
export const foldRate: BenchSection = {
  name: 'fold',
  about: 'the fold alone; the projector over a journal on disk; a machine-year computed again',
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const perSecond = foldPerSecond(isQuick ? 200_000 : 1_000_000);
  say('fold done');
  const events = isQuick ? 100_000 : 3_000_000;
  const projected = await projectionPerSecond(events);
  say('projection done');
  const again = isQuick ? YEAR_READINGS / 30 : YEAR_READINGS;
  const seconds = await recomputeSeconds(again);
  return [
    row('fold, one core', median(perSecond), 'readings/s', { atLeast: 1_000_000 }),
    row(
      'projection, journal to ledger',
      projected,
      'events/s',
      { atLeast: 100_000 },
      `${events} events of ${MACHINES} machines`,
    ),
    row(
      'a machine-year computed again',
      seconds,
      's',
      { atMost: 3 },
      `${again} readings, from the ledger to the ledger`,
    ),
  ];
}

function foldPerSecond(n: number): number[] {
  const rules = machineSettings(registryOf(oneLab(1))).get('machine-0')?.rules as MachineRules;
  const start = Date.now() - n * EVERY_MS;
  const inputs = Array.from({ length: n }, (_, index): MachineInput => {
    const at = start + index * EVERY_MS;
    const w = Math.round(wattsAt(0, at) * 10) / 10;
    return { kind: 'reading', at, series: 'plug-0/0/machine-0', main: true, w, wh: index, holdMs: 2.5 * EVERY_MS };
  });
  return Array.from({ length: ROUNDS }, () => {
    const state = initialFold(start);
    let settled = 0;
    const emit = {
      activity: () => settled++,
      service: () => settled++,
      session: () => settled++,
      energy: () => settled++,
    };
    const began = performance.now();
    for (const input of inputs) applyInput(state, input, rules, emit);
    const took = performance.now() - began;
    if (settled === 0) throw new Error('The fold gave nothing');
    return (n / took) * 1000;
  });
}

async function withSeeded<T>(machines: number, events: number, work: (data: string) => Promise<T>): Promise<T> {
  const folder = benchFolder();
  const data = dataFolder(folder);
  mkdirSync(data);
  const journal = new JournalFile(journalOf(data), 0);
  seedReadings(journal, journal.open(), {
    machines,
    perMachine: events / machines,
    everyMs: EVERY_MS,
    until: Date.now(),
  });
  journal.close();
  try {
    return await work(data);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function projectionPerSecond(events: number): Promise<number> {
  return withSeeded(MACHINES, events, async (data) => events / (await projectAll(data, registryOf(oneLab(MACHINES)))));
}

/** The time that a changed signature takes, on a machine with so many readings. */
function recomputeSeconds(readings: number): Promise<number> {
  return withSeeded(1, readings, async (data) => {
    const registry = registryOf(oneLab(1));
    await projectAll(data, registry);
    const { projector, close } = await openProjector(data, registry);
    const changed = structuredClone(registry);
    const signature = changed.machines[0]?.signature;
    if (signature) signature.runningW = 100;
    const began = performance.now();
    await projector.setRegistry(changed);
    await projector.rebuild();
    await projector.flush();
    const seconds = (performance.now() - began) / 1000;
    await close();
    return seconds;
  });
}
