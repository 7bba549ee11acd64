import type { BadgeInput, OpenSession } from './fold-state.ts';
import type { StartCause } from './layers.ts';

/** What a session begins with, beside its badge; instants in UTC ms. `people` is the head-count of a class. */
interface Beginning {
  start: number;
  startCause: StartCause;
  deadline: number;
  people: number | null;
}

/** The session that `member` begins with a badge. From `start` to the badge the machine ran. */
export function sessionBegun(badge: BadgeInput, member: string, beginning: Beginning): OpenSession {
  const { start, startCause, deadline, people } = beginning;
  return {
    start,
    startCause,
    member,
    badge: badge.token,
    audience: badge.audience ?? 'unknown',
    deadline,
    runningMs: badge.at - start,
    standbyMs: 0,
    unknownMs: 0,
    idleMs: 0,
    lastRunEnd: start < badge.at ? badge.at : null,
    standbyMsAtRunEnd: 0,
    unknownMsAtRunEnd: 0,
    holeMs: 0,
    hasLongHole: false,
    people,
  };
}
