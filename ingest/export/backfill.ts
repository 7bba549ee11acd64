import type { JournalStore } from '../../domain/ports-journal.ts';
import { CHANGED_LAYERS, type LedgerChanges } from '../../domain/ports-ledger.ts';
import type { ExportMemory } from '../../domain/ports-series.ts';
import type { Registry } from '../../domain/registry.ts';
import { BatchReader } from '../batch-reader.ts';
import { labsOf, type MachineSetting, machineSettings } from '../rules.ts';
import type { Delivery } from './delivery.ts';
import { BodyPipe } from './journal-desk.ts';
import { pointOf } from './journal-points.ts';
import { LabExport, labsWithReaders } from './lab-export.ts';
import { LayerExport } from './layer-export.ts';
import { SeriesKeys } from './series-keys.ts';

/** What a back-fill works with. */
export interface BackfillDeps {
  journal: JournalStore;
  ledger: LedgerChanges;
  memory: ExportMemory;
  delivery: Delivery;
  registry: Registry;
  /** UTC ms. */
  clock: () => number;
  limits: { bodyPoints: number; readBytes: number };
  /** How much is done, from 0 to 1, and of what. */
  progress: (what: 'journal' | 'layers', share: number) => void;
}

const CHANGES_MAX = 10_000;

/**
 * Sends everything of `[from, to)` again, beside a running export or without one. What was interrupted goes on where it
 * was: `[from, to)` has a cursor of its own.
 */
export async function backfill(deps: BackfillDeps, from: number, to: number): Promise<void> {
  await sendJournal(deps, from, to);
  const settings = [...machineSettings(deps.registry)];
  for (const [index, [machine, setting]] of settings.entries()) {
    for (const lab of labsOf(setting)) await sendLayers(deps, machine, lab, setting, from, to);
    deps.progress('layers', (index + 1) / settings.length);
  }
  for (const lab of labsWithReaders(deps.registry)) await sendPeople(deps, lab, new Map(settings), from, to);
  deps.memory.putBackfill(from, to, 0);
}

async function sendPeople(
  { ledger, memory, delivery, registry, clock, limits }: BackfillDeps,
  lab: string,
  settings: ReadonlyMap<string, MachineSetting>,
  from: number,
  to: number,
): Promise<void> {
  const desk = new LabExport(ledger, memory, lab, registry, settings);
  const first = desk.firstAt();
  if (first === null) return;
  const bodies = new BodyPipe(delivery, limits.bodyPoints);
  for await (const { points, note } of desk.range(Math.max(from, first), to, clock())) {
    memory.remember([note]);
    for (const point of points) await bodies.add(point);
  }
  await bodies.end();
}

async function sendJournal(deps: BackfillDeps, from: number, to: number): Promise<void> {
  const { journal, memory, delivery, limits } = deps;
  const keys = new SeriesKeys(deps.registry);
  const reader = new BatchReader(journal);
  const began = (await journal.batches(0, 1))[0]?.receivedTo ?? 0;
  for (let after = memory.backfill(from, to); ; ) {
    const batches = await journal.batchesBetween(after, from, to, limits.readBytes);
    const last = batches.at(-1);
    if (!last) return deps.progress('journal', 1);
    const bodies = new BodyPipe(delivery, limits.bodyPoints);
    for (const batch of batches) {
      for (const event of await reader.events(batch)) {
        if (event.at < from || event.at >= to) continue;
        const point = pointOf(event, keys);
        if (point) await bodies.add(point);
      }
    }
    await bodies.end();
    after = last.id;
    memory.putBackfill(from, to, after);
    deps.progress('journal', Math.min(1, (last.receivedTo - began) / Math.max(1, deps.clock() - began)));
  }
}

/**
 * What the ledger changed while it was read is sent again: a running export may have sent the change before we sent
 * what was there before it. The unsettled end is left to the running export.
 */
async function sendLayers(
  deps: BackfillDeps,
  machine: string,
  lab: string,
  setting: MachineSetting,
  from: number,
  to: number,
): Promise<void> {
  const { ledger, memory, delivery, limits, clock } = deps;
  const exported = memory.machine(machine, lab, setting.kind);
  const layers = new LayerExport(ledger, memory, exported, setting);
  for (let isChanged = true; isChanged; ) {
    const { newest } = await ledger.feed();
    const bodies = new BodyPipe(delivery, limits.bodyPoints);
    const until = Math.min(to, await layers.settledTo(clock()));
    for await (const { points, note } of layers.range(CHANGED_LAYERS, from, until, clock())) {
      memory.remember([note]);
      for (const point of points) await bodies.add(point);
    }
    await bodies.end();
    const changes = await ledger.changes(newest, CHANGES_MAX);
    isChanged = changes.some((change) => change.machine === machine && change.from < until && change.to > from);
  }
}
