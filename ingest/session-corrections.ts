import {
  type CorrectedHistory,
  correctNeighbourhood,
  joinNeighbours,
  type Neighbourhood,
  reachOf,
} from '../domain/correction-neighbourhood.ts';
import { type CorrectionRecord, readSessionId, rootsOf } from '../domain/correction-record.ts';
import type { FoldState } from '../domain/fold-state.ts';
import type { Session } from '../domain/layers.ts';
import type { Watermarks } from '../domain/machine-fold.ts';
import type { CorrectedLayer, LedgerWriter, SettledLayers } from '../domain/ports-ledger.ts';
import type { Span } from '../domain/spans.ts';
import { withOpenActivity } from './roll-up.ts';

/**
 * Keeps the corrected layer of one machine beside its folded sessions: whenever either changes, the corrections are
 * applied again, each together with those that it touches, and only what came out different is written.
 */
export class SessionCorrections {
  readonly #machine: string;
  readonly #ledger: LedgerWriter;
  #records: CorrectionRecord[] | null = null;
  /** How far each correction reached when it was applied last. */
  readonly #reaches = new Map<CorrectionRecord, Span>();
  /** Layers have grown from here on since then. */
  #grownFrom = Number.NEGATIVE_INFINITY;
  /** Late events changed layers in this range. */
  #changed: Span | null = null;
  /** What begins at or after this instant is of no concern to any correction. */
  #horizon = Number.POSITIVE_INFINITY;

  constructor(machine: string, ledger: LedgerWriter) {
    this.#machine = machine;
    this.#ledger = ledger;
  }

  /** A correction was added to the ledger. */
  added(record: CorrectionRecord): void {
    this.#records?.push(record);
    this.#horizon = Number.POSITIVE_INFINITY;
  }

  /** Layers were replaced from one watermark to the other (null: without end), or only added to. */
  touched(from: Watermarks | null, to: Watermarks | null, layers: SettledLayers): void {
    if (!from) {
      this.#grownFrom = Math.min(this.#grownFrom, ...firstStarts(layers));
      return;
    }
    const start = Math.min(from.session, from.activity, from.energy);
    const end = to ? Math.max(to.session, to.activity, to.energy) : Number.MAX_SAFE_INTEGER;
    if (!(start < this.#horizon)) return;
    this.#changed = {
      start: Math.min(start, this.#changed?.start ?? start),
      end: Math.max(end, this.#changed?.end ?? end),
    };
  }

  /** Brings the corrected layer up to date; returns where sessions in effect changed. */
  async apply(state: FoldState): Promise<Span[]> {
    const changed = this.#changed;
    if (!changed && this.#grownFrom >= this.#horizon) return [];
    this.#records ??= await this.#ledger.corrections(this.#machine);
    const history = this.#historyOf(state);
    const stale = await this.#staleNeighbourhoods(this.#records, history);
    this.#grownFrom = state.settled;
    this.#changed = null;
    if (stale.length === 0) return [];
    const wanted: CorrectedLayer = { sessions: [], replaced: [] };
    const spans = new Map<string, Span>();
    const roots = new Set<string>();
    for (const neighbourhood of stale) {
      const { folded, sessions } = await correctNeighbourhood(neighbourhood, history);
      for (const root of neighbourhood.records.flatMap(rootsOf)) roots.add(root);
      wanted.sessions.push(...sessions.filter((one) => !folded.includes(one)));
      for (const one of folded) {
        spans.set(one.id, spanOf(one));
        if (!sessions.includes(one)) wanted.replaced.push({ id: one.id, start: one.start });
      }
    }
    return this.#write(wanted, roots, spans, changed);
  }

  /** The corrections, each with its neighbours, some of which reach into what changed, or are new. */
  async #staleNeighbourhoods(
    records: readonly CorrectionRecord[],
    history: CorrectedHistory,
  ): Promise<Neighbourhood[]> {
    const fresh = new Set<CorrectionRecord>();
    this.#horizon = Number.NEGATIVE_INFINITY;
    const alone: Neighbourhood[] = [];
    for (const record of records) {
      let reach = this.#reaches.get(record);
      if (!reach || this.#isTouched(reach)) {
        fresh.add(record);
        reach = await reachOf(record, history);
        this.#reaches.set(record, reach);
      }
      this.#horizon = Math.max(this.#horizon, reach.end);
      alone.push({ ...reach, records: [record] });
    }
    return joinNeighbours(alone).filter((one) => one.records.some((record) => fresh.has(record)));
  }

  #isTouched({ start, end }: Span): boolean {
    const changed = this.#changed;
    return end > this.#grownFrom || (changed !== null && start < changed.end && end > changed.start);
  }

  #historyOf(state: FoldState): CorrectedHistory {
    return {
      foldedSessions: (from, to) => this.#ledger.foldedSessions(this.#machine, from, to),
      activity: async (from, to) => withOpenActivity(await this.#ledger.activity(this.#machine, from, to), state),
    };
  }

  async #write(
    wanted: CorrectedLayer,
    roots: ReadonlySet<string>,
    spans: ReadonlyMap<string, Span>,
    changed: Span | null,
  ): Promise<Span[]> {
    const stored = within(await this.#ledger.corrected(this.#machine), roots);
    const before = new Set(stored.sessions.map(contentOf));
    const after = new Set(wanted.sessions.map(contentOf));
    const wereReplaced = new Set(stored.replaced.map(({ id }) => id));
    const areReplaced = new Set(wanted.replaced.map(({ id }) => id));
    const removed: CorrectedLayer = {
      sessions: stored.sessions.filter((session) => !after.has(contentOf(session))),
      replaced: stored.replaced.filter(({ id }) => !areReplaced.has(id)),
    };
    const fresh = wanted.sessions.filter((session) => !before.has(contentOf(session)));
    const kept = stored.sessions.filter((session) => after.has(contentOf(session)));
    const untold = kept.filter(({ start, end }) => changed && start < changed.end && (end ?? start) > changed.start);
    const added: CorrectedLayer = {
      sessions: [...fresh, ...untold].map((session) => ({ ...session, energyWh: null })),
      replaced: wanted.replaced.filter(({ id }) => !wereReplaced.has(id)),
    };
    await this.#ledger.changeCorrected(this.#machine, removed, added);
    const turned = [...removed.replaced, ...added.replaced].flatMap(({ id }) => spans.get(id) ?? []);
    return [...turned, ...[...removed.sessions, ...fresh].map(spanOf)];
  }
}

/** Layers are in order of their start. */
function firstStarts({ sessions, activity }: SettledLayers): number[] {
  return [sessions[0], activity[0]].flatMap((one) => (one ? [one.start] : []));
}

/** The part of a corrected layer that is about some sessions. */
function within({ sessions, replaced }: CorrectedLayer, roots: ReadonlySet<string>): CorrectedLayer {
  const isOf = ({ id }: { id: string }) => roots.has(readSessionId(id)?.root ?? id);
  return { sessions: sessions.filter(isOf), replaced: replaced.filter(isOf) };
}

function spanOf({ start, end }: Session): Span {
  return { start, end: end ?? start };
}

/** All of a session but its energy, which is told later. */
function contentOf(session: Session): string {
  return JSON.stringify({ ...session, energyWh: null });
}
