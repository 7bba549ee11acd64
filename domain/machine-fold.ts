import { closed } from './activity.ts';
import { finishEnergy } from './energy.ts';
import { bucketStart } from './energy-bucket.ts';
import { cloneFold, type FoldEmit, type Folding, type FoldState } from './fold-state.ts';
import { complete, flush, passTime } from './folding.ts';
import { compareInputs, plainInput } from './input-order.ts';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from './layers.ts';
import type { MachineInput, MachineRules } from './machine-input.ts';
import { holdBack } from './series.ts';
import { openService } from './service.ts';
import { sessionOf } from './session-close.ts';

/** Everything of a fold that was not emitted yet, completed as if nothing else happened. */
export interface FoldRest {
  activity: ActivityInterval[];
  service: ServiceInterval[];
  sessions: Session[];
  energy: EnergyHour[];
}

/** Where a recomputation begins in each layer: it replaces exactly what has a start (or hour) at or after these. */
export interface Watermarks {
  activity: number;
  service: number;
  session: number;
  energy: number;
}

/** The fold of a machine that begins at `from` (UTC ms) and has heard nothing. No session of it begins before `frozenUntil`. */
export function initialFold(from: number, frozenUntil: number = from): FoldState {
  return {
    from,
    at: from,
    heldBack: [],
    online: null,
    heardAt: null,
    settled: from,
    power: { mode: 'unknown', since: 0, pieces: [] },
    reported: [],
    open: { start: from, end: from, activity: 'unknown', source: 'none', bridgedMs: 0, since: from },
    session: {
      waiting: [],
      reads: [],
      service: 'up',
      previousEnd: Math.max(from, frozenUntil),
      runStart: null,
      open: null,
      classes: [],
    },
    service: { declared: 'up', isMachineFault: false, start: from, state: 'up', source: 'declared' },
    energyHour: bucketStart(from, null),
    series: [],
  };
}

/** Whether an input may be applied to this state; false when it is late (or from before the machine's beginning). */
export function isAfter(state: FoldState, input: MachineInput): boolean {
  return input.at >= state.at;
}

/**
 * Applies one input and hands over what can no longer change. Changes `state`, and keeps nothing of `input`.
 *
 * Inputs of one millisecond may come in any order, and repeated. Throws when the input is late: ask `isAfter` first.
 */
export function applyInput(state: FoldState, input: MachineInput, rules: MachineRules, emit: FoldEmit): void {
  applyTo({ state, rules, emit, window: null, onBadge: null }, input);
}

/** As `applyInput`, for whoever asks more of the fold than its layers. */
export function applyTo(folding: Folding, input: MachineInput): void {
  const { state } = folding;
  if (input.at < state.at) throw new RangeError(`Cannot fold an input of ${input.at}: the fold is at ${state.at}`);
  if (input.at > state.at) {
    flush(folding);
    passTime(folding, input.at);
    state.at = input.at;
  }
  if (input.kind === 'reading') holdBack(state, input);
  else holdBackOther(state, input);
}

function holdBackOther(state: FoldState, input: MachineInput): void {
  const { heldBack } = state;
  let index = heldBack.length;
  for (; index > 0; index--) {
    const before = heldBack[index - 1];
    const order = before ? compareInputs(before, input) : -1;
    if (order === 0) return;
    if (order < 0) break;
  }
  heldBack.splice(index, 0, plainInput(input));
}

/**
 * Everything that was not emitted yet, completed as if nothing else happened until `now`: a dip is part of its run, a
 * hole is unknown. Does not change `state`.
 *
 * The open session has no end; the sums of inputs ahead of `now` are in it. Activity is cut at `now`.
 */
export function finishFold(state: FoldState, now: number, rules: MachineRules): FoldRest {
  const rest: FoldRest = { activity: [], service: [], sessions: [], energy: [] };
  const folding = finished(state, now, rules, {
    activity: (interval) => rest.activity.push(interval),
    service: (interval) => rest.service.push(interval),
    session: (session) => rest.sessions.push(session),
    energy: (hour) => rest.energy.push(hour),
  });
  finishEnergy(folding, folding.state.settled);
  if (folding.state.open.end > folding.state.open.start) rest.activity.push(closed(folding.state, null));
  rest.activity = cutAt(rest.activity, now);
  rest.service.push(openService(folding.state.service));
  if (folding.state.session.open) rest.sessions.push(sessionOf(rules.machine, folding.state.session.open));
  return rest;
}

/** A copy of the fold, completed up to `now` (or its newest input) but for energy. */
export function finished(state: FoldState, now: number, rules: MachineRules, emit: FoldEmit): Folding {
  const folding: Folding = { state: cloneFold(state), rules, emit, window: null, onBadge: null };
  complete(folding, Math.max(now, state.at));
  return folding;
}

/** Where a recomputation from this state begins in each layer. */
export function watermarks(state: FoldState): Watermarks {
  const { session } = state;
  const next = Math.max(session.previousEnd, session.runStart ?? state.settled);
  return {
    activity: state.open.start,
    service: state.service.start,
    session: session.open ? session.open.start : next,
    energy: state.energyHour,
  };
}

/**
 * Before this instant nothing changes any more in any layer, but for late inputs: hours that end by then are complete.
 * The open intervals of activity and service, which reach past it, are in `finishFold`.
 */
export function settledUntil(state: FoldState, rules: MachineRules): number {
  const { open, previousEnd, runStart } = state.session;
  // Who badges in soon after a run began gets the run from its beginning.
  const isGrace = runStart !== null && state.settled - runStart <= rules.session.graceMs;
  const next = isGrace ? Math.max(runStart, previousEnd) : state.settled;
  return Math.min(open ? open.start : next, state.settled, state.energyHour);
}

function cutAt(intervals: readonly ActivityInterval[], now: number): ActivityInterval[] {
  return intervals
    .filter(({ start }) => start < now)
    .map((interval) => (interval.end > now ? { ...interval, end: now, censored: false } : interval));
}
