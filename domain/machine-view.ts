import type { MachineView, Session } from './layers.ts';
import type { FoldState } from './machine-fold.ts';
import type { MachineInput, MachineRules } from './machine-input.ts';

/** What a reader is told after a badge was read. */
export type BadgeReply = 'opened' | 'closed' | 'handover' | 'unknown-badge' | 'machine-down';

/** What the live floor shows of the machine at `now`. */
export function viewOf(_state: FoldState, _now: number, _rules: MachineRules): MachineView {
  throw new Error('not built yet');
}

/** The earliest instant after `now` at which `viewOf` may change by time alone; null: never. */
export function nextChangeAt(_state: FoldState, _now: number, _rules: MachineRules): number | null {
  throw new Error('not built yet');
}

/** The session that is open at `now`, or null. */
export function sessionAt(_state: FoldState, _now: number, _rules: MachineRules): Session | null {
  throw new Error('not built yet');
}

/** What to answer to a badge, given the state just before it; null: a repeat, which was answered already. */
export function badgeReply(
  _before: FoldState,
  _badge: MachineInput & { kind: 'badge' },
  _rules: MachineRules,
): BadgeReply | null {
  throw new Error('not built yet');
}
