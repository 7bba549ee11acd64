import type { Activity } from '../../domain/layers.ts';
import { CHANGED_LAYERS, type LedgerChange, type LedgerChanges } from '../../domain/ports-ledger.ts';
import type { ExportCursor, ExportMemory, ExportNote } from '../../domain/ports-series.ts';
import type { Registry } from '../../domain/registry.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { labsOf, type MachineSetting, machineSettings } from '../rules.ts';
import type { Delivery } from './delivery.ts';
import { LabExport, labsWithReaders, SLOT_MS } from './lab-export.ts';
import { LayerExport, type LayerWork, type Look } from './layer-export.ts';
import { retiringPoints } from './retire.ts';

const FOREVER = Number.MAX_SAFE_INTEGER;
/** How far series are filled that were taken back: not at all. Their points are remembered, for they may come again. */
const RETIRED = Number.MIN_SAFE_INTEGER + 1;
/** How many changes are read at once. */
const CHANGES_MAX = 100;
/** How long machines are looked at before the journal has its turn again, in ms. */
const LOOKS_MS = 100;
/** How long the ledger may take to say what the floor said already, in ms. */
const LOOK_AGAIN_MS = 5000;

/** Exports the layers of all machines: what changed, what is new, what time alone changed, and what has other tags now. */
export class LayerDesk {
  readonly #ledger: LedgerChanges;
  readonly #memory: ExportMemory;
  readonly #delivery: Delivery;
  readonly #clock: () => number;
  readonly #bodyPoints: number;
  readonly #looks = new Map<string, Look>();
  /** Machines to look at: what the floor says they do (null: whatever they do), and until when the ledger may disagree. */
  readonly #due = new Map<string, { activity: Activity | null; until: number }>();
  #settings = new Map<string, MachineSetting>();
  #unfilled = new Set<string>();
  #labs = new Map<string, LabExport>();
  #hour = 0;
  #slot = 0;
  /** Bodies that were sent. */
  #sent = 0;
  #points: SeriesPoint[] = [];
  #notes: ExportNote[] = [];

  constructor(deps: {
    ledger: LedgerChanges;
    memory: ExportMemory;
    delivery: Delivery;
    clock: () => number;
    bodyPoints: number;
  }) {
    this.#ledger = deps.ledger;
    this.#memory = deps.memory;
    this.#delivery = deps.delivery;
    this.#clock = deps.clock;
    this.#bodyPoints = deps.bodyPoints;
  }

  /**
   * Takes over a registry: new machines and tags are filled, old tags are taken back. A machine with other rules is
   * filled again: the ledger may have told its new past before, which was then sent with the former thresholds and hours.
   */
  setRegistry(registry: Registry): void {
    const before = this.#settings;
    this.#settings = machineSettings(registry);
    for (const [id, { digest }] of this.#settings) {
      const isOther = before.has(id) && before.get(id)?.digest !== digest;
      if (isOther) this.#fillAgain(id);
    }
    this.#unfilled = new Set(this.#settings.keys());
    this.#labs = new Map(
      labsWithReaders(registry).map((lab) => [
        lab,
        new LabExport(this.#ledger, this.#memory, lab, registry, this.#settings),
      ]),
    );
    this.#hour = 0;
    this.#slot = 0;
  }

  /** The machine has other rules, or is elsewhere than it was said to be: changes may have been sent by what was known then. */
  #fillAgain(machine: string): void {
    for (const { no } of this.#memory.machinesOf(machine)) this.#memory.putFilled(no, Number.MIN_SAFE_INTEGER);
  }

  /** Where the export begins that has none: everything is filled, and changes count from here. */
  async begin(cursor: ExportCursor | undefined): Promise<ExportCursor> {
    const { born, oldest, newest } = await this.#ledger.feed();
    const isKept = cursor && cursor.born === born && cursor.change <= newest && cursor.change >= oldest - 1;
    if (cursor && isKept) return cursor;
    for (const { no } of this.#memory.machines()) this.#memory.putFilled(no, Number.MIN_SAFE_INTEGER);
    this.#unfilled = new Set(this.#settings.keys());
    return { batch: cursor?.batch ?? 0, change: newest, born };
  }

  /** The floor shows another activity of a machine. */
  look(machine: string, activity: Activity): void {
    this.#due.set(machine, { activity, until: this.#clock() + LOOK_AGAIN_MS });
  }

  /** Exports the next changes of the ledger, and has what is not settled looked at anew; returns the number of the last one. */
  async changes(after: number): Promise<number> {
    const changes = await this.#ledger.changes(after, CHANGES_MAX);
    for (const { machine, layer, from, to } of merged(changes)) {
      const desks = this.#exportsOf(machine);
      if (desks.length === 0) continue;
      for (const { lab, desk } of desks) {
        for await (const work of desk.range([layer], from, to, this.#clock())) await this.#take(work);
        this.#looks.delete(lookName(machine, lab));
      }
      if (!this.#due.has(machine)) this.#due.set(machine, { activity: null, until: 0 });
      if (layer === 'session') for (const { lab } of desks) await this.#count(lab, from, to);
    }
    await this.#send();
    return changes.at(-1)?.no ?? after;
  }

  /** Counts the people of a lab again where sessions that begin in `[from, to)` may have lasted. */
  async #count(lab: string, from: number, to: number): Promise<void> {
    const desk = this.#labs.get(lab);
    const first = desk?.firstAt();
    if (!desk || desk.countedTo === null || typeof first !== 'number') return;
    const works = desk.range(Math.max(from, first), to + desk.sessionMsMax, this.#clock());
    for await (const work of works) await this.#take(work);
  }

  #countAgain(lab: string): void {
    this.#labs.get(lab)?.setCounted(false);
    this.#slot = 0;
  }

  /** Counts the people of each lab up to now; of one that was never counted, from the beginning. */
  async #countNewest(now: number): Promise<void> {
    const slot = Math.floor(now / SLOT_MS);
    if (slot === this.#slot || this.#unfilled.size > 0) return;
    let isComplete = true;
    for (const desk of this.#labs.values()) {
      const from = desk.countedTo ?? desk.firstAt();
      if (from === null) {
        isComplete = false;
        continue;
      }
      for await (const work of desk.range(from, now, now)) await this.#take(work);
      await this.#send();
      if (desk.countedTo === null) desk.setCounted(true);
    }
    if (isComplete) this.#slot = slot;
  }

  /** Looks at the machines that are due; true when there may be more to do at once. */
  async looks(): Promise<boolean> {
    const now = this.#clock();
    const hour = Math.floor(now / HOUR_MS);
    if (hour !== this.#hour) {
      this.#hour = hour;
      for (const id of this.#settings.keys()) if (!this.#due.has(id)) this.#due.set(id, { activity: null, until: now });
    }
    await this.#countNewest(now);
    const began = performance.now();
    let isInTime = true;
    for (const [machine, { activity, until }] of [...this.#due]) {
      isInTime = performance.now() - began < LOOKS_MS;
      if (!isInTime) break;
      this.#due.delete(machine);
      for (const { lab, desk } of this.#exportsOf(machine)) {
        const name = lookName(machine, lab);
        const { works, look } = await desk.look(now, this.#looks.get(name));
        for (const work of works) await this.#take(work);
        this.#looks.set(name, look);
        const isBehind = activity !== null && look.activity !== activity && now < until;
        if (isBehind || !look.isWhole) this.#due.set(machine, { activity, until });
      }
    }
    await this.#send();
    return !isInTime;
  }

  /** Fills the past of the next machine that needs it, and takes its old tags back; false when there is none. */
  async fill(): Promise<boolean> {
    for (const machine of this.#unfilled) {
      const setting = this.#settings.get(machine);
      const isWork = setting !== undefined && (await this.#fillMachine(machine, setting));
      this.#unfilled.delete(machine);
      if (isWork) return true;
    }
    return false;
  }

  async #retire(machine: string, setting: MachineSetting): Promise<void> {
    for (const exported of this.#memory.machinesOf(machine)) {
      const isPresent = labsOf(setting).includes(exported.lab) && exported.kind === setting.kind;
      if (isPresent || exported.filledTo === RETIRED) continue;
      for (const points of retiringPoints(this.#memory, exported, this.#clock())) {
        for (const point of points) await this.#add(point);
      }
      await this.#send();
      this.#countAgain(exported.lab);
      this.#memory.putFilled(exported.no, RETIRED);
    }
  }

  async #fillMachine(machine: string, setting: MachineSetting): Promise<boolean> {
    await this.#retire(machine, setting);
    let isWork = false;
    for (const { lab, desk } of this.#exportsOf(machine)) {
      const { no, filledTo } = this.#memory.machine(machine, lab, setting.kind);
      if (filledTo === FOREVER) continue;
      isWork = true;
      await this.#fillLab(lab, desk, no, filledTo);
    }
    return isWork;
  }

  async #fillLab(lab: string, desk: LayerExport, no: number, filledTo: number): Promise<void> {
    let done = filledTo;
    let sent = this.#sent;
    for await (const work of desk.range(CHANGED_LAYERS, filledTo, FOREVER, this.#clock())) {
      if (work.to > done && this.#points.length === 0 && this.#sent > sent) {
        this.#memory.putFilled(no, done);
        sent = this.#sent;
      }
      await this.#take(work);
      done = work.to;
    }
    await this.#send();
    this.#countAgain(lab);
    this.#memory.putFilled(no, FOREVER);
  }

  /** The exports of a machine: one for each lab in which it ever is. */
  #exportsOf(machine: string): { lab: string; desk: LayerExport }[] {
    const setting = this.#settings.get(machine);
    if (!setting) return [];
    return labsOf(setting).map((lab) => {
      const exported = this.#memory.machine(machine, lab, setting.kind);
      return { lab, desk: new LayerExport(this.#ledger, this.#memory, exported, setting) };
    });
  }

  async #take({ points, note }: LayerWork): Promise<void> {
    this.#notes.push(note);
    for (const point of points) await this.#add(point);
  }

  async #add(point: SeriesPoint): Promise<void> {
    this.#points.push(point);
    if (this.#points.length >= this.#bodyPoints) await this.#send();
  }

  /** What is about to be sent is remembered first, so that nothing is ever in the store that could not be taken back. */
  async #send(): Promise<void> {
    const points = this.#points;
    const notes = this.#notes;
    this.#points = [];
    this.#notes = [];
    this.#memory.remember(notes);
    await this.#delivery.deliver(points);
    this.#sent += 1;
  }
}

function lookName(machine: string, lab: string): string {
  return `${lab}\n${machine}`;
}

/** Changes of one layer of one machine that follow each other are one. */
function merged(changes: readonly LedgerChange[]): LedgerChange[] {
  const ranges = new Map<string, LedgerChange>();
  for (const change of changes) {
    const name = `${change.layer}\n${change.machine}`;
    const known = ranges.get(name);
    if (!known) ranges.set(name, { ...change });
    else if (change.from <= known.to && change.to >= known.from) {
      known.from = Math.min(known.from, change.from);
      known.to = Math.max(known.to, change.to);
    } else ranges.set(`${name}\n${change.no}`, { ...change });
  }
  return [...ranges.values()];
}
