import { closed } from '../domain/activity.ts';
import type { FoldState } from '../domain/fold-state.ts';
import type { ActivityInterval } from '../domain/layers.ts';
import { settledUntil } from '../domain/machine-fold.ts';
import type { MachineRules } from '../domain/machine-input.ts';
import { openingIntervals } from '../domain/opening.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import { type MachineHistory, rollupHours } from '../domain/rollup.ts';
import { openService } from '../domain/service.ts';
import type { Span } from '../domain/spans.ts';
import { HOUR_MS, nextPeriod, startOfPeriod } from '../domain/time.ts';
import type { MachineSetting } from './rules.ts';

/** How many hours are rolled up at once. */
const STRETCH_MS = 31 * 24 * HOUR_MS;

/** Where the rollups of a machine stand. */
export interface RollUpState {
  machine: string;
  rolledFrom: number;
  rolledUntil: number;
  /** Rollups from here on were made of layers that have changed since; infinite when none has. */
  staleFrom: number;
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

/** Writes the rollups of all hours that are settled or stale; returns the range that has rollups now. */
export async function rollUp(
  ledger: LedgerWriter,
  setting: MachineSetting,
  state: RollUpState,
): Promise<{ rolledFrom: number; rolledUntil: number }> {
  const zone = setting.lab.timezone;
  const until = startOfPeriod(rollUpUntil(state.fold, setting.rules), 'hour', zone);
  let { rolledFrom, rolledUntil } = state;
  if (until < rolledUntil) {
    // A late badge opened a session that still lasts, or a late reading a run.
    await ledger.replaceRollups(state.machine, until, rolledUntil, []);
    rolledUntil = Math.max(until, rolledFrom);
  }
  if (rolledUntil <= rolledFrom || state.staleFrom < rolledFrom) {
    const first = await ledger.firstInputAt(state.machine, setting.from);
    if (first === null || startOfPeriod(first, 'hour', zone) >= until) return { rolledFrom: 0, rolledUntil: 0 };
    rolledUntil = rolledUntil <= rolledFrom ? startOfPeriod(first, 'hour', zone) : rolledUntil;
    rolledFrom = startOfPeriod(first, 'hour', zone);
  }
  const stale =
    state.staleFrom < rolledUntil ? startOfPeriod(Math.max(rolledFrom, state.staleFrom), 'hour', zone) : rolledUntil;
  for (let from = stale; from < until; ) {
    const to = Math.min(until, startOfPeriod(from + STRETCH_MS, 'hour', zone));
    await rollStretch(ledger, setting, state, from, to);
    from = to;
  }
  for (const { start, end } of state.corrected) {
    const from = startOfPeriod(Math.max(rolledFrom, start), 'hour', zone);
    const to = Math.min(stale, until, nextPeriod(end - 1, 'hour', zone));
    if (from < to) await rollStretch(ledger, setting, state, from, to);
  }
  return { rolledFrom, rolledUntil: until };
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
  const rollups = rollupHours(
    {
      machine,
      lab: setting.lab,
      layers: withOpenIntervals(settled, state.fold),
      opening: openingIntervals(setting.lab, from, to),
      energy: state.hasEnergy ? await ledger.energy(machine, from - HOUR_MS, to) : null,
      sessions: await ledger.sessions([machine], from, to),
    },
    from,
    to,
  );
  await ledger.replaceRollups(machine, from, to, rollups);
}
