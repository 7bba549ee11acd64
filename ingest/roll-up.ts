import { openingIntervals } from '../domain/opening.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import { rollupHours } from '../domain/rollup.ts';
import { HOUR_MS, startOfPeriod } from '../domain/time.ts';
import type { MachineSetting } from './rules.ts';

/** How many hours are rolled up at once. */
const STRETCH_MS = 31 * 24 * HOUR_MS;

/** Where the rollups of a machine stand. */
export interface RollUpState {
  machine: string;
  rolledFrom: number;
  rolledUntil: number;
  /** Layers that start here or later have changed since they were rolled up; infinite when none has. */
  staleFrom: number;
  /** Nothing before this instant can change any more, but for late events. */
  settledUntil: number;
  hasEnergy: boolean;
}

/** Writes the rollups of all hours that are settled or stale; returns the range that has rollups now. */
export async function rollUp(
  ledger: LedgerWriter,
  setting: MachineSetting,
  state: RollUpState,
): Promise<{ rolledFrom: number; rolledUntil: number }> {
  const zone = setting.lab.timezone;
  const until = Math.max(startOfPeriod(state.settledUntil, 'hour', zone), state.rolledUntil);
  let { rolledFrom, rolledUntil } = state;
  const isFirst = rolledUntil === 0;
  if (isFirst || state.staleFrom < rolledFrom) {
    const first = await ledger.firstInputAt(state.machine, setting.from);
    if (first === null || startOfPeriod(first, 'hour', zone) >= until) return { rolledFrom, rolledUntil };
    rolledFrom = startOfPeriod(first, 'hour', zone);
    if (isFirst) rolledUntil = rolledFrom;
  }
  const stale = Number.isFinite(state.staleFrom)
    ? Math.max(rolledFrom, startOfPeriod(Math.max(0, state.staleFrom), 'hour', zone))
    : rolledUntil;
  for (let from = Math.min(stale, rolledUntil); from < until; ) {
    const to = Math.min(until, startOfPeriod(from + STRETCH_MS, 'hour', zone));
    await rollStretch(ledger, setting, state, from, to);
    from = to;
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
  const rollups = rollupHours(
    {
      machine,
      lab: setting.lab,
      layers: { activity: await ledger.activity(machine, from, to), service: await ledger.service(machine, from, to) },
      opening: openingIntervals(setting.lab, from, to),
      energy: state.hasEnergy ? await ledger.energy(machine, from - HOUR_MS, to) : null,
      sessions: await ledger.sessions([machine], from, to),
    },
    from,
    to,
  );
  await ledger.replaceRollups(machine, from, to, rollups);
}
