import { type ClassInput, classRead } from './class-read.ts';
import type { BadgeInput, BadgeOutcome, Folding, OpenSession } from './fold-state.ts';
import type { Activity } from './layers.ts';
import type { MachineRules } from './machine-input.ts';
import { closeSession } from './session-close.ts';
import { sessionBegun } from './session-open.ts';

/** As `repeatMs` is by default, and the same on all machines: none may take for a repeat what ends a class on another. */
const CLASS_REPEAT_MS = 5000;

/** A badge was read while the machine does `activity`; the activity layer is settled up to it. */
export function badgeRead(folding: Folding, badge: BadgeInput, activity: Activity): void {
  const outcome = decide(folding, badge, activity);
  if (folding.onBadge) folding.onBadge(badge, outcome);
}

/** Forgets reads that no repeat can follow any more. */
export function forgetReads({ state, rules }: Folding, to: number): void {
  const { session } = state;
  const before = to - Math.max(rules.session.repeatMs, CLASS_REPEAT_MS);
  for (let index = session.reads.length - 1; index >= 0; index--) {
    const read = session.reads[index];
    if (read && read.at < before) session.reads.splice(index, 1);
  }
}

function decide(folding: Folding, badge: BadgeInput, activity: Activity): BadgeOutcome {
  const { session } = folding.state;
  if (isRepeat(folding, badge)) return 'repeat';
  if (badge.member === null) return 'unknown';
  if (badge.class) return classRead(folding, badge as ClassInput);
  if (session.service === 'fault' || session.service === 'absent') return 'down';
  const { open } = session;
  if (!open) {
    if (badge.action === 'out') return 'nothing';
    session.open = opened(folding, badge, badge.member, activity, true);
    return 'opened';
  }
  if (isSameMember(open, badge)) {
    if (badge.action === 'in') return 'held';
    closeSession(folding, badge.at, 'badge-out', 'certain');
    return 'closed';
  }
  if (badge.action === 'out') return 'nothing';
  closeSession(folding, badge.at, 'handover', 'certain');
  session.open = opened(folding, badge, badge.member, activity, false);
  return 'handover';
}

/** In a night between two years the member's token changes; the badge's does not. */
function isSameMember(open: OpenSession, badge: BadgeInput): boolean {
  return open.member === badge.member || open.badge === badge.token;
}

/** The same badge on the same reader soon after its last read; every read starts that time again. */
function isRepeat(folding: Folding, badge: BadgeInput): boolean {
  const { session } = folding.state;
  forgetReads(folding, badge.at);
  const read = session.reads.find(({ reader, token }) => reader === badge.reader && token === badge.token);
  if (!read) {
    session.reads.push({ reader: badge.reader, token: badge.token, at: badge.at });
    return false;
  }
  const sinceMs = badge.at - read.at;
  read.at = badge.at;
  return sinceMs <= (badge.class ? CLASS_REPEAT_MS : folding.rules.session.repeatMs);
}

/** A session that begins with the badge or, on a free machine, with the run that nobody had badged for. */
function opened(
  folding: Folding,
  badge: BadgeInput,
  member: string,
  activity: Activity,
  wasFree: boolean,
): OpenSession {
  const { rules } = folding;
  const { runStart, previousEnd } = folding.state.session;
  const runIn = runStart !== null && badge.at - runStart <= rules.session.graceMs;
  const isRun = wasFree && rules.hasActivity && activity === 'running' && runIn;
  // Never so early that the session would be over before its badge.
  const earliest = Math.max(previousEnd, badge.at - rules.session.maxMs + 1);
  const start = isRun ? Math.max(runStart, earliest) : badge.at;
  const startCause = isRun ? 'run' : 'badge';
  return sessionBegun(badge, member, { start, startCause, deadline: deadlineOf(rules, start), people: null });
}

function deadlineOf(rules: MachineRules, start: number): number {
  const latest = start + rules.session.maxMs;
  if (rules.hasActivity) return latest;
  return Math.min(latest, rules.nextClosing(start) ?? latest);
}
