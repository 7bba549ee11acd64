import type { FoldState } from '../../domain/fold-state.ts';
import type { Activity, ActivityInterval } from '../../domain/layers.ts';
import { finishFold } from '../../domain/machine-fold.ts';
import type { LedgerReader } from '../../domain/ports.ts';
import type { LedgerChange } from '../../domain/ports-ledger.ts';
import type { ExportedMachine, ExportMemory, ExportNote, SessionIdentity } from '../../domain/ports-series.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import type { MachineSetting } from '../rules.ts';
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
import { type LayerKeys, layerKeys } from './series-keys.ts';

/** How much of a machine's past is read at once. */
const WINDOW_MS = 31 * DAY_MS;

/** A few points, with what has to be remembered before they are sent. */
export interface LayerWork {
  points: SeriesPoint[];
  note: ExportNote;
}

/** The newest, unsettled part of a machine. */
interface Tail {
  /** The newest input, UTC ms. */
  at: number;
  /** Before this only late inputs change anything. */
  settled: number;
  rolledFrom: number | null;
  intervals: ActivityInterval[];
}

/** What a look saw: the state now, the newest input, and when it was. */
export interface Look {
  activity: Activity;
  inputAt: number;
  at: number;
}

/**
 * Writes ranges of a machine's layers as they are now, and takes back what was written there before and is no longer
 * true: points that vanished get the state of their instant, or zeros.
 */
export class LayerExport {
  readonly #ledger: LedgerReader;
  readonly #memory: ExportMemory;
  readonly #setting: MachineSetting;
  readonly #keys: LayerKeys;
  readonly #no: number;
  readonly #machine: string;

  constructor(ledger: LedgerReader, memory: ExportMemory, exported: ExportedMachine, setting: MachineSetting) {
    this.#ledger = ledger;
    this.#memory = memory;
    this.#setting = setting;
    this.#keys = layerKeys(exported);
    this.#no = exported.no;
    this.#machine = exported.machine;
  }

  /** Everything of the given layers that lies in `[from, to)`, window by window. */
  async *range(
    layers: readonly LedgerChange['layer'][],
    from: number,
    to: number,
    now: number,
  ): AsyncGenerator<LayerWork & { to: number }> {
    const tail = await this.#tail(now);
    const end = Math.min(to, Math.max(now, tail.at) + HOUR_MS);
    for (let at = await this.#begin(from, end, tail); at < end; at += WINDOW_MS) {
      const until = Math.min(at + WINDOW_MS, end);
      for (const layer of layers) yield { ...(await this.#window(layer, at, until, now, tail)), to: until };
    }
  }

  /**
   * The unsettled end of activity and the full hours since the last look. Where nothing came since, only as much is
   * looked at again as time alone can change.
   */
  async look(now: number, last: Look | undefined): Promise<LayerWork & { look: Look }> {
    const tail = await this.#tail(now);
    const { gridTo } = this.#exported();
    const begin = tail.intervals[0]?.start ?? now;
    const unchanged = last?.inputAt === tail.at ? Math.min(last.at, now - this.#patienceMs) : undefined;
    const from = unchanged ?? (gridTo === null ? begin : gridTo - HOUR_MS);
    const work = await this.#activity(from, now, now, tail);
    if (tail.intervals.length > 0) work.note.gridTo = Math.floor(tail.settled / HOUR_MS) * HOUR_MS + HOUR_MS;
    const activity = tail.intervals.at(-1)?.activity ?? 'unknown';
    return { ...work, look: { activity, inputAt: tail.at, at: now } };
  }

  /** Before this only late inputs change anything, UTC ms. */
  async settledTo(now: number): Promise<number> {
    return (await this.#tail(now)).settled;
  }

  /** How far back time alone can change what was said: a dip becomes an end, a hole stays one. */
  get #patienceMs(): number {
    const { signature } = this.#setting.rules;
    return signature ? signature.runAfterMs + signature.stopAfterMs + signature.bridgeMs : 0;
  }

  /** Layers may be read after the tail: what was settled in between stands in both, and the settled one counts. */
  async #tail(now: number): Promise<Tail> {
    const fold = await this.#ledger.fold(this.#machine);
    if (!fold) return { at: 0, settled: 0, rolledFrom: null, intervals: [] };
    const state = JSON.parse(fold.state) as FoldState;
    const rolledFrom = fold.rolledUntil > 0 ? fold.rolledFrom : null;
    const { activity } = finishFold(state, now, this.#setting.rules);
    return { at: state.at, settled: state.settled, rolledFrom, intervals: activity };
  }

  /** Where there is something to say: time in which a machine was never heard is passed over. */
  async #begin(from: number, to: number, tail: Tail): Promise<number> {
    const { gridFrom, usageFrom } = this.#exported();
    const known = [gridFrom, usageFrom, tail.rolledFrom, this.#memory.firstAt(this.#no)].filter((at) => at !== null);
    const begin = Math.max(from, Math.min(this.#setting.from, ...known));
    const [first] = await this.#ledger.activity(this.#machine, begin, begin + 1);
    const covering = first ?? tail.intervals.find(({ start, end }) => start <= begin && begin < end);
    if (covering?.activity !== 'unknown') return begin;
    const [session] = await this.#ledger.sessions([this.#machine], begin, Math.min(to, covering.end));
    const heard = Math.min(covering.end - HOUR_MS, session?.start ?? to, ...known);
    return Math.max(begin, heard);
  }

  #exported(): ExportedMachine {
    return this.#memory.machine(this.#machine, this.#setting.lab.id, this.#setting.kind);
  }

  #window(layer: LedgerChange['layer'], from: number, to: number, now: number, tail: Tail): Promise<LayerWork> {
    switch (layer) {
      case 'activity':
        return this.#activity(from, to, now, tail);
      case 'session':
        return this.#sessions(from, to);
      case 'rollup':
        return this.#usage(from, to);
    }
  }

  async #activity(from: number, to: number, now: number, tail: Tail): Promise<LayerWork> {
    const settled = await this.#ledger.activity(this.#machine, from, to);
    const settledTo = settled.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
    const intervals = settled.concat(tail.intervals.filter(({ start, end }) => start >= settledTo && end > from));
    const { gridFrom: oldGridFrom } = this.#exported();
    const heard = intervals.find(({ activity }) => activity !== 'unknown');
    const gridFrom = Math.min(oldGridFrom ?? Number.POSITIVE_INFINITY, heard?.start ?? Number.POSITIVE_INFINITY);
    const starts = intervals.map(({ start }) => start).filter((at) => at >= from && at < to && at >= gridFrom);
    const instants = new Set([
      ...starts,
      ...this.#memory.activityAt(this.#no, from, to),
      ...fullHours(Math.max(from, gridFrom), Math.min(to, now)),
    ]);
    const points = [...instants]
      .sort((a, b) => a - b)
      .map((at) => activityPoint(this.#keys.activity, at, stateAt(intervals, at)));
    const note: ExportNote = { no: this.#no, activityAt: starts };
    if (Number.isFinite(gridFrom)) note.gridFrom = gridFrom;
    return { points, note };
  }

  async #sessions(from: number, to: number): Promise<LayerWork> {
    const sessions = (await this.#ledger.sessions([this.#machine], from, to)).filter(
      ({ start }) => start >= from && start < to,
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

  async #usage(from: number, to: number): Promise<LayerWork> {
    const rollups = await this.#ledger.rollups([this.#machine], from, to);
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
}
