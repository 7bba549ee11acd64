import { closed } from '../domain/activity.ts';
import type { FoldState } from '../domain/fold-state.ts';
import type { ActivityInterval } from '../domain/layers.ts';
import { settledUntil } from '../domain/machine-fold.ts';
import type { MachineRules } from '../domain/machine-input.ts';
import { openingIntervals } from '../domain/opening.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import { type MachineHistory, type RollupHour, rollupHours } from '../domain/rollup.ts';
import { openService } from '../domain/service.ts';
import { type Span, subtractSpans, unionSpans } from '../domain/spans.ts';
import { endOfPiece, type Stay, startOfPiece } from '../domain/stay.ts';
import { HOUR_MS } from '../domain/time.ts';
import type { MachineSetting } from './rules.ts';
import { beginTiers, refreshTiers } from './tier-up.ts';

/** How many hours are rolled up at once. */
const STRETCH_MS = 31 * 24 * HOUR_MS;

/** Where the rollups of a machine stand. */
export interface RollUpState {
  machine: string;
  rolledFrom: number;
  rolledUntil: number;
  /** Rollups in here were made of layers that have changed since; empty when none has. */
  stale: Span;
  /** Sessions in effect changed here, and nothing else. */
  corrected: readonly Span[];
  fold: FoldState;
  hasEnergy: boolean;
}

/**
 * Hours that end by this instant can be rolled up: only late inputs change them any more. A run waits for its end,
 * because what was bridged in it is spread over all of it.
 */
export function rollUpUntil(fold: FoldState, rules: MachineRules): number {
  const settled = settledUntil(fold, rules);
  return fold.open.activity === 'running' ? Math.min(settled, fold.open.start) : settled;
}

/** The settled layers of a machine with the intervals that still grow, as far as they are settled. */
export function withOpenIntervals(settled: MachineHistory['layers'], state: FoldState): MachineHistory['layers'] {
  return {
    activity: withOpenActivity(settled.activity, state),
    service: [...settled.service, openService(state.service)],
  };
}

/** Settled activity with the interval that still grows, as far as it is settled. */
export function withOpenActivity(
  settled: readonly ActivityInterval[],
  { open }: FoldState,
): readonly ActivityInterval[] {
  return open.end > open.start ? [...settled, closed({ open }, null)] : settled;
}

/** Writes the rollups of all hours that are settled or stale, and their sums; returns the range that has rollups now. */
export async function rollUp(
  ledger: LedgerWriter,
  setting: MachineSetting,
  state: RollUpState,
): Promise<{ rolledFrom: number; rolledUntil: number }> {
  const { machine, rolledUntil: rolledBefore } = state;
  if (rolledBefore <= state.rolledFrom && !(await ledger.isTiered(machine))) await beginTiers(ledger, machine);
  const changed: Span[] = [];
  const rolled = await rollHours(ledger, setting, state, changed);
  if (changed.length > 0 && (await ledger.isTiered(machine))) {
    const { stays } = setting;
    await refreshTiers(ledger, { machine, stays, changed, rolledBefore, rolledUntil: rolled.rolledUntil });
  }
  return rolled;
}

/** Adds to `changed` which hours were replaced. */
async function rollHours(
  ledger: LedgerWriter,
  setting: MachineSetting,
  state: RollUpState,
  changed: Span[],
): Promise<{ rolledFrom: number; rolledUntil: number }> {
  const { stays } = setting;
  const until = startOfPiece(stays, rollUpUntil(state.fold, setting.rules));
  let { rolledFrom, rolledUntil } = state;
  if (until < rolledUntil) {
    // A late badge opened a session that still lasts, or a late reading a run.
    await ledger.replaceRollups(state.machine, until, rolledUntil, []);
    changed.push({ start: until, end: rolledUntil });
    rolledUntil = Math.max(until, rolledFrom);
  }
  let staleEnd = state.stale.end;
  const isEarlier = state.stale.start < Math.min(rolledFrom, staleEnd);
  if (rolledUntil <= rolledFrom || isEarlier) {
    const first = await ledger.firstInputAt(state.machine, setting.from);
    if (first === null || startOfPiece(stays, first) >= until) return { rolledFrom: 0, rolledUntil: 0 };
    rolledUntil = rolledUntil <= rolledFrom ? startOfPiece(stays, first) : rolledUntil;
    staleEnd = Math.max(staleEnd, rolledFrom);
    rolledFrom = startOfPiece(stays, first);
  }
  const stale = isSpan(state.stale)
    ? {
        start: startOfPiece(stays, Math.max(rolledFrom, state.stale.start)),
        end: Math.min(rolledUntil, endOfPiece(stays, staleEnd)),
      }
    : state.stale;
  const rolled = unionSpans([stale, { start: rolledUntil, end: until }].filter(isSpan), []);
  const corrected = state.corrected.map(({ start, end }) => ({
    start: startOfPiece(stays, Math.max(rolledFrom, start)),
    end: Math.min(until, endOfPiece(stays, end)),
  }));
  rolled.push(...corrected.filter(isSpan).flatMap((span) => subtractSpans([span], rolled)));
  for (const { start, end } of rolled) {
    for (let from = start; from < end; ) {
      const to = Math.min(end, startOfPiece(stays, from + STRETCH_MS));
      await rollStretch(ledger, setting, state, from, to);
      from = to;
    }
    changed.push({ start, end });
  }
  return { rolledFrom, rolledUntil: until };
}

/** Nothing. */
export const NO_SPAN: Span = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY };

/** The span that holds another one too. */
export function widened(span: Span, start: number, end: number): Span {
  return { start: Math.min(span.start, start), end: Math.max(span.end, end) };
}

function isSpan({ start, end }: Span): boolean {
  return start < end;
}

async function rollStretch(
  ledger: LedgerWriter,
  setting: MachineSetting,
  state: RollUpState,
  from: number,
  to: number,
): Promise<void> {
  const { machine } = state;
  const settled = {
    activity: await ledger.activity(machine, from, to),
    service: await ledger.service(machine, from, to),
  };
  const history = {
    machine,
    layers: withOpenIntervals(settled, state.fold),
    energy: state.hasEnergy ? await ledger.energy(machine, from - HOUR_MS, to) : null,
    sessions: await ledger.sessions([machine], from, to),
  };
  await ledger.replaceRollups(machine, from, to, rollupStays(setting.stays, history, from, to));
}

/** The totals of every piece that lies whole in `[from, to)`, wherever the machine was. */
export function rollupStays(
  stays: readonly Stay[],
  history: Omit<MachineHistory, 'stay' | 'opening'>,
  from: number,
  to: number,
): RollupHour[] {
  return stays
    .filter(({ start, end }) => start < to && end > from)
    .flatMap((stay) => rollupHours({ ...history, stay, opening: openingIntervals(stay.lab, from, to) }, from, to));
}
