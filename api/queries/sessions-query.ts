import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { countedRange, rangeOf } from './buckets.ts';
import { staysIn } from './chosen.ts';
import type { Queries, SessionEntry, SessionPage } from './queries.ts';

/** Answers `Queries.sessions`. */
export async function querySessions(deps: QueryDeps, query: Parameters<Queries['sessions']>[0]): Promise<SessionPage> {
  const now = deps.clock();
  const after = query.after === null ? null : readCursor(query.after);
  const found: SessionEntry[] = [];
  for (const { machine, stay } of staysIn(deps, query)) {
    const { lab } = stay;
    const { from: begin, to } = countedRange(rangeOf(query, lab.timezone), stay, now);
    const from = after ? Math.max(begin, after.start) : begin;
    if (!(from < to)) continue;
    const sessions = await readMachine(deps, machine.id, now, (reading) => reading.sessions(from, to));
    for (const session of sessions) {
      const isAfter =
        !after || session.start > after.start || (session.start === after.start && machine.id > after.machine);
      const isChosen = query.confidence === null || session.confidence === query.confidence;
      if (session.start >= from && isAfter && isChosen) found.push({ ...session, lab: lab.id });
    }
  }
  found.sort((a, b) => a.start - b.start || (a.machine < b.machine ? -1 : 1));
  const sessions = found.slice(0, query.limit);
  const last = sessions.at(-1);
  return { sessions, next: last && found.length > sessions.length ? writeCursor(last) : null };
}

/** Whether a text is a cursor that `querySessions` made. */
export function isSessionCursor(text: string): boolean {
  return CURSOR.test(text);
}

const CURSOR = /^(\d{1,16})~([a-zA-Z0-9._-]{1,63})$/;

/** The cursor of the page after a session. */
export function writeCursor({ start, machine }: SessionEntry): string {
  return `${start}~${machine}`;
}

/** Reads a cursor that `writeCursor` made. */
export function readCursor(text: string): { start: number; machine: string } {
  const [, start, machine] = CURSOR.exec(text) ?? [];
  if (start === undefined || machine === undefined) throw new Error(`not a cursor: ${text}`);
  return { start: Number(start), machine };
}
