import { Worker } from 'node:worker_threads';
import { StorageError } from '../../domain/failure.ts';
import type { MachineView } from '../../domain/layers.ts';
import type { Registry } from '../../domain/registry.ts';
import type { Retained, RetentionDue } from '../../domain/retention.ts';
import type { ProjectorProgress } from '../../ingest/projector.ts';
import type { RebuildProgress } from '../../ingest/rebuilds.ts';
import type { Replied } from '../../ingest/replied.ts';
import { widenOldSpace } from './old-space.ts';
import type { ProjectorRequest, ProjectorSetup, ProjectorTold } from './projector-thread.ts';

/** What the house does with what the projector tells. */
export interface ProjectorEars {
  views(views: MachineView[]): void;
  replied(machine: string, reply: Replied): void;
  /** The past of so many machines is computed again from now on, or more than before; 0: all is done. */
  rebuilding(machines: number): void;
  /** The projector's thread broke an invariant: the process must stop. */
  died(error: Error): void;
}

/** The projector, in its thread. */
export class ProjectorLink {
  readonly #worker: Worker;
  readonly #ears: ProjectorEars;
  readonly #settling = new Map<number, () => void>();
  readonly #retaining = new Map<number, PromiseWithResolvers<{ retained: Retained[]; readTo: number }>>();
  #nextSettle = 1;
  #ready = Promise.withResolvers<{ online: string[] }>();
  #stopped = Promise.withResolvers<void>();
  #isStopping = false;
  /** How far it got. */
  progress: ProjectorProgress = { cursor: { batch: 0, seq: 0 }, receivedTo: 0, events: 0 };
  /** How far the past of machines is computed again; null when there is nothing to compute again. */
  rebuild: RebuildProgress | null = null;
  /** Why the ledger cannot be written now; undefined when all is well. */
  failure: string | undefined;

  constructor(setup: ProjectorSetup, ears: ProjectorEars) {
    this.#ears = ears;
    // Computing years again leaves much behind: with less room it takes half as long again.
    const narrow = widenOldSpace();
    this.#worker = new Worker(new URL('./projector-thread.ts', import.meta.url), {
      workerData: setup,
      name: 'projector',
    });
    this.#worker.once('online', narrow);
    this.#worker.on('message', (told: ProjectorTold) => this.#hear(told));
    this.#worker.on('error', (error: unknown) => {
      this.#ready.reject(error);
      ears.died(error as Error);
    });
    this.#worker.on('exit', () => {
      if (!this.#isStopping) ears.died(new Error('The projector thread stopped unexpectedly'));
      this.#stopped.resolve();
    });
  }

  /** Resolves when the ledger is open and up to date; with the connectors that were online when it was written last. */
  ready(): Promise<{ online: string[] }> {
    return this.#ready.promise;
  }

  /** There is something to read in the journal. */
  ring(): void {
    this.#ask({ do: 'bell' });
  }

  /** Resolves when everything that is stored from now on is read with this registry, or after `msMax`. */
  setRegistry(registry: Registry, msMax: number): Promise<void> {
    return this.#answered(msMax, (id) => ({ do: 'registry', id, registry }));
  }

  /** Resolves when everything that is in the journal now can be read from the ledger, or after `msMax`. */
  settle(msMax: number): Promise<void> {
    return this.#answered(msMax, (id) => ({ do: 'settle', id }));
  }

  /** Keeps the ledger within its limits; rejects with a `StorageError` when it cannot be written, or the house closes. */
  retain(due: RetentionDue): Promise<{ retained: Retained[]; readTo: number }> {
    if (this.#isStopping) return Promise.reject(closing());
    const id = this.#nextSettle++;
    const answer = Promise.withResolvers<{ retained: Retained[]; readTo: number }>();
    this.#retaining.set(id, answer);
    this.#ask({ do: 'retain', id, due });
    return answer.promise;
  }

  #answered(msMax: number, request: (id: number) => ProjectorRequest): Promise<void> {
    const id = this.#nextSettle++;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#settling.delete(id);
        resolve();
      };
      const timer = setTimeout(done, msMax);
      this.#settling.set(id, done);
      this.#ask(request(id));
    });
  }

  /** Projects what is in the journal, writes it, and ends the thread. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const answer of this.#retaining.values()) answer.reject(closing());
    this.#retaining.clear();
    this.#ask({ do: 'stop' });
    await this.#stopped.promise;
  }

  #ask(request: ProjectorRequest): void {
    this.#worker.postMessage(request);
  }

  #hear(told: ProjectorTold): void {
    switch (told.told) {
      case 'ready':
        this.#ready.resolve({ online: told.online });
        break;
      case 'views':
        this.#ears.views(told.views);
        break;
      case 'replied':
        this.#ears.replied(told.machine, told.reply);
        break;
      case 'progress':
        this.progress = told.progress;
        break;
      case 'rebuilding':
        this.#hearRebuild(told.progress);
        break;
      case 'settled':
        this.#settling.get(told.id)?.();
        break;
      case 'retained':
        this.#retaining.get(told.id)?.resolve(told);
        this.#retaining.delete(told.id);
        break;
      case 'not-retained':
        this.#retaining.get(told.id)?.reject(new StorageError(told.code, told.message));
        this.#retaining.delete(told.id);
        break;
      case 'failed':
        this.failure = told.message;
        break;
      case 'recovered':
        this.failure = undefined;
        break;
      case 'stopped':
        this.#stopped.resolve();
        break;
    }
  }

  #hearRebuild(progress: RebuildProgress | null): void {
    const before = this.rebuild?.machines ?? 0;
    this.rebuild = progress;
    const machines = progress?.machines ?? 0;
    if (machines > before || (machines === 0 && before > 0)) this.#ears.rebuilding(machines);
  }
}

function closing(): StorageError {
  return new StorageError('closed', 'The house is closing');
}
