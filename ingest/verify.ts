import { isDeepStrictEqual } from 'node:util';
import { applyCorrections } from '../domain/correction.ts';
import { type CorrectionRecord, correctionOf } from '../domain/correction-record.ts';
import type { FoldState } from '../domain/fold-state.ts';
import { compareInputs } from '../domain/input-order.ts';
import { applyInput, initialFold } from '../domain/machine-fold.ts';
import type { MachineInput } from '../domain/machine-input.ts';
import type { LedgerReader, Series, StoredFold } from '../domain/ports.ts';
import type { JournalStore, Route } from '../domain/ports-journal.ts';
import type { SettledLayers } from '../domain/ports-ledger.ts';
import type { Registry } from '../domain/registry.ts';
import { TIERS, type Tier, type TierSum } from '../domain/tier.ts';
import { channelMap, inputsOf } from './machine-inputs.ts';
import { readEvents } from './record.ts';
import { rollupStays, withOpenIntervals } from './roll-up.ts';
import { type MachineSetting, machineSettings, seriesOf } from './rules.ts';
import { tiersOf } from './tier-up.ts';

/** Inputs held in memory at once; more are verified machine group by machine group. */
const INPUTS_MAX = 3_000_000;
const READ_BYTES = 8_000_000;
const FOREVER = Number.MAX_SAFE_INTEGER;

/** What was recomputed and what differs, in sentences. No difference: the ledger says what the journal says. */
export interface Verification {
  events: number;
  machines: number;
  differences: string[];
}

/** What is compared. */
export interface VerifyDeps {
  journal: JournalStore;
  ledger: LedgerReader;
  registry: Registry;
  folds: readonly StoredFold[];
  series: readonly Series[];
  cursorSeq: number;
  progress(done: number, of: number): void;
}

/** Recomputes every machine from the events of the journal up to the ledger's cursor and compares layers and rollups. */
export async function verify(deps: VerifyDeps): Promise<Verification> {
  const settings = machineSettings(deps.registry);
  const folds = deps.folds.filter((fold) => settings.get(fold.machine)?.digest === fold.rules);
  const differences = deps.folds
    .filter((fold) => settings.has(fold.machine) && !folds.includes(fold))
    .map((fold) => `${fold.machine}: was computed with earlier rules; start Fabmeter once, it computes the past again`);
  const { events, machinesAtOnce } = await survey(deps, differences);
  for (let at = 0; at < folds.length; at += machinesAtOnce) {
    const group = folds.slice(at, at + machinesAtOnce);
    const told = await collect(deps, new Set(group.map((fold) => fold.machine)));
    for (const [index, fold] of group.entries()) {
      const setting = settings.get(fold.machine) as MachineSetting;
      differences.push(...(await compareMachine(deps, fold, setting, told.get(fold.machine) as Told)));
      deps.progress(at + index + 1, folds.length);
    }
  }
  return { events, machines: folds.length, differences };
}

async function survey(deps: VerifyDeps, differences: string[]): Promise<{ events: number; machinesAtOnce: number }> {
  let events = 0;
  let after = 0;
  let nextSeq = 1;
  for (;;) {
    const batches = await deps.journal.batches(after, READ_BYTES);
    for (const batch of batches) {
      if (batch.firstSeq !== nextSeq) differences.push(gapSentence(nextSeq, batch.firstSeq - 1));
      nextSeq = batch.firstSeq + batch.events;
      events += batch.events;
      after = batch.id;
    }
    if (batches.length === 0) break;
  }
  if (deps.cursorSeq >= nextSeq) differences.push(gapSentence(nextSeq, deps.cursorSeq));
  const groups = Math.max(1, Math.ceil(events / INPUTS_MAX));
  return { events, machinesAtOnce: Math.max(1, Math.ceil(deps.folds.length / groups)) };
}

function gapSentence(from: number, to: number): string {
  return `journal: ${from > to ? `event ${to + 1} is there twice` : `events ${from} to ${to} are missing`}`;
}

/** All that the journal says of one machine. */
interface Told {
  inputs: MachineInput[];
  corrections: CorrectionRecord[];
}

async function collect(deps: VerifyDeps, machines: ReadonlySet<string>): Promise<Map<string, Told>> {
  const series = new Map([...deps.series, ...seriesOf(deps.registry)].map((one) => [one.id, one]));
  const channels = channelMap(deps.registry, series);
  const routes = new Map((await deps.journal.routes()).map((route) => [route.id, route]));
  const told = new Map([...machines].map((machine): [string, Told] => [machine, { inputs: [], corrections: [] }]));
  let after = 0;
  for (;;) {
    const batches = await deps.journal.batches(after, READ_BYTES);
    if (batches.length === 0) return told;
    for (const batch of batches) {
      after = batch.id;
      for (const event of readEvents(batch.eventBytes, batch.firstSeq, (id) => routes.get(id) as Route)) {
        if (event.seq > deps.cursorSeq) return told;
        if (event.kind === 'correction') told.get(event.machine ?? '')?.corrections.push(correctionOf(event));
        for (const { machine, input } of inputsOf(event, channels)) told.get(machine)?.inputs.push(input);
      }
    }
  }
}

function foldFromNothing(
  inputs: readonly MachineInput[],
  setting: MachineSetting,
): { state: string; layers: SettledLayers } {
  const layers: SettledLayers = { activity: [], service: [], sessions: [], energy: [] };
  const state = initialFold(setting.from);
  const emit = {
    activity: layers.activity.push.bind(layers.activity),
    service: layers.service.push.bind(layers.service),
    session: layers.sessions.push.bind(layers.sessions),
    energy: layers.energy.push.bind(layers.energy),
  };
  for (const input of inputs) if (input.at >= setting.from) applyInput(state, input, setting.rules, emit);
  return { state: JSON.stringify(state), layers };
}

async function compareMachine(
  deps: VerifyDeps,
  fold: StoredFold,
  setting: MachineSetting,
  { inputs, corrections }: Told,
): Promise<string[]> {
  const { machine } = fold;
  const { ledger } = deps;
  const { state, layers } = foldFromNothing(inputs.sort(compareInputs), setting);
  const stored: SettledLayers = {
    activity: await ledger.activity(machine, 0, FOREVER),
    service: await ledger.service(machine, 0, FOREVER),
    sessions: await ledger.foldedSessions(machine, 0, FOREVER),
    energy: await ledger.energy(machine, 0, FOREVER),
  };
  const opened = withOpenIntervals(stored, JSON.parse(fold.state) as FoldState);
  const effective = applyCorrections(layers.sessions, corrections, opened.activity).sessions;
  const inEffect = await ledger.sessions([machine], 0, FOREVER);
  const withoutEnergy = (list: SettledLayers['sessions']) => list.map((session) => ({ ...session, energyWh: null }));
  const energyOrder = (list: SettledLayers['energy']) =>
    list.toSorted((a, b) => a.hour - b.hour || (a.series < b.series ? -1 : 1));
  const differences = [
    ...difference(machine, 'state', [JSON.parse(state)], [JSON.parse(fold.state)]),
    ...difference(machine, 'activity', layers.activity, stored.activity),
    ...difference(machine, 'service', layers.service, stored.service),
    ...difference(machine, 'session', withoutEnergy(layers.sessions), withoutEnergy(stored.sessions)),
    ...difference(machine, 'corrected session', withoutEnergy(effective), withoutEnergy(inEffect)),
    ...difference(machine, 'energy', energyOrder(layers.energy), energyOrder(stored.energy)),
  ];
  const { rolledFrom, rolledUntil } = fold;
  const energy = deps.series.some((series) => series.machine === machine) ? stored.energy : null;
  const history = { machine, layers: opened, energy, sessions: inEffect };
  const rollups = rollupStays(setting.stays, history, rolledFrom, rolledUntil);
  differences.push(...difference(machine, 'rollup', rollups, await ledger.rollups([machine], 0, FOREVER)));
  const tiers = await tiersOf(ledger, machine, setting.stays, { start: rolledFrom, end: rolledUntil });
  return [...differences, ...(await compareTiers(ledger, machine, tiers))];
}

/** A machine of an older ledger whose tiers are not filled yet has none. */
async function compareTiers(ledger: LedgerReader, machine: string, tiers: Record<Tier, TierSum[]>): Promise<string[]> {
  const ordered = (sums: readonly TierSum[]) => sums.map((sum) => ({ ...sum, members: sum.members.toSorted() }));
  const stored = {
    day: await ledger.tiers(machine, 'day', 0, FOREVER),
    month: await ledger.tiers(machine, 'month', 0, FOREVER),
  };
  if (stored.day.length + stored.month.length === 0) return [];
  return TIERS.flatMap((tier) => difference(machine, `sum of a ${tier}`, ordered(tiers[tier]), ordered(stored[tier])));
}

function difference(
  machine: string,
  layer: string,
  recomputed: readonly unknown[],
  stored: readonly unknown[],
): string[] {
  const length = Math.max(recomputed.length, stored.length);
  for (let index = 0; index < length; index++) {
    if (isDeepStrictEqual(plain(recomputed[index]), plain(stored[index]))) continue;
    const shown = (value: unknown) => JSON.stringify(value ?? null).slice(0, 300);
    return [
      `${machine}: ${layer} ${index + 1} should be ${shown(recomputed[index])}, stored is ${shown(stored[index])}`,
    ];
  }
  return [];
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
