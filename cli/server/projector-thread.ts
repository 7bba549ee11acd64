import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { StorageError } from '../../domain/failure.ts';
import type { MachineView } from '../../domain/layers.ts';
import type { Registry } from '../../domain/registry.ts';
import type { Retained, RetentionDue } from '../../domain/retention.ts';
import { wallClock } from '../../domain/time.ts';
import { Projector, type ProjectorProgress } from '../../ingest/projector.ts';
import type { ProjectorLimits } from '../../ingest/projector-limits.ts';
import type { RebuildProgress } from '../../ingest/rebuilds.ts';
import type { Replied } from '../../ingest/replied.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteLedger } from '../../stores/sqlite/ledger.ts';
import { stepBack } from './thread-priority.ts';

/** What the projector's thread begins with. */
export interface ProjectorSetup {
  journalFile: string;
  ledgerFile: string;
  registry: Registry;
  limits: ProjectorLimits;
  /** How often views that change by time alone are looked at, in ms. */
  tickMs: number;
  /** How long start and stop may wait for the projection of what is stored, in ms; the next start goes on from there. */
  catchUpMsMax: number;
  /** How long everything else comes first between two steps of retention, in ms. */
  retainPauseMs: number;
  /** How long to wait after a failure of the ledger, in ms. */
  retryMs: number;
}

/** What the projector's thread is asked. */
export type ProjectorRequest =
  | { do: 'bell' }
  | { do: 'registry'; id: number; registry: Registry }
  | { do: 'settle'; id: number }
  | { do: 'retain'; id: number; due: RetentionDue }
  | { do: 'stop' };

/** What the projector's thread tells. */
export type ProjectorTold =
  | { told: 'ready'; online: string[] }
  | { told: 'views'; views: MachineView[] }
  | { told: 'replied'; machine: string; reply: Replied }
  | { told: 'progress'; progress: ProjectorProgress }
  | { told: 'rebuilding'; progress: RebuildProgress | null }
  | { told: 'settled'; id: number }
  | { told: 'retained'; id: number; retained: Retained[]; readTo: number }
  | { told: 'not-retained'; id: number; code: StorageError['code']; message: string }
  | { told: 'failed'; message: string }
  | { told: 'recovered' }
  | { told: 'stopped' };

/** How long at a time the sums of an older ledger are filled, in ms; what waits meanwhile waits no longer. */
const FILL_MS = 50;

const port = parentPort as MessagePort;
stepBack(5);
const setup = workerData as ProjectorSetup;
let { registry } = setup;

function tell(message: ProjectorTold): void {
  port.postMessage(message);
}

const ledger = new SqliteLedger(setup.ledgerFile);
const projector = new Projector({
  journal: new SqliteJournalStore(setup.journalFile),
  ledger,
  limits: setup.limits,
  clock: wallClock,
  listener: {
    views: (views) => tell({ told: 'views', views }),
    replied: (machine, reply) => tell({ told: 'replied', machine, reply }),
    progress: (progress) => tell({ told: 'progress', progress }),
    rebuilding: (progress) => tell({ told: 'rebuilding', progress }),
  },
});

const waiting: ProjectorRequest[] = [];
let isBusy = false;
let isFailed = false;
let isStopped = false;
/** When the past was computed on last, and when views were looked at. */
let rebuiltAt = performance.now();
let tickedAt = rebuiltAt;

/** Whether something else than reading on is to be done. */
function isAsked(): boolean {
  return waiting.some((request) => request.do === 'registry' || request.do === 'stop');
}

/** Under the greatest load, too, the past is computed on now and then. */
function isRebuildDue(): boolean {
  return projector.isRebuilding && performance.now() - rebuiltAt > setup.tickMs;
}

async function handle(request: ProjectorRequest): Promise<void> {
  switch (request.do) {
    case 'bell':
      if (!(await projector.catchUp(() => isAsked() || isRebuildDue()))) waiting.push(request);
      return;
    case 'registry':
      registry = request.registry;
      // Nothing is read before this is done: what is accepted from now on is read with the new registry.
      tell({ told: 'settled', id: request.id });
      return projector.setRegistry(registry);
    case 'settle':
      await projector.catchUp(isAsked);
      await projector.flush();
      return tell({ told: 'settled', id: request.id });
    case 'retain':
      return retainOn(request);
    case 'stop': {
      const asked = performance.now();
      await projector.catchUp(() => performance.now() - asked > setup.catchUpMsMax);
      await projector.flush();
      await ledger.close();
      isStopped = true;
      clearInterval(ticking);
      tell({ told: 'stopped' });
      port.close();
    }
  }
}

let retaining: AsyncGenerator<void, Retained[]> | undefined;

/** Takes one step; whatever was asked meanwhile comes before the next one. */
async function retainOn(request: ProjectorRequest & { do: 'retain' }): Promise<void> {
  // What waits in the journal may hold old badges: they have to be told before they are forgotten.
  const isRead = await projector.catchUp(isAsked);
  retaining ??= projector.retain(request.due);
  const step = isRead ? await retaining.next() : { done: false as const, value: undefined };
  if (step.done) {
    retaining = undefined;
    return tell({ told: 'retained', id: request.id, retained: step.value, readTo: projector.readTo });
  }
  setTimeout(() => {
    waiting.push(request);
    void work();
  }, setup.retainPauseMs);
}

/** What is due stays due: the next run of the job takes it. */
function giveUp({ id }: ProjectorRequest & { do: 'retain' }, error: unknown): void {
  retaining = undefined;
  if (error instanceof StorageError) tell({ told: 'not-retained', id, code: error.code, message: error.message });
}

async function recover(error: unknown): Promise<void> {
  if (!(error instanceof StorageError)) throw error;
  tell({ told: 'failed', message: error.message });
  isFailed = true;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, setup.retryMs));
    try {
      await projector.restart(registry);
      isFailed = false;
      tell({ told: 'recovered' });
      waiting.unshift({ do: 'bell' });
      return;
    } catch (again) {
      if (!(again instanceof StorageError)) throw again;
    }
  }
}

/** Computes the past again for a moment, with what is due meanwhile. */
async function rebuildOn(): Promise<void> {
  const began = performance.now();
  await projector.rebuild(() => performance.now() - began > setup.limits.rebuildMs);
  rebuiltAt = performance.now();
  if (rebuiltAt - tickedAt > setup.tickMs) {
    tickedAt = rebuiltAt;
    projector.tick();
  }
  await projector.flushWhenDue();
}

async function work(): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  do {
    let request = waiting.shift();
    try {
      if (request) await handle(request);
      request = undefined;
      if (isStopped) return;
      if (isRebuildDue() || (projector.isRebuilding && waiting.length === 0)) await rebuildOn();
    } catch (error) {
      if (request?.do === 'retain') giveUp(request, error);
      else if (request && request.do !== 'bell') waiting.unshift(request);
      await recover(error);
    }
    // What was asked meanwhile comes in.
    if (projector.isRebuilding) await new Promise((resolve) => setImmediate(resolve));
  } while (waiting.length > 0 || projector.isRebuilding);
  isBusy = false;
}

const ticking = setInterval(() => {
  if (isBusy || isFailed) return;
  projector.tick();
  isBusy = true;
  projector
    .flushWhenDue()
    .then(() => projector.fillTiers(FILL_MS))
    .catch(recover)
    .finally(() => {
      isBusy = false;
      void work();
    });
}, setup.tickMs);

const began = performance.now();
const { online } = await projector.start(registry);
await projector.catchUp(() => performance.now() - began > setup.catchUpMsMax);
tell({ told: 'ready', online });
port.on('message', (request: ProjectorRequest) => {
  const isRungAlready = request.do === 'bell' && waiting.some((other) => other.do === 'bell');
  if (!isRungAlready) waiting.push(request);
  void work();
});
waiting.push({ do: 'bell' });
void work();
