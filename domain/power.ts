import { settle } from './activity.ts';
import type { Folding, FoldState } from './fold-state.ts';
import type { Activity } from './layers.ts';
import type { Signature } from './machine-input.ts';

/**
 * Power of the machine's main channel, in watts; NaN when it is not known.
 *
 * A machine has one main channel at a time: when a plug is swapped, the one that was heard last counts, and the other
 * one's last reading is not added to it. Of two that were heard in the same millisecond the larger counts.
 */
export function mainWatts(state: FoldState): number {
  let watts = Number.NaN;
  let heardAt = Number.NEGATIVE_INFINITY;
  for (const { main, w, wAt } of state.series) {
    if (!main || wAt === null || wAt < heardAt) continue;
    if (wAt > heardAt) watts = w ?? Number.NaN;
    else if (w !== null && !(watts >= w)) watts = w;
    heardAt = wAt;
  }
  return watts;
}

/** Nothing changed since the last call: decides what time alone decides up to `to`. */
export function advancePower(folding: Folding, to: number): void {
  const { power } = folding.state;
  const { signature } = folding.rules;
  switch (power.mode) {
    case 'candidate':
      if (signature && power.since + signature.runAfterMs <= to) become(folding, to, 'running', 'running');
      return;
    case 'dip':
      if (signature && power.since + signature.stopAfterMs <= to) becomePieces(folding, to);
      return;
    case 'hole':
      if (!signature || power.since + signature.bridgeMs < to) become(folding, to, 'unknown', 'unknown');
      return;
    default:
      settle(folding, to, power.mode, false);
  }
}

/** From `at` on the main channels draw `watts` (NaN: not known). Calls at the same instant, or without a change, do no harm. */
export function stepPower(folding: Folding, at: number, watts: number): void {
  advancePower(folding, at);
  const { signature } = folding.rules;
  if (!signature || Number.isNaN(watts)) lose(folding, at);
  else if (folding.state.power.mode === 'dip') stepDip(folding, at, watts, signature);
  else if (folding.state.power.mode === 'candidate') stepCandidate(folding, at, watts, signature);
  else if (folding.state.power.mode === 'hole' && watts >= signature.stopW)
    become(folding, at, 'running', 'running', true);
  else stepSteady(folding, at, watts, signature);
  // A delay of 0 is over at once.
  advancePower(folding, at);
}

/** What power says at this very instant, as if nothing else came: a dip is part of the run, a candidate is none. */
export function powerNow(state: FoldState): Activity {
  const { mode, pieces } = state.power;
  if (mode === 'dip') return 'running';
  if (mode === 'hole') return 'unknown';
  if (mode === 'candidate') return pieces.at(-1)?.activity ?? 'unknown';
  return mode;
}

/** Completes what waits, up to `to`, as if nothing else came. */
export function finishPower(folding: Folding, to: number): void {
  const { mode } = folding.state.power;
  advancePower(folding, to);
  if (mode === 'candidate') settlePieces(folding, to);
  settle(folding, to, powerNow(folding.state), false);
}

function lose(folding: Folding, at: number): void {
  const { mode } = folding.state.power;
  if (mode === 'hole') return;
  if (mode === 'running') wait(folding, 'hole', at);
  else {
    if (mode === 'dip' || mode === 'candidate') becomePieces(folding, at);
    become(folding, at, 'unknown', 'unknown');
  }
}

function stepDip(folding: Folding, at: number, watts: number, signature: Signature): void {
  if (watts >= signature.stopW) become(folding, at, 'running', 'running');
  else addPiece(folding, at, watts, signature);
}

function stepCandidate(folding: Folding, at: number, watts: number, signature: Signature): void {
  addPiece(folding, at, watts, signature);
  if (watts < signature.stopW) becomePieces(folding, at);
}

function stepSteady(folding: Folding, at: number, watts: number, signature: Signature): void {
  const { power } = folding.state;
  if (power.mode === 'running') {
    if (watts >= signature.stopW) return;
    wait(folding, 'dip', at);
    addPiece(folding, at, watts, signature);
    return;
  }
  if (power.mode === 'hole') become(folding, at, 'unknown', 'unknown');
  if (watts >= signature.runningW) {
    wait(folding, 'candidate', at);
    addPiece(folding, at, watts, signature);
  } else become(folding, at, 'unknown', watts >= signature.standbyW ? 'standby' : 'off');
}

function wait(folding: Folding, mode: 'candidate' | 'dip' | 'hole', at: number): void {
  folding.state.power.mode = mode;
  folding.state.power.since = at;
}

function addPiece(folding: Folding, at: number, watts: number, signature: Signature): void {
  const { pieces } = folding.state.power;
  const activity = watts >= signature.standbyW ? 'standby' : 'off';
  const last = pieces.at(-1);
  if (last?.activity === activity) return;
  if (last?.at === at) last.activity = activity;
  else pieces.push({ at, activity });
}

/** What waited was `activity` up to `to`; from there on power is in `mode`. */
function become(folding: Folding, to: number, activity: Activity, mode: Activity, isBridged = false): void {
  settle(folding, to, activity, isBridged);
  const { power } = folding.state;
  power.mode = mode;
  power.since = 0;
  if (power.pieces.length > 0) power.pieces.length = 0;
}

/** What waited was no run: its pieces stand as they are, up to `to`. */
function becomePieces(folding: Folding, to: number): void {
  const last = settlePieces(folding, to);
  become(folding, to, last, last);
}

function settlePieces(folding: Folding, to: number): Activity {
  const { pieces } = folding.state.power;
  for (const [index, { activity }] of pieces.entries()) settle(folding, pieces[index + 1]?.at ?? to, activity, false);
  return pieces.at(-1)?.activity ?? 'unknown';
}
