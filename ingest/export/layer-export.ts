import type { FoldState } from '../../domain/fold-state.ts';
import type { Activity, ActivityInterval } from '../../domain/layers.ts';
import { type FoldRest, finishFold, watermarks } from '../../domain/machine-fold.ts';
import { MachineReading } from '../../domain/machine-reading.ts';
import type { LedgerReader } from '../../domain/ports.ts';
import type { LedgerChange } from '../../domain/ports-ledger.ts';
import type { ExportedMachine, ExportMemory, ExportNote, SessionIdentity } from '../../domain/ports-series.ts';
import { type RollupHour, rollupHours } from '../../domain/rollup.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { type Stay, stayAt, wholeStay } from '../../domain/stay.ts';
import { DAY_MS, HOUR_MS, startOfPeriod } from '../../domain/time.ts';
import type { MachineSetting } from '../rules.ts';
import { hoursOfLab } from './lab-hours.ts';
import {
  activityPoint,
  fullHours,
  hoursLike,
  noSessionPoint,
  noUsagePoint,
  sessionPoint,
  stateAt,
  usageFieldsOf,
  usagePoint,
} from './layer-points.ts';
import { withPublicTime } from './public-time.ts';
import { type LayerKeys, layerKeys } from './series-keys.ts';

/** How much of a machine's past is read at once. */
const WINDOW_MS = 31 * DAY_MS;
/** How far back time alone can end a session, and so change hours of usage. */
const RECENT_MS = 3 * DAY_MS;

const NOTHING: FoldRest = { activity: [], service: [], sessions: [], energy: [] };

/** A few points, with what has to be remembered before they are sent. */
export interface LayerWork {
  points: SeriesPoint[];
  note: ExportNote;
}

/** A machine as of now, and how far it is settled. */
interface Past {
  reading: MachineReading;
  /** The unsettled end of activity. */
  open: readonly ActivityInterval[];
  /** The newest input, UTC ms. */
  at: number;
  /** Before this only late inputs change activity. */
  settled: number;
  /** Before this only late inputs change sessions. */
  sessionFrom: number;
}

/** What a look saw: the state now, the newest input, when it was, and whether all inputs are in the hours of usage. */
export interface Look {
  activity: Activity;
  inputAt: number;
  at: number;
  isWhole: boolean;
}

/**
 * Writes ranges of a machine's layers in one lab as they are now, and takes back what was written there before and is no longer
 * true: points that vanished get the state of their instant, or zeros.
 */
export class LayerExport {
  readonly #ledger: LedgerReader;
  readonly #memory: ExportMemory;
  readonly #setting: MachineSetting;
  readonly #keys: LayerKeys;
  readonly #no: number;
  readonly #machine: string;
  readonly #lab: string;
  /** When the machine is in the lab of these series; in order. */
  readonly #stays: readonly Stay[];
  readonly #zone: string;

  constructor(ledger: LedgerReader, memory: ExportMemory, exported: ExportedMachine, setting: MachineSetting) {
    this.#ledger = ledger;
    this.#memory = memory;
    this.#setting = setting;
    this.#keys = layerKeys(exported);
    this.#no = exported.no;
    this.#machine = exported.machine;
    this.#stays = setting.stays.filter(({ lab }) => lab.id === exported.lab);
    this.#lab = exported.lab;
    this.#zone = this.#stays[0]?.lab.timezone ?? 'UTC';
  }

  /** Everything of the given layers that lies in `[from, to)`, window by window. */
  async *range(
    layers: readonly LedgerChange['layer'][],
    from: number,
    to: number,
    now: number,
  ): AsyncGenerator<LayerWork & { to: number }> {
    const past = await this.#past(now);
    const end = Math.min(to, Math.max(now, past.at) + HOUR_MS, this.#reach());
    for (let at = await this.#begin(from, end, past); at < end; at += WINDOW_MS) {
      const until = Math.min(at + WINDOW_MS, end);
      for (const layer of layers) yield { ...(await this.#window(layer, at, until, past)), to: until };
    }
  }

  /**
   * What is not settled: the end of activity, the full hours since the last look, sessions that time alone has ended,
   * and the hours of usage that are over. Where nothing came since, only as much is looked at again as time can change.
   */
  async look(now: number, last: Look | undefined): Promise<{ works: LayerWork[]; look: Look }> {
    const past = await this.#past(now);
    const { gridTo } = this.#exported();
    const begin = past.open[0]?.start ?? now;
    const isSame = last?.inputAt === past.at;
    const unchanged = isSame ? Math.min(last.at, now - this.#patienceMs) : undefined;
    const activity = await this.#activity(unchanged ?? (gridTo === null ? begin : gridTo - HOUR_MS), now, past);
    const settled = Math.min(past.settled, wholeStay(this.#stays).end);
    if (past.open.length > 0) activity.note.gridTo = Math.floor(settled / HOUR_MS) * HOUR_MS + HOUR_MS;
    const works = [activity, await this.#sessions(past.sessionFrom, now + HOUR_MS, past)];
    // While a connector sends what it kept, or the projection catches up, the hours after it would say unknown.
    const isWhole = last === undefined || isSame || past.at >= now - HOUR_MS;
    const recent = isSame && last.isWhole ? now - RECENT_MS : Number.NEGATIVE_INFINITY;
    if (isWhole) works.push(await this.#usage(Math.max(recent, this.#usageOpenFrom(past)), now, past));
    return { works, look: { activity: past.open.at(-1)?.activity ?? 'unknown', inputAt: past.at, at: now, isWhole } };
  }

  /** Before this only late inputs change anything, UTC ms. */
  async settledTo(now: number): Promise<number> {
    return (await this.#past(now)).settled;
  }

  /** How far back time alone can change what was said: a dip becomes an end, a hole stays one. */
  get #patienceMs(): number {
    const { signature } = this.#setting.rules;
    return signature ? signature.runAfterMs + signature.stopAfterMs + signature.bridgeMs : 0;
  }

  /** Layers may be read after the fold: what was settled in between comes with a change of its own. */
  async #past(now: number): Promise<Past> {
    const fold = await this.#ledger.fold(this.#machine);
    const state = fold && (JSON.parse(fold.state) as FoldState);
    const rest = state ? finishFold(state, now, this.#setting.rules) : NOTHING;
    return {
      reading: new MachineReading(this.#machine, now, this.#ledger, fold, () => rest),
      open: rest.activity,
      at: state?.at ?? 0,
      settled: state?.settled ?? 0,
      sessionFrom: state ? watermarks(state).session : now,
    };
  }

  /** Where hours of usage begin that have no rollup yet. */
  #usageOpenFrom({ reading }: Past): number {
    if (reading.rolledUntil > 0) return reading.rolledUntil;
    const { gridFrom } = this.#exported();
    return gridFrom === null ? Number.POSITIVE_INFINITY : startOfPeriod(gridFrom, 'hour', this.#zone);
  }

  /** Where there is something to say: time in which a machine was never heard is passed over. */
  async #begin(from: number, to: number, past: Past): Promise<number> {
    const { gridFrom, usageFrom } = this.#exported();
    const rolledFrom = past.reading.rolledUntil > 0 ? past.reading.rolledFrom : null;
    const known = [gridFrom, usageFrom, rolledFrom, this.#memory.firstAt(this.#no)].filter((at) => at !== null);
    const begin = Math.max(from, Math.min(this.#setting.from, ...known));
    const covering = (await past.reading.activity(begin, begin + 1)).find(({ end }) => begin < end);
    if (!covering) return Math.max(from, Math.min(to, ...known));
    if (covering.activity !== 'unknown') return begin;
    const [session] = await this.#ledger.sessions([this.#machine], begin, Math.min(to, covering.end));
    const heard = Math.min(covering.end - HOUR_MS, session?.start ?? to, ...known);
    return Math.max(begin, heard);
  }

  #exported(): ExportedMachine {
    return this.#memory.machine(this.#machine, this.#lab, this.#setting.kind);
  }

  /** After this instant nothing was ever in this lab, nor said of it. */
  #reach(): number {
    const { gridTo, usageTo } = this.#exported();
    return Math.max(wholeStay(this.#stays).end + 1, gridTo ?? 0, usageTo ?? 0);
  }

  /** Whether the machine is in the lab at an instant. */
  #isHere(at: number): boolean {
    return stayAt(this.#stays, at) !== undefined;
  }

  #window(layer: LedgerChange['layer'], from: number, to: number, past: Past): Promise<LayerWork> {
    switch (layer) {
      case 'activity':
        return this.#activity(from, to, past);
      case 'session':
        return this.#sessions(from, to, past);
      case 'rollup':
        return this.#usage(from, to, past);
    }
  }

  async #activity(from: number, to: number, { reading }: Past): Promise<LayerWork> {
    const intervals = await reading.activity(from, to);
    const { gridFrom: oldGridFrom } = this.#exported();
    const gridFrom = Math.min(oldGridFrom ?? Number.POSITIVE_INFINITY, this.#firstHeard(intervals));
    const moves = this.#stays.flatMap(({ start, end }) => [start, end]).filter((at) => at <= reading.now);
    const here = intervals.map(({ start }) => start).filter((at) => this.#isHere(at));
    const starts = [...here, ...moves].filter((at) => at >= from && at < to && at >= gridFrom);
    const gridTo = Math.min(to, reading.now, this.#reach());
    const instants = new Set([
      ...starts,
      ...this.#memory.activityAt(this.#no, from, to),
      ...fullHours(Math.max(from, gridFrom), gridTo),
    ]);
    const points = [...instants]
      .sort((a, b) => a - b)
      .map((at) => {
        const state = this.#isHere(at) ? stateAt(intervals, at) : 'unknown';
        return activityPoint(this.#keys.activity, at, state, this.#setting.rules.signature);
      });
    const note: ExportNote = { no: this.#no, activityAt: starts };
    if (Number.isFinite(gridFrom)) note.gridFrom = gridFrom;
    return { points, note };
  }

  /** The first instant in this lab at which anything is known; infinite when there is none. */
  #firstHeard(intervals: readonly ActivityInterval[]): number {
    for (const { start, end, activity } of intervals) {
      const stay = activity === 'unknown' ? undefined : this.#stays.find((one) => one.start < end && one.end > start);
      if (stay) return Math.max(start, stay.start);
    }
    return Number.POSITIVE_INFINITY;
  }

  async #sessions(from: number, to: number, { reading }: Past): Promise<LayerWork> {
    const sessions = (await reading.sessions(from, to)).filter(
      ({ start, end }) => start >= from && start < to && end !== null && this.#isHere(start),
    );
    const identities = sessions.map(({ start, audience, endCause }) => ({ at: start, audience, endCause }));
    const nameOf = ({ at, audience, endCause }: SessionIdentity) => `${at}\n${audience}\n${endCause}`;
    const present = new Set(identities.map(nameOf));
    const gone = this.#memory.sessionsAt(this.#no, from, to).filter((identity) => !present.has(nameOf(identity)));
    const points = [
      ...gone.map((identity) => noSessionPoint(this.#keys, identity)),
      ...sessions.map((session) => sessionPoint(this.#keys, session)),
    ];
    return { points, note: { no: this.#no, sessions: identities } };
  }

  /** Hours that are over: from their rollups, and after those as the fold has them now. */
  async #usage(begin: number, to: number, past: Past): Promise<LayerWork> {
    const from = this.#stays.length > 1 ? startOfPeriod(begin, 'hour', this.#zone) : begin;
    const hours = hoursOfLab(await this.#pieces(from, to, past), this.#lab, this.#zone);
    const rollups = await withPublicTime(hours, past.reading, this.#stays);
    const { usageFrom, usageTo, had: hadBefore } = this.#exported();
    const had = new Set([...hadBefore, ...rollups.flatMap(usageFieldsOf)]);
    const present = new Set(rollups.map(({ hour }) => hour));
    const points = rollups.map((rollup) => usagePoint(this.#keys.usage, rollup, had));
    for (const hour of usageFrom === null ? [] : hoursLike(usageFrom, from, Math.min(to, usageTo ?? to)))
      if (!present.has(hour)) points.push(noUsagePoint(this.#keys.usage, hour, had));
    const note: ExportNote = { no: this.#no, had: [...had] };
    if (rollups.length > 0) {
      note.usageFrom = rollups[0]?.hour ?? null;
      note.usageTo = (rollups.at(-1)?.hour ?? 0) + HOUR_MS;
    }
    return { points, note };
  }

  /** What the machine did in this lab, by pieces of clock hours: settled, and after that as the fold has it now. */
  async #pieces(from: number, to: number, past: Past): Promise<RollupHour[]> {
    const { reading } = past;
    const openFrom = Math.max(from, this.#usageOpenFrom(past));
    const openTo = Math.min(to, reading.now);
    const pieces = await this.#ledger.rollups([this.#machine], from, Math.min(to, openFrom));
    if (openFrom >= openTo) return pieces;
    for (const stay of this.#stays) {
      if (stay.start >= openTo || stay.end <= openFrom) continue;
      pieces.push(...rollupHours(await reading.history(stay, openFrom, openTo), openFrom, openTo));
    }
    return pieces;
  }
}
