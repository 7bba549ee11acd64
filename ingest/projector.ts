import { correctionOf } from '../domain/correction-record.ts';
import type { StoredEvent } from '../domain/event.ts';
import type { MachineView } from '../domain/layers.ts';
import type { MachineInput } from '../domain/machine-input.ts';
import type { Series, StoredFold } from '../domain/ports.ts';
import type { JournalStore, StoredBatch } from '../domain/ports-journal.ts';
import type { Cursor, LedgerWriter } from '../domain/ports-ledger.ts';
import type { Registry } from '../domain/registry.ts';
import type { Retained, RetentionDue } from '../domain/retention.ts';
import { BatchReader } from './batch-reader.ts';
import { settingOfDigest } from './fold-rules.ts';
import { type RetainedProjection, retainLedger } from './ledger-retention.ts';
import { type ChannelMap, channelMap, connectorKey, inputsOf } from './machine-inputs.ts';
import { MachineProjection } from './machine-projection.ts';
import type { ProjectorLimits } from './projector-limits.ts';
import { type RebuildProgress, Rebuilds } from './rebuilds.ts';
import type { Replied } from './replied.ts';
import { machineSettings, seriesOf } from './rules.ts';

/** What the projector tells while it works. */
export interface ProjectorListener {
  views(views: MachineView[]): void;
  /** A reader is waiting for this. */
  replied(machine: string, reply: Replied): void;
  /** How far it got, and how many events wait. */
  progress(progress: ProjectorProgress): void;
  /** How far the past of machines is computed again; null when there is nothing to compute again. */
  rebuilding(progress: RebuildProgress | null): void;
}

/** How far the projection has got. */
export interface ProjectorProgress {
  cursor: Cursor;
  /** When the newest event in the projection was received, UTC ms; 0 when there is none. */
  receivedTo: number;
  /** Events read since the start. */
  events: number;
}

/**
 * Reads the journal after its cursor, folds it machine by machine, and writes layers, rollups and cursor to the ledger
 * in one transaction. It lives in a thread of its own; a bell without data tells that there is something to read.
 */
export class Projector {
  readonly #journal: JournalStore;
  readonly #reader: BatchReader;
  readonly #ledger: LedgerWriter;
  readonly #limits: ProjectorLimits;
  readonly #clock: () => number;
  readonly #listener: ProjectorListener;
  readonly #machines = new Map<string, MachineProjection>();
  readonly #rebuilds: Rebuilds;
  #series = new Map<string, Series>();
  #channels: ChannelMap = channelMap({ connectors: [] } as unknown as Registry, new Map());
  #cursor: Cursor = { batch: 0, seq: 0 };
  #unflushedEvents = 0;
  #hasUnflushedRows = false;
  #flushedAt = 0;
  #events = 0;
  #receivedTo = 0;

  constructor(deps: {
    journal: JournalStore;
    ledger: LedgerWriter;
    limits: ProjectorLimits;
    clock: () => number;
    listener: ProjectorListener;
  }) {
    this.#journal = deps.journal;
    this.#reader = new BatchReader(deps.journal);
    this.#ledger = deps.ledger;
    this.#limits = deps.limits;
    this.#clock = deps.clock;
    this.#listener = deps.listener;
    this.#rebuilds = new Rebuilds(deps.ledger, deps.limits.rebuildInputs);
  }

  /**
   * Loads where the ledger stands. Machines whose rules changed meanwhile are computed again by `rebuild`. Returns the connectors that were
   * online when it was last written.
   */
  async start(registry: Registry): Promise<{ online: string[] }> {
    const stored = await this.#ledger.load();
    this.#cursor = stored.cursor;
    this.#series = new Map(stored.series.map((series) => [series.id, series]));
    this.#machines.clear();
    this.#rebuilds.begin(await this.#ledger.rebuilds());
    await this.#adopt(registry, stored.folds);
    return { online: stored.online.filter((row) => row.online).map((row) => row.connector) };
  }

  /** Takes over a registry; the past of machines whose rules changed is computed again by `rebuild`. */
  async setRegistry(registry: Registry): Promise<void> {
    for (const machine of this.#machines.values()) await machine.flush();
    await this.#adopt(registry, (await this.#ledger.load()).folds);
  }

  async #adopt(registry: Registry, stored: readonly StoredFold[]): Promise<void> {
    for (const series of seriesOf(registry)) {
      this.#series.set(series.id, series);
      await this.#ledger.putSeries(series);
    }
    this.#channels = channelMap(registry, this.#series);
    const settings = machineSettings(registry);
    const folds = new Map(stored.map((fold) => [fold.machine, fold]));
    for (const [id, machine] of this.#machines) {
      if (settings.has(id)) continue;
      this.#rebuilds.cancel(machine);
      this.#machines.delete(id);
    }
    const seriesByMachine = Map.groupBy(this.#series.values(), ({ machine }) => machine);
    for (const [id, setting] of settings) {
      const source = { machine: id, series: seriesByMachine.get(id) ?? [], channels: this.#channels };
      let machine = this.#machines.get(id);
      if (!machine) {
        const fold = folds.get(id);
        const earlier = fold && fold.rules !== setting.digest ? settingOfDigest(fold.rules, setting) : undefined;
        machine = new MachineProjection(source, earlier ?? setting, fold, this.#ledger);
        this.#machines.set(id, machine);
      }
      if (machine.update(source, setting)) this.#rebuilds.want(machine, source, setting);
      else this.#rebuilds.cancel(machine);
    }
    for (const machine of this.#machines.values()) await machine.flush();
    await this.#ledger.commit(this.#cursor);
    this.#untiered = [...this.#machines.values()];
    this.#tell([...this.#machines.values()]);
    this.#listener.rebuilding(this.#rebuilds.progress);
  }

  /** Whether the past of some machine is to be computed again. */
  get isRebuilding(): boolean {
    return this.#rebuilds.isBusy;
  }

  /**
   * Goes on with computing pasts again, until nothing is left or `isEnough` says so. Readers see a machine's old past
   * until its new one is whole; what comes meanwhile goes into both.
   */
  async rebuild(isEnough: () => boolean = () => false): Promise<void> {
    while (this.#rebuilds.isBusy && !isEnough()) {
      this.#hasUnflushedRows = true;
      const machine = await this.#rebuilds.step(isEnough);
      if (machine) {
        this.#wakeAt.delete(this.#machines.get(machine.id) as MachineProjection);
        this.#machines.set(machine.id, machine);
        this.#tell([machine]);
      }
    }
    this.#listener.rebuilding(this.#rebuilds.progress);
  }

  /** Reads what is in the journal after the cursor, until nothing is left or `isEnough` says so; true when nothing is left. */
  async catchUp(isEnough: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      if (isEnough()) return false;
      const batches = await this.#journal.batches(this.#cursor.batch, this.#limits.readBytes);
      if (batches.length === 0) return true;
      await this.#project(batches);
      await this.flushWhenDue();
    }
  }

  /** Makes what was projected durable when the transaction is old or large enough. */
  async flushWhenDue(): Promise<void> {
    const isDue = Math.abs(this.#clock() - this.#flushedAt) >= this.#limits.flushMs;
    if (this.#unflushedEvents >= this.#limits.flushEvents || isDue) await this.flush();
  }

  async #project(batches: readonly StoredBatch[]): Promise<void> {
    const inputs = new Map<string, MachineInput[]>();
    for (const batch of batches) {
      for (const event of await this.#reader.events(batch)) {
        this.#sort(event, inputs);
        await this.#keep(event);
      }
      this.#cursor = { batch: batch.id, seq: batch.firstSeq + batch.events - 1 };
      this.#events += batch.events;
      this.#unflushedEvents += batch.events;
      this.#receivedTo = Math.max(this.#receivedTo, batch.receivedTo);
    }
    const touched: MachineProjection[] = [];
    for (const [id, list] of inputs) {
      const machine = this.#machines.get(id);
      if (!machine) continue;
      for (const reply of await machine.add(list)) {
        if (reply.input.class?.isHere ?? true) this.#listener.replied(id, reply);
      }
      touched.push(machine);
    }
    this.#tell(touched);
  }

  #sort(event: StoredEvent, inputs: Map<string, MachineInput[]>): void {
    if (event.kind === 'online') this.#online.set(event.connector, { online: event.online, at: event.at });
    for (const { machine, input } of inputsOf(event, this.#channels)) {
      const list = inputs.get(machine);
      if (list) list.push(input);
      else inputs.set(machine, [input]);
    }
  }

  /**
   * Keeps what a person said: corrections change sessions, and declarations carry notes beside the layer they make.
   * And when a connector came and went: it may feed other machines later.
   */
  async #keep(event: StoredEvent): Promise<void> {
    const { kind, machine, at, seq } = event;
    if (kind === 'online') {
      const { connector, online } = event;
      const input: MachineInput = { kind, at, connector, series: [], main: false, online };
      await this.#ledger.putInputs(connectorKey(connector), [input]);
    }
    if (machine === null) return;
    if (kind === 'correction') {
      const record = correctionOf(event);
      await this.#ledger.putCorrection(machine, record);
      this.#machines.get(machine)?.correct(record);
    } else if (kind === 'service') {
      const { state, note = null, author = null } = event;
      await this.#ledger.putDeclaration(machine, { seq, at, state, note, author });
    }
  }

  readonly #online = new Map<string, { online: boolean; at: number }>();

  #tell(machines: readonly MachineProjection[]): void {
    const now = this.#clock();
    this.#listener.views(machines.map((machine) => machine.view(now)));
    this.#listener.progress({ cursor: this.#cursor, receivedTo: this.#receivedTo, events: this.#events });
    for (const machine of machines) this.#wakeAt.set(machine, machine.nextChangeAt(now) ?? Number.POSITIVE_INFINITY);
  }

  readonly #wakeAt = new Map<MachineProjection, number>();

  /** Tells the views that changed by time alone; to be called a few times a second. */
  tick(): void {
    const now = this.#clock();
    const due = [...this.#wakeAt].flatMap(([machine, at]) => (at <= now ? [machine] : []));
    if (due.length > 0) this.#tell(due);
  }

  /** Machines whose tiers may have to be filled. */
  #untiered: MachineProjection[] = [];

  /** Fills the tiers of machines of an older ledger for a while; false when none is left. Nothing may wait for it. */
  async fillTiers(msMax: number): Promise<boolean> {
    if (this.#untiered.length === 0) return false;
    const until = performance.now() + msMax;
    await this.flush();
    for (let machine = this.#untiered.pop(); machine; machine = this.#untiered.pop()) {
      if (await machine.fillTiers()) await this.#ledger.commit(this.#cursor);
      if (performance.now() > until) return true;
    }
    return false;
  }

  /** Makes everything that was projected durable. */
  async flush(): Promise<void> {
    this.#flushedAt = this.#clock();
    const dirty = [...this.#machines.values()].filter((machine) => machine.isDirty);
    if (this.#unflushedEvents === 0 && dirty.length === 0 && !this.#hasUnflushedRows) return;
    for (const machine of dirty) await machine.flush();
    for (const [connector, { online, at }] of this.#online) await this.#ledger.putOnline(connector, online, at);
    this.#online.clear();
    await this.#ledger.commit(this.#cursor);
    this.#unflushedEvents = 0;
    this.#hasUnflushedRows = false;
  }

  /** Keeps the ledger within its limits, a short step at a time; anything else may be done between two steps. */
  retain(due: RetentionDue): AsyncGenerator<void, Retained[]> {
    const projection: RetainedProjection = {
      ledger: this.#ledger,
      machines: this.#machines,
      save: async () => {
        await this.flush();
        await this.#ledger.commit(this.#cursor);
      },
    };
    return retainLedger(projection, due);
  }

  /** The newest batch that is in the ledger. */
  get readTo(): number {
    return this.#cursor.batch;
  }

  /** Forgets what is not durable and begins again where the ledger stands, after it failed. */
  async restart(registry: Registry): Promise<void> {
    await this.#ledger.rollback();
    this.#unflushedEvents = 0;
    this.#hasUnflushedRows = false;
    this.#online.clear();
    await this.start(registry);
  }
}
