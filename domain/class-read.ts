import type { BadgeInput, BadgeOutcome, ClassUnderWay, Folding, SessionState } from './fold-state.ts';
import type { ClassRead, MachineRules } from './machine-input.ts';
import { closeSession } from './session-close.ts';
import { sessionBegun } from './session-open.ts';

/** The longest class, in a lab that does not close before. */
const CLASS_MS_MAX = 12 * 3_600_000;

/** The badge of a class, whose holder is always known. */
export type ClassInput = BadgeInput & { class: ClassRead; member: string };

/**
 * The badge of a class was read: the class begins, or is over, on all machines at once.
 *
 * Which of both follows from the reads of this badge alone, and never from what a machine does: else machines that one
 * read should open or close together would get out of step.
 */
export function classRead(folding: Folding, badge: ClassInput): BadgeOutcome {
  const { session } = folding.state;
  forgetClasses(session, badge.at);
  const underWay = session.classes.find((one) => isOf(one, badge));
  if (underWay) {
    if (badge.action === 'in') return 'held';
    session.classes.splice(session.classes.indexOf(underWay), 1);
    const { open } = session;
    if (open && open.people !== null && isOf(open, badge)) closeSession(folding, badge.at, 'badge-out', 'certain');
    return 'closed';
  }
  if (badge.action === 'out') return 'nothing';
  return begin(folding, badge);
}

/** Forgets the classes that are over by `to`, with or without a badge. */
export function forgetClasses(session: SessionState, to: number): void {
  for (let index = session.classes.length - 1; index >= 0; index--) {
    const one = session.classes[index];
    if (one && one.deadline <= to) session.classes.splice(index, 1);
  }
}

/** The reader is told that the class began even where its own machine is broken: whoever badges again would end it. */
function begin(folding: Folding, badge: ClassInput): BadgeOutcome {
  const { session } = folding.state;
  const { people, takes } = badge.class;
  const deadline = classDeadline(folding.rules, badge.at);
  session.classes.push({ member: badge.member, badge: badge.token, deadline });
  if (!takes || session.service === 'fault' || session.service === 'absent') return 'opened';
  const isTaken = session.open !== null;
  closeSession(folding, badge.at, 'handover', 'certain');
  session.open = sessionBegun(badge, badge.member, { start: badge.at, startCause: 'badge', deadline, people });
  return isTaken ? 'handover' : 'opened';
}

/** In a night between two years the member's token changes; the badge's does not. */
function isOf(one: Pick<ClassUnderWay, 'member' | 'badge'>, badge: ClassInput): boolean {
  return one.member === badge.member || one.badge === badge.token;
}

/** When a class that begins at `at` is over, if no badge ends it. */
export function classDeadline(rules: MachineRules, at: number): number {
  const latest = at + CLASS_MS_MAX;
  return Math.min(latest, rules.nextClosing(at) ?? latest);
}
