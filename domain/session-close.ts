import type { Folding, OpenSession } from './fold-state.ts';
import type { Confidence, EndCause, Session } from './layers.ts';

/** The session as it is known, with its sums so far. */
export function sessionOf(machine: string, open: OpenSession): Session {
  return {
    id: `${machine}~${open.start.toString(36)}`,
    machine,
    start: open.start,
    end: null,
    startCause: open.startCause,
    endCause: 'open',
    confidence: 'certain',
    runningMs: open.runningMs,
    standbyMs: open.standbyMs,
    unknownMs: open.unknownMs,
    energyWh: null,
    member: open.member,
    audience: open.audience,
    people: open.people,
  };
}

/** Ends the open session, if any, at `end`, up to which it was counted. */
export function closeSession(folding: Folding, end: number, endCause: EndCause, confidence: Confidence): void {
  const { open } = folding.state.session;
  if (!open) return;
  emit(folding, { ...sessionOf(folding.rules.machine, open), end, endCause, confidence });
}

/** Ends the open session at the end of the last run inside it: what came after is not counted. */
export function closeSessionAtRun(folding: Folding, end: number, endCause: EndCause, confidence: Confidence): void {
  const { open } = folding.state.session;
  if (!open) return;
  const standbyMs = open.standbyMsAtRunEnd;
  const unknownMs = open.unknownMsAtRunEnd;
  emit(folding, { ...sessionOf(folding.rules.machine, open), end, endCause, confidence, standbyMs, unknownMs });
}

function emit(folding: Folding, session: Session & { end: number }): void {
  folding.state.session.open = null;
  folding.state.session.previousEnd = session.end;
  // Opened and ended at one instant: nothing was used, and the next one may begin here.
  if (session.end > session.start) folding.emit.session(session);
}
