import { badgeRead, forgetReads } from './badge-read.ts';
import { forgetClasses } from './class-read.ts';
import { FOREVER, type Folding, type OpenSession } from './fold-state.ts';
import type { Activity } from './layers.ts';
import type { MachineRules } from './machine-input.ts';
import { closeSession, closeSessionAtRun } from './session-close.ts';

/** A hole longer than this leaves a doubt, where no signature says otherwise (`usage-model.md` §2.1). */
const BRIDGE_MS_DEFAULT = 600_000;

/** The longest hole that the rules of this machine overlook. */
export function bridgeMsOf(rules: MachineRules): number {
  return rules.signature?.bridgeMs ?? BRIDGE_MS_DEFAULT;
}

/** The activity layer is settled from `from` to `to` as `activity`: sessions go on to `to`. */
export function advanceSession(folding: Folding, from: number, to: number, activity: Activity): void {
  const { session } = folding.state;
  if (activity !== 'running') session.runStart = null;
  else if (session.runStart === null) session.runStart = from;
  let at = from;
  for (let next = session.waiting[0]; next && next.at < to; next = session.waiting[0]) {
    spend(folding, at, next.at, activity);
    at = next.at;
    happen(folding, activity);
  }
  spend(folding, at, to, activity);
  if (session.reads.length > 0) forgetReads(folding, to);
  if (session.classes.length > 0) forgetClasses(session, to);
}

/** Lets everything that waits happen, at the settled end of the activity layer; `activity` is that of this instant. */
export function finishSession(folding: Folding, to: number, activity: Activity): void {
  const { session } = folding.state;
  if (activity !== 'running') session.runStart = null;
  else if (session.runStart === null) session.runStart = to;
  while (session.waiting.length > 0) happen(folding, activity);
}

function happen(folding: Folding, activity: Activity): void {
  const { session } = folding.state;
  const input = session.waiting.shift();
  if (!input) return;
  if (input.kind === 'badge') {
    badgeRead(folding, input, activity);
    return;
  }
  session.service = input.state;
  if (input.state === 'fault' || input.state === 'absent') closeSession(folding, input.at, 'service', 'certain');
}

/** Counts `[from, to)` into the open session, which a rule may end within. */
function spend(folding: Folding, from: number, to: number, activity: Activity): void {
  const { open } = folding.state.session;
  if (!open) return;
  const { rules } = folding;
  // A class holds its machines until it is over.
  const isTimed = rules.hasActivity && open.people === null;
  const isCalm = isTimed && (activity === 'off' || activity === 'standby');
  const timeout = isCalm ? from + rules.session.idleTimeoutMs - open.idleMs : FOREVER;
  const end = Math.min(to, timeout, open.deadline);
  count(open, from, end, activity, bridgeMsOf(rules));
  if (timeout <= end) idle(folding, open, timeout);
  else if (open.deadline <= end) expire(folding, open, activity);
}

function count(open: OpenSession, from: number, to: number, activity: Activity, bridgeMs: number): void {
  const lengthMs = to - from;
  if (lengthMs <= 0) return;
  if (activity === 'unknown') {
    open.unknownMs += lengthMs;
    open.holeMs += lengthMs;
    if (open.holeMs > bridgeMs) open.hasLongHole = true;
    return;
  }
  open.holeMs = 0;
  if (activity !== 'running') {
    open.idleMs += lengthMs;
    if (activity === 'standby') open.standbyMs += lengthMs;
    return;
  }
  open.runningMs += lengthMs;
  open.idleMs = 0;
  open.hasLongHole = false;
  open.lastRunEnd = to;
  open.standbyMsAtRunEnd = open.standbyMs;
  open.unknownMsAtRunEnd = open.unknownMs;
}

function idle(folding: Folding, open: OpenSession, at: number): void {
  if (open.lastRunEnd === null) closeSession(folding, at, 'idle', 'doubtful');
  else closeSessionAtRun(folding, open.lastRunEnd, 'idle', 'inferred');
}

/** The session reached its deadline: no session outlives it. */
function expire(folding: Folding, open: OpenSession, activity: Activity): void {
  if (!folding.rules.hasActivity) closeSession(folding, open.deadline, 'presumed', 'doubtful');
  else if (activity === 'running') closeSession(folding, open.deadline, 'max', 'doubtful');
  else {
    const cause = open.hasLongHole ? 'censored' : 'max';
    if (open.lastRunEnd === null) closeSession(folding, open.deadline, cause, 'doubtful');
    else closeSessionAtRun(folding, open.lastRunEnd, cause, 'doubtful');
  }
}
