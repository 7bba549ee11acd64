import { applyCorrections } from '../domain/correction.ts';
import { type CorrectionRecord, namedSpan, readSessionId, rootsOf } from '../domain/correction-record.ts';
import type { FoldState } from '../domain/fold-state.ts';
import type { Session } from '../domain/layers.ts';
import type { Watermarks } from '../domain/machine-fold.ts';
import type { CorrectedLayer, LedgerWriter, SettledLayers } from '../domain/ports-ledger.ts';
import type { Span } from '../domain/spans.ts';
import { withOpenActivity } from './roll-up.ts';

/** Corrections that may have to do with each other, and the time that they may change. */
interface Neighbourhood extends Span {
  records: CorrectionRecord[];
}

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
    const starts = [...layers.sessions, ...layers.activity].map(({ start }) => start);
    const first = from ? Math.min(from.session, from.activity, from.energy) : Math.min(...starts);
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
    this.#horizon = Math.max(Number.NEGATIVE_INFINITY, ...records.map((record) => namedSpan(record).end));
    if (records.length === 0) return [];
    const wanted: CorrectedLayer = { sessions: [], replaced: [] };
    const spans = new Map<string, Span>();
    for (const neighbourhood of await this.#neighbourhoods(records)) {
      const { start, end } = neighbourhood;
      const folded = await this.#ledger.foldedSessions(this.#machine, start, end);
      const activity = withOpenActivity(await this.#ledger.activity(this.#machine, start, end), state);
      const { sessions } = applyCorrections(folded, neighbourhood.records, activity);
      const unchanged = new Set<Session>(sessions.filter((one) => folded.includes(one)));
      wanted.sessions.push(...sessions.filter((one) => !unchanged.has(one)));
      for (const one of folded) {
        spans.set(one.id, spanOf(one));
        if (!unchanged.has(one)) wanted.replaced.push({ id: one.id, start: one.start });
      }
    }
    return this.#write(wanted, spans);
  }

  async #neighbourhoods(records: readonly CorrectionRecord[]): Promise<Neighbourhood[]> {
    const alone: Neighbourhood[] = [];
    for (const record of records) {
      const span = namedSpan(record);
      for (const root of rootsOf(record)) {
        const at = readSessionId(root)?.start ?? 0;
        const folded = await this.#ledger.foldedSessions(this.#machine, at, at + 1);
        const session = folded.find(({ id }) => id === root);
        if (session) span.end = Math.max(span.end, session.end ?? session.start);
      }
      alone.push({ ...span, records: [record] });
    }
    const joined: Neighbourhood[] = [];
    for (const next of alone.sort((a, b) => a.start - b.start)) {
      const last = joined.at(-1);
      if (last && next.start < last.end) {
        last.end = Math.max(last.end, next.end);
        last.records.push(...next.records);
      } else joined.push(next);
    }
    return joined;
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

function spanOf({ start, end }: Session): Span {
  return { start, end: end ?? start };
}

/** All of a session but its energy, which is told later. */
function contentOf(session: Session): string {
  return JSON.stringify({ ...session, energyWh: null });
}
