import { applyCorrections, type CorrectionOutcome } from './correction.ts';
import { type CorrectionRecord, namedSpan, readSessionId, rootsOf } from './correction-record.ts';
import type { ActivityInterval, Session } from './layers.ts';
import type { Span } from './spans.ts';

/** Corrections that may have to do with each other, and the time that they may change: no other correction reaches into it. */
export interface Neighbourhood extends Span {
  records: CorrectionRecord[];
}

/** What corrections are applied to: sessions before any correction, and what the machine did; both overlap the range. */
export interface CorrectedHistory {
  foldedSessions(from: number, to: number): Promise<readonly Session[]>;
  activity(from: number, to: number): Promise<readonly ActivityInterval[]>;
}

/** The sessions of a neighbourhood as they were folded, as they are in effect, and what became of its corrections. */
export interface CorrectedNeighbourhood {
  folded: readonly Session[];
  sessions: Session[];
  activity: readonly ActivityInterval[];
  outcomes: Map<string, CorrectionOutcome>;
}

/** The time that a correction may change: what it names, and the sessions it is about. */
export async function reachOf(
  record: CorrectionRecord,
  history: Pick<CorrectedHistory, 'foldedSessions'>,
): Promise<Span> {
  const span = namedSpan(record);
  for (const root of rootsOf(record)) {
    const at = readSessionId(root)?.start ?? 0;
    const session = (await history.foldedSessions(at, at + 1)).find(({ id }) => id === root);
    if (session) span.end = Math.max(span.end, session.end ?? session.start);
  }
  return span;
}

/** Joins what overlaps, by start. */
export function joinNeighbours(alone: readonly Neighbourhood[]): Neighbourhood[] {
  const joined: Neighbourhood[] = [];
  for (const next of alone.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && next.start < last.end) {
      last.end = Math.max(last.end, next.end);
      last.records.push(...next.records);
    } else joined.push({ ...next, records: [...next.records] });
  }
  return joined;
}

/** Parts the corrections of a machine into those that may have to do with each other, by start. */
export async function neighbourhoodsOf(
  records: readonly CorrectionRecord[],
  history: Pick<CorrectedHistory, 'foldedSessions'>,
): Promise<Neighbourhood[]> {
  const alone: Neighbourhood[] = [];
  for (const record of records) alone.push({ ...(await reachOf(record, history)), records: [record] });
  return joinNeighbours(alone);
}

/** Applies the corrections of a neighbourhood: the same as applying all of the machine's to all of its sessions. */
export async function correctNeighbourhood(
  { start, end, records }: Neighbourhood,
  history: CorrectedHistory,
): Promise<CorrectedNeighbourhood> {
  const folded = await history.foldedSessions(start, end);
  const activity = await history.activity(start, end);
  return { folded, activity, ...applyCorrections(folded, records, activity) };
}

/**
 * Sessions in effect that overlap `[from, to)`, where some of the newest, from `restFrom` on, are not settled yet:
 * corrections that reach so far were not applied to `sessions`, and are here.
 */
export async function withPendingCorrections(
  sessions: readonly Session[],
  records: readonly CorrectionRecord[],
  restFrom: number,
  history: CorrectedHistory,
  { from, to }: { from: number; to: number },
): Promise<Session[]> {
  let result = [...sessions];
  for (const neighbourhood of await neighbourhoodsOf(records, history)) {
    if (neighbourhood.end <= restFrom || neighbourhood.start >= to) continue;
    const corrected = await correctNeighbourhood(neighbourhood, history);
    const roots = new Set(corrected.folded.map(({ id }) => id));
    const overlap = corrected.sessions.filter(({ start, end }) => start < to && (end === null || end > from));
    result = [...result.filter(({ id }) => !roots.has(readSessionId(id)?.root ?? id)), ...overlap];
  }
  return result.sort((a, b) => a.start - b.start);
}
