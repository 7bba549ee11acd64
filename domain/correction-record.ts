import type { CorrectionChange, StoredEvent } from './event.ts';

/** A correction as the journal keeps it: what changes, who says so and why. `at` is when it was made (UTC ms). */
export interface CorrectionRecord {
  seq: number;
  id: string;
  session: string;
  change: CorrectionChange;
  author: string;
  reason: string;
  at: number;
}

/** What the projection keeps of a stored correction. */
export function correctionOf(event: StoredEvent & { kind: 'correction' }): CorrectionRecord {
  const { seq, id, session, change, author, reason, at } = event;
  return { seq, id, session, change, author, reason, at };
}

const SESSION_ID = /^(.+)~([0-9a-z]{1,11})((?:\.[12])*)$/;

/** What a session's id tells; undefined when it is none. `root` is the id before any split. */
export function readSessionId(id: string): { machine: string; root: string; start: number } | undefined {
  const [, machine, start] = SESSION_ID.exec(id) ?? [];
  if (machine === undefined || start === undefined) return undefined;
  return { machine, root: `${machine}~${start}`, start: Number.parseInt(start, 36) };
}

/** The sessions before any split that a correction is about. */
export function rootsOf({ session, change }: Pick<CorrectionRecord, 'session' | 'change'>): string[] {
  const ids = change.action === 'merge' ? [session, change.other] : [session];
  return ids.map((id) => readSessionId(id)?.root ?? id);
}

/**
 * Where a correction may have an effect, as far as it tells itself: from the first to the last instant that it names.
 * The sessions it is about reach further.
 */
export function namedSpan(record: Pick<CorrectionRecord, 'session' | 'change'>): { start: number; end: number } {
  const { change } = record;
  const instants = rootsOf(record).map((root) => readSessionId(root)?.start ?? 0);
  if (change.action === 'correct') instants.push(...[change.start, change.end].filter((at) => at !== undefined));
  if (change.action === 'split') instants.push(change.at);
  return { start: Math.min(...instants), end: Math.max(...instants) + 1 };
}
