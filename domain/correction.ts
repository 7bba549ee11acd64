import { type CorrectionRecord, readSessionId, rootsOf } from './correction-record.ts';
import { type Failure, failure } from './failure.ts';
import type { ActivityInterval, Session } from './layers.ts';
import { lengthsWithin } from './session-lengths.ts';
import { formatInstant } from './time.ts';

/** The longest session that a person may declare. */
export const CORRECTED_MS_MAX = 31 * 24 * 3_600_000;

/** What became of a correction: in force, taken back by another record, or without effect (and why). */
export type CorrectionOutcome =
  | { state: 'applied' }
  | { state: 'undone'; by: string }
  | { state: 'refused'; failure: Failure };

/** Sessions after corrections, by start, and what became of each correction, by its id. */
export interface CorrectedSessions {
  sessions: Session[];
  outcomes: Map<string, CorrectionOutcome>;
}

/**
 * The sessions in effect: those of the fold, changed by each correction in the order of `seq`.
 *
 * A correction that does not fit (any more) leaves everything as it was before it. One that was undone counts as never
 * made. `folded` never overlap, and so do the result. `activity` tells what the machine did in changed sessions; the
 * energy of a session whose time changed is null.
 */
export function applyCorrections(
  folded: readonly Session[],
  records: readonly CorrectionRecord[],
  activity: readonly ActivityInterval[],
): CorrectedSessions {
  const ordered = inOrder(records);
  const outcomes = undoOutcomes(ordered);
  let sessions = [...folded].sort(byStart);
  for (const record of ordered) {
    if (outcomes.has(record.id)) continue;
    const result = correct(sessions, record, activity);
    if ('kind' in result) outcomes.set(record.id, { state: 'refused', failure: result });
    else {
      sessions = result.sort(byStart);
      outcomes.set(record.id, { state: 'applied' });
    }
  }
  return { sessions, outcomes };
}

/**
 * Why a new correction is refused; null when it fits. An undo is refused, too, when a later correction would lose what
 * it is built on.
 */
export function checkCorrection(
  folded: readonly Session[],
  records: readonly CorrectionRecord[],
  added: CorrectionRecord,
  activity: readonly ActivityInterval[],
): Failure | null {
  if (added.reason.trim() === '')
    return wrong('bad-request', 'reason', 'say why: the reason is kept with the correction');
  const before = applyCorrections(folded, records, activity).outcomes;
  const after = applyCorrections(folded, [...records, added], activity).outcomes;
  const outcome = after.get(added.id);
  if (outcome?.state === 'refused') return outcome.failure;
  for (const [id, { state }] of before) {
    if (state !== 'applied' || after.get(id)?.state !== 'refused') continue;
    return wrong('conflict', 'correction', `the later correction "${id}" is built on this one; undo that one first`);
  }
  return null;
}

/** Each record once, by `seq`. */
function inOrder(records: readonly CorrectionRecord[]): CorrectionRecord[] {
  const byId = new Map<string, CorrectionRecord>();
  for (const record of [...records].sort((a, b) => a.seq - b.seq))
    if (!byId.has(record.id)) byId.set(record.id, record);
  return [...byId.values()];
}

/** What became of undos and of what they take back. */
function undoOutcomes(ordered: readonly CorrectionRecord[]): Map<string, CorrectionOutcome> {
  const outcomes = new Map<string, CorrectionOutcome>();
  const earlier = new Map<string, CorrectionRecord>();
  for (const record of ordered) {
    if (record.change.action === 'undo') {
      const { correction } = record.change;
      const named = earlier.get(correction);
      const undone = named && isOfSame(named, record) ? named : undefined;
      const isGone = undone && outcomes.get(correction)?.state === 'undone';
      if (!undone || undone.change.action === 'undo' || isGone) {
        outcomes.set(record.id, { state: 'refused', failure: cannotUndo(correction, undone, isGone === true) });
      } else {
        outcomes.set(correction, { state: 'undone', by: record.id });
        outcomes.set(record.id, { state: 'applied' });
      }
    }
    earlier.set(record.id, record);
  }
  return outcomes;
}

function isOfSame(undone: CorrectionRecord, undo: CorrectionRecord): boolean {
  return rootsOf(undone).includes(rootsOf(undo)[0] as string);
}

function cannotUndo(id: string, undone: CorrectionRecord | undefined, isGone: boolean): Failure {
  if (!undone) return wrong('not-found', 'correction', `no correction "${id}" of this session`);
  if (isGone) return wrong('conflict', 'correction', `the correction "${id}" is undone already`);
  return wrong('conflict', 'correction', `"${id}" is itself an undo; make the correction again instead`);
}

function correct(
  sessions: readonly Session[],
  { session: id, change, at: madeAt }: CorrectionRecord,
  activity: readonly ActivityInterval[],
): Session[] | Failure {
  const session = sessions.find((one) => one.id === id);
  if (!session) return noSession('session', id);
  if (session.end === null) return stillOpen('session', id);
  const others = sessions.filter((one) => one !== session);
  const end = session.end;
  switch (change.action) {
    case 'confirm':
      return [...others, { ...session, confidence: 'certain' }];
    case 'dismiss':
      return others;
    case 'correct': {
      const range = { start: change.start ?? session.start, end: change.end ?? end };
      const refused = change.start === undefined && change.end === undefined ? nothingToChange() : null;
      const problem = refused ?? checkRange(range, madeAt, others);
      return problem ?? [...others, corrected(session, session.id, range.start, range.end, activity)];
    }
    case 'split': {
      const { at } = change;
      if (at <= session.start || at >= end) return outside(at, session.start, end);
      const first = corrected(session, `${id}.1`, session.start, at, activity);
      return [...others, first, corrected(session, `${id}.2`, at, end, activity)];
    }
    case 'merge':
      return merge(session, change.other, others, activity);
    case 'people':
      return session.people === null ? noClass(id) : counted(sessions, id, change.people);
    case 'undo':
      return [...sessions];
  }
}

/** The head-count is that of the class: where its session was split, that of all parts. */
function counted(sessions: readonly Session[], id: string, people: number): Session[] {
  const root = readSessionId(id)?.root;
  return sessions.map((one) => (readSessionId(one.id)?.root === root ? { ...one, people } : one));
}

function merge(
  session: Session,
  otherId: string,
  others: readonly Session[],
  activity: readonly ActivityInterval[],
): Session[] | Failure {
  if (otherId === session.id) return wrong('bad-request', 'other', 'name another session than the first');
  const other = others.find(({ id }) => id === otherId);
  if (!other) return noSession('other', otherId);
  if (other.end === null) return stillOpen('other', otherId);
  if (other.member !== session.member)
    return wrong(
      'conflict',
      'other',
      `"${otherId}" is the session of somebody else; only sessions of one member are joined`,
    );
  if (other.start < session.start)
    return wrong(
      'bad-request',
      'other',
      `"${otherId}" is the earlier one; post the correction to it and name "${session.id}"`,
    );
  const { start } = session;
  const end = other.end;
  const rest = others.filter((one) => one !== other);
  const between = rest.find((one) => one.start < end && (one.end ?? Number.POSITIVE_INFINITY) > start);
  if (between) return wrong('conflict', 'other', `the session "${between.id}" lies between the two`);
  if (end - start > CORRECTED_MS_MAX) return tooLong('other');
  return [...rest, corrected(session, session.id, start, end, activity)];
}

function checkRange(
  { start, end }: { start: number; end: number },
  madeAt: number,
  others: readonly Session[],
): Failure | null {
  if (end <= start) {
    const times = `${formatInstant(start)} to ${formatInstant(end)}`;
    return wrong('bad-range', 'end', `the session would end before it begins (${times})`);
  }
  if (end > madeAt)
    return wrong('bad-range', 'end', `${formatInstant(end)} is in the future; a session ends when it has ended`);
  if (end - start > CORRECTED_MS_MAX) return tooLong('end');
  const other = others.find((one) => one.start < end && (one.end ?? Number.POSITIVE_INFINITY) > start);
  if (!other) return null;
  const until = other.end === null ? 'now' : formatInstant(other.end);
  const path = other.start >= start ? 'end' : 'start';
  return wrong('conflict', path, `overlaps the session "${other.id}" (${formatInstant(other.start)} to ${until})`);
}

/** The session with another time, as a person declared it. */
function corrected(
  session: Session,
  id: string,
  start: number,
  end: number,
  activity: readonly ActivityInterval[],
): Session {
  const isSame = start === session.start && end === session.end;
  return {
    ...session,
    id,
    start,
    end,
    endCause: 'corrected',
    confidence: 'certain',
    ...lengthsWithin(activity, start, end),
    energyWh: isSame ? session.energyWh : null,
  };
}

function byStart(a: Session, b: Session): number {
  return a.start - b.start || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function wrong(code: Failure['code'], path: string, message: string): Failure {
  return failure(code, `${path}: ${message}.`, [{ path, message }]);
}

function noSession(path: string, id: string): Failure {
  return wrong(
    'not-found',
    path,
    `no session "${id}" is in effect; it may have been dismissed, split or joined, its history tells`,
  );
}

function noClass(id: string): Failure {
  return wrong('conflict', 'people', `"${id}" is the session of one member; only those of a class have a head-count`);
}

function stillOpen(path: string, id: string): Failure {
  return wrong('conflict', path, `the session "${id}" is still open; correct it when it has ended`);
}

function nothingToChange(): Failure {
  return wrong('bad-request', 'start', 'give `start`, `end` or both');
}

function outside(at: number, start: number, end: number): Failure {
  const message = `${formatInstant(at)} is not inside the session (${formatInstant(start)} to ${formatInstant(end)})`;
  return wrong('bad-range', 'at', message);
}

function tooLong(path: string): Failure {
  return wrong('bad-range', path, `the session would be longer than ${CORRECTED_MS_MAX / 86_400_000} days`);
}
