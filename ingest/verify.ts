import { isDeepStrictEqual } from 'node:util';
import { applyCorrections } from '../domain/correction.ts';
import type { CorrectionRecord } from '../domain/correction-record.ts';
import type { FoldState } from '../domain/fold-state.ts';
import type { ActivityInterval, Session } from '../domain/layers.ts';
import type { LedgerReader, Series, StoredFold } from '../domain/ports.ts';
import type { JournalStore, PrunedStretch } from '../domain/ports-journal.ts';
import type { LedgerRetention, SettledLayers } from '../domain/ports-ledger.ts';
import type { Registry } from '../domain/registry.ts';
import { lengthsWithin } from '../domain/session-lengths.ts';
import { TIERS, type Tier, type TierSum } from '../domain/tier.ts';
import { formatInstant } from '../domain/time.ts';
import type { InputReader } from './fold-inputs.ts';
import { activityAhead } from './frozen-sessions.ts';
import { channelMap } from './machine-inputs.ts';
import { rollupStays, withOpenIntervals } from './roll-up.ts';
import { type MachineSetting, machineSettings, seriesOf } from './rules.ts';
import { tiersOf } from './tier-up.ts';
import { foldStored, foldTold, type Recomputed, sourceOf, type Told, toldByJournal } from './verify-inputs.ts';

/** Inputs held in memory at once; more are verified machine group by machine group. */
const INPUTS_MAX = 3_000_000;
const READ_BYTES = 8_000_000;
const FOREVER = Number.MAX_SAFE_INTEGER;

/** What was recomputed and what differs, in sentences. No difference: the ledger says what the journal says. */
export interface Verification {
  events: number;
  machines: number;
  differences: string[];
  /** What cannot be recomputed any more, in sentences. */
  limits: string[];
}

/** What is compared. */
export interface VerifyDeps {
  journal: JournalStore;
  ledger: LedgerReader & InputReader & Pick<LedgerRetention, 'frozenUntil'>;
  registry: Registry;
  folds: readonly StoredFold[];
  series: readonly Series[];
  cursorSeq: number;
  progress(done: number, of: number): void;
}

/**
 * Recomputes every machine up to the ledger's cursor and compares layers and rollups: from the events of the journal, or,
 * when it has let go of some, from the inputs that the ledger keeps, among which all that the journal still has must be.
 */
export async function verify(deps: VerifyDeps): Promise<Verification> {
  const settings = machineSettings(deps.registry);
  const folds = deps.folds.filter((fold) => settings.get(fold.machine)?.digest === fold.rules);
  const differences = deps.folds
    .filter((fold) => settings.has(fold.machine) && !folds.includes(fold))
    .map((fold) => `${fold.machine}: was computed with earlier rules; start Fabmeter once, it computes the past again`);
  const pruned = await deps.journal.pruned();
  const { events, machinesAtOnce } = await survey(deps, pruned, differences);
  const series = new Map([...deps.series, ...seriesOf(deps.registry)].map((one) => [one.id, one]));
  const channels = channelMap(deps.registry, series);
  const frozen: number[] = [];
  for (let at = 0; at < folds.length; at += machinesAtOnce) {
    const group = folds.slice(at, at + machinesAtOnce);
    const machines = new Set(group.map((fold) => fold.machine));
    const told = await toldByJournal(deps.journal, machines, channels, deps.cursorSeq);
    for (const [index, fold] of group.entries()) {
      const setting = settings.get(fold.machine) as MachineSetting;
      const { inputs, corrections } = told.get(fold.machine) as Told;
      const frozenUntil = (await deps.ledger.frozenUntil(fold.machine)) ?? Number.MIN_SAFE_INTEGER;
      if (frozenUntil > Number.MIN_SAFE_INTEGER) frozen.push(frozenUntil);
      const source = sourceOf(fold.machine, series.values(), channels);
      const isWhole = pruned.length === 0;
      const recomputed = isWhole
        ? foldTold(inputs, setting, frozenUntil)
        : await foldStored(deps.ledger, source, setting, { inputs, frozenUntil });
      const stored = await deps.ledger.corrections(fold.machine);
      const records = isWhole ? corrections : stored;
      const lacking = corrections.filter(({ seq }) => !stored.some((record) => record.seq === seq));
      differences.push(
        ...recomputed.missing,
        ...lacking.map(({ id }) => `${fold.machine}: the ledger lacks the correction ${id}`),
      );
      differences.push(...(await compareMachine(deps, fold, setting, { ...recomputed, records, frozenUntil })));
      deps.progress(at + index + 1, folds.length);
    }
  }
  return { events, machines: folds.length, differences, limits: limitsOf(pruned, frozen) };
}

function limitsOf(pruned: readonly PrunedStretch[], frozen: readonly number[]): string[] {
  const gone = pruned.reduce((sum, { firstSeq, nextSeq }) => sum + nextSeq - firstSeq, 0);
  const limits: string[] = [];
  if (gone > 0)
    limits.push(`${gone} events are no longer in the journal: recomputed from the inputs that the ledger keeps`);
  if (frozen.length > 0) {
    const since = formatInstant(Math.max(...frozen));
    limits.push(
      `sessions before ${since} (of ${frozen.length} machines) stay as they were: their badge events are gone`,
    );
  }
  return limits;
}

async function survey(
  deps: VerifyDeps,
  pruned: readonly PrunedStretch[],
  differences: string[],
): Promise<{ events: number; machinesAtOnce: number }> {
  let events = 0;
  let after = 0;
  let nextSeq = 1;
  const reach = (seq: number) => {
    const stretch = pruned.find((one) => one.firstSeq <= nextSeq && one.nextSeq > nextSeq);
    if (stretch) nextSeq = Math.min(stretch.nextSeq, seq);
    if (seq !== nextSeq) differences.push(gapSentence(nextSeq, seq - 1));
  };
  for (;;) {
    const batches = await deps.journal.batches(after, READ_BYTES);
    for (const batch of batches) {
      reach(batch.firstSeq);
      nextSeq = batch.firstSeq + batch.events;
      events += batch.events;
      after = batch.id;
    }
    if (batches.length === 0) break;
  }
  const goneTo = Math.max(nextSeq, ...pruned.map((one) => one.nextSeq));
  if (deps.cursorSeq >= goneTo) differences.push(gapSentence(goneTo, deps.cursorSeq));
  const groups = Math.max(1, Math.ceil(events / INPUTS_MAX));
  return { events, machinesAtOnce: Math.max(1, Math.ceil(deps.folds.length / groups)) };
}

function gapSentence(from: number, to: number): string {
  return `journal: ${from > to ? `event ${to + 1} is there twice` : `events ${from} to ${to} are missing`}`;
}

async function compareMachine(
  deps: VerifyDeps,
  fold: StoredFold,
  setting: MachineSetting,
  { state, layers, records, frozenUntil }: Recomputed & { records: CorrectionRecord[]; frozenUntil: number },
): Promise<string[]> {
  const { machine } = fold;
  const { ledger } = deps;
  const stored: SettledLayers = {
    activity: await ledger.activity(machine, 0, FOREVER),
    service: await ledger.service(machine, 0, FOREVER),
    sessions: await ledger.foldedSessions(machine, 0, FOREVER),
    energy: await ledger.energy(machine, 0, FOREVER),
  };
  const opened = withOpenIntervals(stored, JSON.parse(fold.state) as FoldState);
  const activity = [
    ...stored.activity,
    ...activityAhead(JSON.parse(fold.state) as FoldState, setting.rules, frozenUntil),
  ];
  const sessions = [
    ...stored.sessions.filter(({ start }) => start < frozenUntil).map((one) => withLengths(one, activity)),
    ...layers.sessions,
  ];
  const effective = applyCorrections(sessions, records, opened.activity).sessions;
  const inEffect = await ledger.sessions([machine], 0, FOREVER);
  const withoutEnergy = (list: SettledLayers['sessions']) => list.map((session) => ({ ...session, energyWh: null }));
  const energyOrder = (list: SettledLayers['energy']) =>
    list.toSorted((a, b) => a.hour - b.hour || (a.series < b.series ? -1 : 1));
  const differences = [
    ...difference(machine, 'state', [JSON.parse(state)], [JSON.parse(fold.state)]),
    ...difference(machine, 'activity', layers.activity, stored.activity),
    ...difference(machine, 'service', layers.service, stored.service),
    ...difference(machine, 'session', withoutEnergy(sessions), withoutEnergy(stored.sessions)),
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
  const ordered = (sums: readonly TierSum[]) => sums.map((sum) => ({ ...sum, members: [...sum.members].toSorted() }));
  const stored = {
    day: await ledger.tiers(machine, 'day', 0, FOREVER),
    month: await ledger.tiers(machine, 'month', 0, FOREVER),
  };
  if (stored.day.length + stored.month.length === 0) return [];
  return TIERS.flatMap((tier) => difference(machine, `sum of a ${tier}`, ordered(tiers[tier]), ordered(stored[tier])));
}

/** A frozen session with what follows from the activity layer. */
function withLengths(session: Session, activity: readonly ActivityInterval[]): Session {
  return session.end === null ? session : { ...session, ...lengthsWithin(activity, session.start, session.end) };
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
