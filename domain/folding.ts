import { activityAt, endReport, report } from './activity.ts';
import { settleEnergy } from './energy.ts';
import { FOREVER, type Folding, type SeriesState } from './fold-state.ts';
import type { MachineInput } from './machine-input.ts';
import { advancePower, finishPower, mainWatts, powerNow, stepPower } from './power.ts';
import { goOffline, losePower, takeReading } from './series.ts';
import { declare, reportFault, settleService } from './service.ts';
import { finishSession } from './session.ts';

/** Applies everything that was held back: nothing else can come at that millisecond. */
export function flush(folding: Folding): void {
  const { state } = folding;
  const { at } = state;
  for (const input of state.heldBack) happen(folding, input);
  settleService(folding, at);
  for (const input of state.heldBack) if (input.kind === 'badge') state.session.waiting.push(input);
  if (state.heldBack.length > 0) state.heldBack.length = 0;
  for (const series of state.series) if (series.isHeldBack) hear(folding, series);
  reach(folding, at);
}

/** Nothing happened until `to`: holds run out, delays are over. What comes at `to` itself may still go on. */
export function passTime(folding: Folding, to: number): void {
  const { state } = folding;
  for (let end = nextHoldEnd(state.series); end < to; end = nextHoldEnd(state.series)) reach(folding, end);
  advancePower(folding, to);
  settleEnergy(folding, to);
}

/** Completes activity and sessions at `to`, as if nothing else came. */
export function complete(folding: Folding, to: number): void {
  flush(folding);
  passTime(folding, to);
  reach(folding, to);
  finishPower(folding, to);
  finishSession(folding, to, activityAt(folding.state, to, powerNow(folding.state)));
}

/** All that comes at `at` has come: holds that end here are over, and power is what is left. */
function reach(folding: Folding, at: number): void {
  const { state } = folding;
  for (const series of state.series) if (series.w !== null && series.wUntil <= at) losePower(folding, series, at);
  stepPower(folding, at, mainWatts(state));
}

function nextHoldEnd(all: readonly SeriesState[]): number {
  let end = FOREVER;
  for (const series of all) if (series.w !== null && series.wUntil < end) end = series.wUntil;
  return end;
}

function hear(folding: Folding, series: SeriesState): void {
  const { state } = folding;
  takeReading(folding, series, state.at);
  state.heardAt = state.at;
  if (series.main) state.online = true;
}

function happen(folding: Folding, input: MachineInput): void {
  const { state } = folding;
  if (input.kind === 'service') {
    declare(state.service, input.state);
    return;
  }
  if (input.kind === 'online') {
    cameOrWent(folding, input);
    return;
  }
  if (input.kind === 'energy-reset') {
    for (const series of state.series) {
      if (series.id === input.series && series.counterWh !== null) series.isReset = true;
    }
    return;
  }
  state.heardAt = input.at;
  if (input.kind !== 'state') return;
  report(state, input.at, input.state, input.holdMs);
  reportFault(state.service, input.state);
}

function cameOrWent(folding: Folding, input: MachineInput & { kind: 'online' }): void {
  const { state } = folding;
  if (input.main) state.online = input.online;
  if (input.online) {
    state.heardAt = input.at;
    return;
  }
  for (const series of state.series) if (input.series.includes(series.id)) goOffline(folding, series, input.at);
  if (input.main) endReport(state, input.at, false);
}
