import type { ReportedState } from './event.ts';
import { FOREVER, type Folding, type FoldState } from './fold-state.ts';
import type { Activity, ActivityInterval } from './layers.ts';
import { advanceSession } from './session.ts';

/** What a state that a machine reports of itself means for the activity layer. */
export function activityOfReport(state: ReportedState): Activity {
  if (state === 'running' || state === 'off') return state;
  return 'standby';
}

/** From `at` on the machine's own word rules, for `holdMs` (null: until its connector goes offline). */
export function report(state: FoldState, at: number, reported: ReportedState, holdMs: number | null): void {
  const activity = activityOfReport(reported);
  const end = holdMs === null ? FOREVER : at + holdMs;
  const last = endReport(state, at, true);
  if (last && last.end === at && last.activity === activity) last.end = end;
  else if (end > at) state.reported.push({ start: at, end, activity });
}

/** Ends the machine's own word at `at`, if it holds; `isAny` false: only one that held while online. */
export function endReport(state: FoldState, at: number, isAny: boolean): FoldState['reported'][number] | undefined {
  const last = state.reported.at(-1);
  if (!last || last.end <= at || !(isAny || last.end === FOREVER)) return last;
  last.end = at;
  if (last.start < at) return last;
  state.reported.pop();
  return undefined;
}

/**
 * What power says up to `to` is decided: lays the machine's own word over it and hands it on.
 *
 * `isBridged`: the stretch is a short hole that counts as running.
 */
export function settle(folding: Folding, to: number, activity: Activity, isBridged: boolean): void {
  const { state } = folding;
  const source = activity === 'unknown' ? 'none' : 'power';
  while (state.settled < to) {
    const span = state.reported[0];
    if (!span || span.start >= to) piece(folding, to, activity, source, isBridged);
    else if (span.end <= state.settled) state.reported.shift();
    else if (span.start > state.settled) piece(folding, span.start, activity, source, isBridged);
    else piece(folding, Math.min(span.end, to), span.activity, 'state', false);
  }
}

/** The activity at the instant `at` itself, where the layer is settled up to it; `power` is what power says. */
export function activityAt(state: FoldState, at: number, power: Activity): Activity {
  for (const span of state.reported) if (span.start <= at && at < span.end) return span.activity;
  return power;
}

/** A stretch from the settled end of the layer to `to`: joins the open interval, or closes it and opens the next. */
function piece(
  folding: Folding,
  to: number,
  activity: Activity,
  source: ActivityInterval['source'],
  isBridged: boolean,
): void {
  const { state } = folding;
  const { open } = state;
  const from = state.settled;
  if (open.activity !== activity || open.source !== source) {
    if (open.end > open.start) folding.emit.activity(closed(state, activity));
    open.start = from;
    open.bridgedMs = 0;
    open.source = source;
    if (open.activity !== activity) open.since = from;
    open.activity = activity;
  }
  open.end = to;
  if (isBridged) open.bridgedMs += to - from;
  state.settled = to;
  advanceSession(folding, from, to, activity);
}

/** The open interval as it is emitted; `next` is what follows it. */
export function closed(state: Pick<FoldState, 'open'>, next: Activity | null): ActivityInterval {
  const { start, end, activity, source, bridgedMs } = state.open;
  return { start, end, activity, source, bridgedMs, censored: activity === 'running' && next === 'unknown' };
}
