import { energyBetween } from '../domain/energy-window.ts';
import type { FoldState } from '../domain/fold-state.ts';
import { initialFold } from '../domain/machine-fold.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import { HOUR_MS } from '../domain/time.ts';
import { type InputSource, inputsBetween } from './fold-inputs.ts';
import type { MachineSetting } from './rules.ts';

/** How far after a session's end its energy may still depend on a counter reading. */
const AFTER_MS = 2 * HOUR_MS;

/** Writes the energy of the sessions that ended before `settledUntil`, as soon as the readings after them tell it. */
export async function fillSessionEnergy(
  ledger: LedgerWriter,
  source: InputSource,
  setting: MachineSetting,
  settledUntil: number,
): Promise<void> {
  const { machine } = source;
  if (source.series.length === 0) return;
  for (const session of await ledger.sessionsWithoutEnergy(machine, settledUntil)) {
    const end = session.end ?? session.start;
    const checkpoint = await ledger.checkpointBefore(machine, session.start);
    const state = checkpoint ? (JSON.parse(checkpoint.state) as FoldState) : initialFold(setting.from);
    const inputs = await inputsBetween(ledger, source, checkpoint?.at ?? setting.from, end + AFTER_MS);
    const energyWh = energyBetween(state, inputs, session.start, end, setting.rules);
    await ledger.putSessionEnergy(machine, session.id, energyWh ?? 0);
  }
}
