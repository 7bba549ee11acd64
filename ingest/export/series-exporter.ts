import { StorageError } from '../../domain/failure.ts';
import type { Activity } from '../../domain/layers.ts';
import type { JournalStore } from '../../domain/ports-journal.ts';
import type { LedgerChanges } from '../../domain/ports-ledger.ts';
import type { ExportCounts, ExportCursor, ExportMemory, SeriesStore } from '../../domain/ports-series.ts';
import type { Registry } from '../../domain/registry.ts';
import { Delivery, type DeliveryLimits, type DeliveryState, DeliveryStopped } from './delivery.ts';
import { JournalDesk } from './journal-desk.ts';
import { LayerDesk } from './layer-desk.ts';
import { Pace } from './pace.ts';
import { pause } from './pause.ts';
import { Pressure } from './pressure.ts';

/** Numbers that shape the export. */
export interface ExportLimits extends DeliveryLimits {
  /** Points of one body. */
  bodyPoints: number;
  /** Bytes of events read at once. */
  readBytes: number;
  /** How long points wait for company when there are few, in ms. */
  lingerMs: number;
  /** How often changes are looked for that no bell tells, in ms. */
  tickMs: number;
  /** While ingest is busy the export rests after each piece of work: at most so long. */
  restMsMax: number;
}

/** How the export fares. */
export interface ExportStatus extends DeliveryState, ExportCounts {
  /** `seq` of the newest event that is stored. */
  seq: number;
  /** The newest batch of the journal that is stored, and is known to be. */
  batch: number;
  /** Points stored since the start. */
  points: number;
}

/**
 * Sends the journal's series and the ledger's layers to a store of series, from durable cursors: batch, confirmed
 * write, then cursor. Sending again is harmless, so it may be killed at any moment. It pulls: nothing waits in memory
 * but the bodies under way.
 */
export class SeriesExporter {
  readonly #deps: ExporterDeps;
  readonly #delivery: Delivery;
  readonly #journal: JournalDesk;
  readonly #layers: LayerDesk;
  #cursor: ExportCursor = { batch: 0, change: 0, born: '' };
  readonly #pressure = new Pressure(() => performance.now());
  readonly #pace: Pace;
  readonly #stopping = new AbortController();
  #seq = 0;
  #storedTo = 0;
  #failure: string | null = null;
  #registry: Registry | undefined;
  #bell = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  /** How often it found that nothing was left to send. */
  idleRounds = 0;

  constructor(deps: ExporterDeps) {
    const { store, memory, journal, ledger, clock, limits } = deps;
    this.#deps = deps;
    this.#delivery = new Delivery({ store, memory, limits, told: () => this.#tell() });
    this.#pace = new Pace({
      restPerWork: () => this.#pressure.restPerWork,
      restMsMax: limits.restMsMax,
      workedMs: deps.workedMs,
      pause: (ms) => pause(ms, this.#stopping.signal),
    });
    const delivery = this.#delivery;
    this.#journal = new JournalDesk({ journal, delivery, limits, rest: () => this.#pace.rest() });
    this.#layers = new LayerDesk({ ledger, memory, clock, delivery, bodyPoints: limits.bodyPoints });
  }

  /** Begins; returns at once. Rejections of the returned `stop` are broken invariants. */
  start(registry: Registry): void {
    this.#registry = registry;
    this.#running = this.#run();
  }

  /** There is something to read. `busy`: for which share of its time ingest worked since the last bell, where it is known. */
  ring(busy?: number): void {
    if (busy !== undefined) this.#pressure.note(busy);
    this.#bell.resolve();
  }

  /** The floor shows another activity of a machine. */
  look(machine: string, activity: Activity): void {
    this.#layers.look(machine, activity);
    this.ring();
  }

  setRegistry(registry: Registry): void {
    this.#registry = registry;
    this.ring();
  }

  /** Ends at once; what was not confirmed is sent again after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#delivery.stop();
    this.ring();
    await this.#running;
  }

  /** Resolves when the run ended: only by `stop`, or by a broken invariant (it rejects). */
  async ended(): Promise<void> {
    await this.#running;
  }

  status(): ExportStatus {
    const { state, reason } = this.#delivery.state;
    const counts = this.#failure === null ? this.#deps.memory.counts() : { refused: 0, tooOld: 0 };
    const delivery = { state, reason, points: this.#delivery.points, seq: this.#seq, batch: this.#storedTo, ...counts };
    return this.#failure === null ? delivery : { ...delivery, state: 'waiting', reason: this.#failure };
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #tell(): void {
    this.#deps.told(this.status());
  }

  async #run(): Promise<void> {
    for (let isBegun = false; !this.#isStopped; ) {
      try {
        if (!isBegun) await this.#begin();
        isBegun = true;
        await this.#rounds();
      } catch (error) {
        if (error instanceof DeliveryStopped && this.#isStopped) return;
        if (!(error instanceof StorageError)) throw error;
        this.#failure = error.message;
        this.#deps.told({ ...this.status() });
        await this.#pause(this.#deps.limits.backOffMsMax);
      }
    }
  }

  async #begin(): Promise<void> {
    this.#takeRegistry();
    const cursor = await this.#layers.begin(this.#deps.memory.cursor());
    const seq = await this.#journal.seqOf(cursor.batch);
    this.#cursor = seq === undefined ? { ...cursor, batch: 0 } : cursor;
    this.#seq = seq ?? 0;
    this.#deps.memory.putCursor(this.#cursor);
    this.#storedTo = this.#cursor.batch;
  }

  #takeRegistry(): void {
    if (!this.#registry) return;
    this.#layers.setRegistry(this.#registry);
    this.#journal.setRegistry(this.#registry);
    this.#registry = undefined;
  }

  async #rounds(): Promise<void> {
    const { lingerMs, tickMs } = this.#deps.limits;
    while (!this.#isStopped) {
      const began = performance.now();
      this.#takeRegistry();
      const isMore = await this.#round();
      this.#failure = null;
      this.#tell();
      if (isMore) continue;
      this.idleRounds += 1;
      await this.#pause(tickMs);
      const lingered = performance.now() - began;
      if (lingered < lingerMs) await pause(lingerMs - lingered, this.#stopping.signal);
      this.#bell = Promise.withResolvers();
    }
  }

  async #round(): Promise<boolean> {
    const { memory } = this.#deps;
    const read = await this.#journal.next(this.#cursor.batch);
    if (read) {
      this.#cursor = { ...this.#cursor, batch: read.batch };
      this.#seq = read.seq;
    }
    const change = await this.#layers.changes(this.#cursor.change);
    const isChanged = change > this.#cursor.change;
    if (isChanged) this.#cursor = { ...this.#cursor, change };
    if (read || isChanged) memory.putCursor(this.#cursor);
    this.#storedTo = this.#cursor.batch;
    const isLooking = await this.#layers.looks();
    const isFilling = await this.#layers.fill();
    await this.#pace.rest();
    return (read?.isFull ?? false) || isChanged || isLooking || isFilling;
  }

  /** Waits for the bell, at most so long. */
  async #pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.#bell.promise, late]);
    clearTimeout(timer);
  }
}

/** What the exporter works with. */
export interface ExporterDeps {
  journal: JournalStore;
  ledger: LedgerChanges;
  memory: ExportMemory;
  store: SeriesStore;
  /** UTC ms. */
  clock: () => number;
  /** Processor time of the exporter's thread until now, ms. */
  workedMs: () => number;
  limits: ExportLimits;
  /** Called after each round, and when the state changes. */
  told: (status: ExportStatus) => void;
}
