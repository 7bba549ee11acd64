import { activityAt } from './activity.ts';
import {
  type BadgeInput,
  type BadgeOutcome,
  cloneFold,
  type FoldEmit,
  type Folding,
  type FoldState,
} from './fold-state.ts';
import { complete } from './folding.ts';
import { compareInputs } from './input-order.ts';
import type { MachineView, Session } from './layers.ts';
import { applyTo, finished } from './machine-fold.ts';
import type { MachineRules } from './machine-input.ts';
import { mainWatts, powerNow } from './power.ts';
import { sessionOf } from './session-close.ts';

/** What a reader is told after a badge was read. */
export type BadgeReply = 'opened' | 'closed' | 'handover' | 'unknown-badge' | 'machine-down';

const REPLIES: Record<BadgeOutcome, BadgeReply | null> = {
  opened: 'opened',
  held: 'opened',
  closed: 'closed',
  nothing: 'closed',
  handover: 'handover',
  unknown: 'unknown-badge',
  down: 'machine-down',
  repeat: null,
};

const NOWHERE: FoldEmit = { activity() {}, service() {}, session() {}, energy() {} };

/** What the live floor shows of the machine at `now`. */
export function viewOf(state: FoldState, now: number, rules: MachineRules): MachineView {
  const done = finished(state, now, rules, NOWHERE).state;
  const to = done.settled;
  const activity = activityAt(done, to, powerNow(done));
  const watts = mainWatts(done);
  const since = activity === done.open.activity ? done.open.since : to;
  const { open } = done.session;
  return {
    machine: rules.machine,
    activity,
    since: activity === 'unknown' && since === done.from ? null : since,
    watts: Number.isNaN(watts) ? null : watts,
    wattsAt: wattsAt(done),
    session: open && {
      id: sessionOf(rules.machine, open).id,
      start: open.start,
      audience: open.audience,
      people: open.people,
    },
    service: done.service.state,
    online: done.online,
    heardAt: done.heardAt,
  };
}

/** The session that is open at `now`, or null. */
export function sessionAt(state: FoldState, now: number, rules: MachineRules): Session | null {
  const { open } = finished(state, now, rules, NOWHERE).state.session;
  return open && sessionOf(rules.machine, open);
}

/**
 * The earliest instant after `now` at which `viewOf` may change by time alone; null: never.
 *
 * It may come a little too often, never too late.
 */
export function nextChangeAt(state: FoldState, now: number, rules: MachineRules): number | null {
  const done = finished(state, now, rules, NOWHERE).state;
  const { signature } = rules;
  const { power } = done;
  const { open } = done.session;
  const candidates = done.series.filter(({ w }) => w !== null).map(({ wUntil }) => wUntil);
  for (const { end } of done.reported) candidates.push(end);
  if (signature && power.mode === 'dip') candidates.push(power.since + signature.stopAfterMs);
  if (signature && power.mode === 'candidate') candidates.push(power.since + signature.runAfterMs);
  if (open) {
    candidates.push(open.deadline);
    const activity = activityAt(done, done.settled, powerNow(done));
    if (open.people === null && activity !== 'running' && activity !== 'unknown') {
      candidates.push(done.settled + rules.session.idleTimeoutMs - open.idleMs);
    }
  }
  const next = Math.min(...candidates.filter((at) => at > now));
  return next < Number.MAX_SAFE_INTEGER ? next : null;
}

/**
 * What to answer to a badge, given the state just before it; null: a repeat, which was answered already.
 *
 * Where nothing changes the answer says how things stand for the member: `in` on a machine that is already theirs is
 * `opened`, `out` on one that is not is `closed`.
 */
export function badgeReply(before: FoldState, badge: BadgeInput, rules: MachineRules): BadgeReply | null {
  const input: BadgeInput = { ...badge, at: Math.max(badge.at, before.at) };
  let outcome: BadgeOutcome = 'nothing';
  const onBadge: Folding['onBadge'] = (read, what) => {
    if (compareInputs(read, input) === 0) outcome = what;
  };
  const folding: Folding = { state: cloneFold(before), rules, emit: NOWHERE, window: null, onBadge };
  applyTo(folding, input);
  complete(folding, input.at);
  return REPLIES[outcome];
}

function wattsAt(state: FoldState): number | null {
  let latest: number | null = null;
  for (const { main, wAt } of state.series) if (main && wAt !== null && wAt > (latest ?? 0)) latest = wAt;
  return latest;
}
