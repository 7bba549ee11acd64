import { type QueryDeps, readMachine } from '../../domain/machine-reading.ts';
import { stayAt } from '../../domain/stay.ts';
import { machinesOf } from './chosen.ts';
import type { Queries, SessionEntry, SessionPage } from './queries.ts';
import { readCursor, writeCursor } from './sessions-query.ts';

/** Answers `Queries.review`. */
export async function queryReview(deps: QueryDeps, query: Parameters<Queries['review']>[0]): Promise<SessionPage> {
  const now = deps.clock();
  const after = query.after === null ? null : readCursor(query.after);
  const before = after ? after.start + 1 : Number.MAX_SAFE_INTEGER;
  const found: SessionEntry[] = [];
  for (const { machine, stays } of machinesOf(deps, query)) {
    const sessions = await readMachine(deps, machine.id, now, (reading) =>
      reading.doubtfulSessions(before, query.limit + 1),
    );
    for (const session of sessions) {
      const isAfter = !after || session.start < after.start || machine.id > after.machine;
      const stay = stayAt(stays, session.start);
      if (isAfter && stay) found.push({ ...session, lab: stay.lab.id });
    }
  }
  found.sort((a, b) => b.start - a.start || (a.machine < b.machine ? -1 : 1));
  const sessions = found.slice(0, query.limit);
  const last = sessions.at(-1);
  return { sessions, next: last && found.length > sessions.length ? writeCursor(last) : null };
}
