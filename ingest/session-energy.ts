import { energyBetween } from '../domain/energy-window.ts';
import type { FoldState } from '../domain/fold-state.ts';
import type { Session } from '../domain/layers.ts';
import { initialFold, type Watermarks } from '../domain/machine-fold.ts';
import type { MachineInput } from '../domain/machine-input.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import { HOUR_MS } from '../domain/time.ts';
import { type InputSource, inputsBetween } from './fold-inputs.ts';
import type { MachineSetting } from './rules.ts';
import { noLayers } from './settled-layers.ts';

/** How far after a session's end a counter reading is looked for at first, and at last: the fold waits no longer for one. */
const AFTER_MS = 2 * HOUR_MS;
const AFTER_MS_MAX = 28 * HOUR_MS;

/** Writes the energy of the sessions that ended before `settledUntil`, as soon as the readings after them tell it. */
export async function fillSessionEnergy(
  ledger: LedgerWriter,
  source: InputSource,
  setting: MachineSetting,
  settledUntil: number,
): Promise<void> {
  const { machine } = source;
  if (source.series.length === 0) return;
  const energyOf = (session: Session) => sessionEnergy(ledger, source, setting, session);
  for (const session of await ledger.sessionsWithoutEnergy(machine, settledUntil))
    await ledger.putSessionEnergy(machine, session.id, await energyOf(session));
  const corrected = await ledger.correctedWithoutEnergy(machine, settledUntil);
  if (corrected.length === 0) return;
  const sessions: Session[] = [];
  for (const session of corrected) sessions.push({ ...session, energyWh: await energyOf(session) });
  await ledger.changeCorrected(machine, { sessions: [], replaced: [] }, { sessions, replaced: [] });
}

async function sessionEnergy(
  ledger: LedgerWriter,
  source: InputSource,
  setting: MachineSetting,
  session: Session,
): Promise<number> {
  const { machine } = source;
  const end = session.end ?? session.start;
  const checkpoint = await ledger.checkpointBefore(machine, session.start);
  const state = checkpoint ? (JSON.parse(checkpoint.state) as FoldState) : initialFold(setting.from);
  const inputs = await inputsBetween(ledger, source, checkpoint?.at ?? setting.from, end + AFTER_MS);
  const counted = new Set(state.series.filter(({ counterWh }) => counterWh !== null).map(({ id }) => id));
  for (let from = end + AFTER_MS; from < end + AFTER_MS_MAX && isWaiting(inputs, counted, end); from += AFTER_MS) {
    inputs.push(...(await inputsBetween(ledger, source, from, from + AFTER_MS)));
  }
  return energyBetween(state, inputs, session.start, end, setting.rules) ?? 0;
}

/** Forgets the energy of sessions that stay although that of their hours is told again from these marks on. */
export async function forgetSessionEnergy(
  ledger: LedgerWriter,
  machine: string,
  { energy, session }: Watermarks,
): Promise<void> {
  const sessions = (await ledger.foldedSessions(machine, energy, session))
    .filter(({ start, energyWh }) => start < session && energyWh !== null)
    .map((one) => ({ ...one, energyWh: null }));
  if (sessions.length > 0) await ledger.replaceLayers(machine, null, null, { ...noLayers(), sessions });
}

/** Whether a series that has a counter (`counted` before the inputs, or in them) was not counted since `end`. */
function isWaiting(inputs: readonly MachineInput[], counted: ReadonlySet<string>, end: number): boolean {
  const open = new Set(counted);
  for (const input of inputs) {
    if (input.kind !== 'reading' || input.wh === null) continue;
    if (input.at < end) open.add(input.series);
    else open.delete(input.series);
  }
  return open.size > 0;
}
