import { type CorrectedHistory, correctNeighbourhood, neighbourhoodsOf } from '../domain/correction-neighbourhood.ts';
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
  #isDue = true;
  /** What begins at or after this instant is of no concern to any correction. */
  #horizon = Number.POSITIVE_INFINITY;
  /** How far the activity layer was settled when the corrections were applied last. */
  #appliedTo = Number.NEGATIVE_INFINITY;
  /** Energy was told again in this range. */
  #retold: Span | null = null;

  constructor(machine: string, ledger: LedgerWriter) {
    this.#machine = machine;
    this.#ledger = ledger;
  }

  /** A correction was added to the ledger. */
  added(): void {
    this.#isDue = true;
    this.#horizon = Number.POSITIVE_INFINITY;
  }

  /** Layers were replaced from one watermark to the other (null: without end), or only added to. */
  touched(from: Watermarks | null, to: Watermarks | null, layers: SettledLayers): void {
    const starts = from ? [from.session, from.activity, from.energy] : firstStarts(layers);
    const first = Math.min(...starts);
    if (!(first < this.#horizon)) return;
    this.#isDue = true;
    if (!from) return;
    const end = to ? Math.max(to.session, to.activity, to.energy) : Number.MAX_SAFE_INTEGER;
    this.#retold = {
      start: Math.min(from.energy, this.#retold?.start ?? from.energy),
      end: Math.max(end, this.#retold?.end ?? end),
    };
  }

  /** Brings the corrected layer up to date; returns where sessions in effect changed. */
  async apply(state: FoldState): Promise<Span[]> {
    if (!this.#isDue && this.#appliedTo >= this.#horizon) return [];
    this.#isDue = false;
    this.#appliedTo = state.settled;
    const records = await this.#ledger.corrections(this.#machine);
    this.#horizon = Number.NEGATIVE_INFINITY;
    if (records.length === 0) return [];
    const wanted: CorrectedLayer = { sessions: [], replaced: [] };
    const spans = new Map<string, Span>();
    const history = this.#historyOf(state);
    for (const neighbourhood of await neighbourhoodsOf(records, history)) {
      this.#horizon = Math.max(this.#horizon, neighbourhood.end);
      const { folded, sessions } = await correctNeighbourhood(neighbourhood, history);
      wanted.sessions.push(...sessions.filter((one) => !folded.includes(one)));
      for (const one of folded) {
        spans.set(one.id, spanOf(one));
        if (!sessions.includes(one)) wanted.replaced.push({ id: one.id, start: one.start });
      }
    }
    return this.#write(wanted, spans);
  }

  #historyOf(state: FoldState): CorrectedHistory {
    return {
      foldedSessions: (from, to) => this.#ledger.foldedSessions(this.#machine, from, to),
      activity: async (from, to) => withOpenActivity(await this.#ledger.activity(this.#machine, from, to), state),
    };
  }

  async #write(wanted: CorrectedLayer, spans: ReadonlyMap<string, Span>): Promise<Span[]> {
    const stored = await this.#ledger.corrected(this.#machine);
    const before = new Map(stored.sessions.map((session) => [contentOf(session), session]));
    const after = new Set(wanted.sessions.map(contentOf));
    const wereReplaced = new Set(stored.replaced.map(({ id }) => id));
    const areReplaced = new Set(wanted.replaced.map(({ id }) => id));
    const removed: CorrectedLayer = {
      sessions: stored.sessions.filter((session) => !after.has(contentOf(session))),
      replaced: stored.replaced.filter(({ id }) => !areReplaced.has(id)),
    };
    const fresh = wanted.sessions.filter((session) => !before.has(contentOf(session)));
    const retold = this.#retold;
    this.#retold = null;
    const kept = stored.sessions.filter((session) => after.has(contentOf(session)));
    const untold = kept.filter(({ start, end }) => retold && start < retold.end && (end ?? start) > retold.start);
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

function spanOf({ start, end }: Session): Span {
  return { start, end: end ?? start };
}

/** All of a session but its energy, which is told later. */
function contentOf(session: Session): string {
  return JSON.stringify({ ...session, energyWh: null });
}
