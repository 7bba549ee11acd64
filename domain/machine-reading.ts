import { withPendingCorrections } from './correction-neighbourhood.ts';
import type { FoldState } from './fold-state.ts';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from './layers.ts';
import { type FoldRest, finishFold } from './machine-fold.ts';
import type { MachineRules } from './machine-input.ts';
import { openingIntervals } from './opening.ts';
import type { JournalReader, LedgerReader, StoredFold } from './ports.ts';
import type { PresentSession } from './presence.ts';
import type { Registry } from './registry.ts';
import type { MachineHistory } from './rollup.ts';
import type { Stay } from './stay.ts';
import { HOUR_MS } from './time.ts';

/** What queries read from. `registry` gives the newest document, `clock` UTC ms. */
export interface QueryDeps {
  ledger: LedgerReader;
  journal: JournalReader;
  registry(): Registry;
  /** The rules that a stored fold was computed with (`StoredFold.rules`): the newest ones, but while the past is computed again. */
  rules(machine: string, digest: string): MachineRules;
  /** Whether a stored fold was computed with rules that hold no more. */
  isEarlier(machine: string, digest: string): boolean;
  clock(): number;
  /** Awaited now and then between machines, so that whoever asks for little need not wait for a report. */
  breathe?(): Promise<void>;
}

const NOTHING: FoldRest = { activity: [], service: [], sessions: [], energy: [] };

/** What is known of one machine at one moment: settled rows of the ledger, and the rest that its fold still holds. */
export class MachineReading {
  readonly machine: string;
  readonly now: number;
  readonly #ledger: LedgerReader;
  readonly #fold: StoredFold | undefined;
  readonly #finish: () => FoldRest;
  #known: FoldRest | null = null;

  /** `finish` gives the rest of the fold; it is not called for what is settled. */
  constructor(
    machine: string,
    now: number,
    ledger: LedgerReader,
    fold: StoredFold | undefined,
    finish: () => FoldRest,
  ) {
    this.machine = machine;
    this.now = now;
    this.#ledger = ledger;
    this.#fold = fold;
    this.#finish = finish;
  }

  get #rest(): FoldRest {
    this.#known ??= this.#finish();
    return this.#known;
  }

  /** No hour that begins before this instant has a rollup. */
  get rolledFrom(): number {
    return this.#fold?.rolledFrom ?? Number.POSITIVE_INFINITY;
  }

  /** Hours between `rolledFrom` and this instant have their rollups. */
  get rolledUntil(): number {
    return this.#fold?.rolledUntil ?? Number.NEGATIVE_INFINITY;
  }

  /** Activity that overlaps the range, settled or not. */
  async activity(from: number, to: number): Promise<ActivityInterval[]> {
    const { activity } = this.#rest;
    return beginsBy(activity, from)
      ? [...activity]
      : continued(await this.#ledger.activity(this.machine, from, to), activity);
  }

  /** Sessions in effect that overlap the range, the open one too, by start. */
  async sessions(from: number, to: number): Promise<Session[]> {
    const settled = await this.#ledger.sessions([this.machine], from, to);
    const sessions = withRestSessions(settled, this.#rest.sessions, from, to);
    const ended = this.#rest.sessions.find(({ end }) => end !== null);
    if (!ended) return sessions;
    const records = await this.#ledger.corrections(this.machine);
    return withPendingCorrections(sessions, records, ended.start, this, { from, to });
  }

  /** As `sessions`, only who was there and when. */
  async visits(from: number, to: number): Promise<PresentSession[]> {
    const { sessions } = this.#rest;
    if (sessions.some(({ end }) => end !== null)) return this.sessions(from, to);
    return [...(await this.#ledger.visits(this.machine, from, to)), ...sessions.filter(({ start }) => start < to)];
  }

  /** As `sessions`, those that are in rollups: they begin before `rolledUntil`. */
  settledSessions(from: number, to: number): Promise<Session[]> {
    return this.#ledger.sessions([this.machine], from, to);
  }

  /** As `sessions`, before any correction. */
  async foldedSessions(from: number, to: number): Promise<Session[]> {
    const settled = await this.#ledger.foldedSessions(this.machine, from, to);
    return withRestSessions(settled, this.#rest.sessions, from, to);
  }

  /** The newest doubtful sessions in effect that begin before an instant, by start, the newest first. */
  async doubtfulSessions(before: number, limit: number): Promise<Session[]> {
    const settled = await this.#ledger.doubtfulSessions(this.machine, before, limit);
    const restFrom = this.#rest.sessions[0]?.start ?? Number.MAX_SAFE_INTEGER;
    const newest = restFrom < before ? await this.sessions(restFrom, before) : [];
    const doubtful = newest.filter(({ start, confidence }) => start >= restFrom && confidence === 'doubtful');
    const older = settled.filter(({ start }) => start < restFrom);
    return [...doubtful.reverse(), ...older].filter(({ start }) => start < before).slice(0, limit);
  }

  /** Service that overlaps the range; the last interval may have no end. */
  async service(from: number, to: number): Promise<ServiceInterval[]> {
    const { service } = this.#rest;
    return beginsBy(service, from)
      ? [...service]
      : continued(await this.#ledger.service(this.machine, from, to), service);
  }

  /** Everything that overlaps the range, a part of the stay. */
  async history(stay: Stay, from: number, to: number): Promise<MachineHistory> {
    return {
      machine: this.machine,
      stay,
      layers: {
        activity: await this.activity(from, to),
        service: await this.service(from, to),
      },
      opening: openingIntervals(stay.lab, from, to),
      energy: await this.#energy(from, to),
      sessions: await this.sessions(from, to),
    };
  }

  async #energy(from: number, to: number): Promise<EnergyHour[] | null> {
    const settled = await this.#ledger.energy(this.machine, from - HOUR_MS, to);
    const isMeasured = settled.length + this.#rest.energy.length > 0;
    if (!isMeasured && (await this.#ledger.series(this.machine)).length === 0) return null;
    if (settled.length === 0 && this.#rest.energy.length < 2) return this.#rest.energy;
    const hours = new Map<string, EnergyHour>();
    for (const hour of [...settled, ...this.#rest.energy]) hours.set(`${hour.hour} ${hour.series}`, hour);
    return [...hours.values()].sort((a, b) => a.hour - b.hour);
  }
}

/** Reads one machine; in a snapshot of the ledger, all of it as it was at one moment. */
export async function readMachine<T>(
  deps: QueryDeps,
  machine: string,
  now: number,
  read: (reading: MachineReading) => Promise<T>,
): Promise<T> {
  await deps.breathe?.();
  const fold = await deps.ledger.fold(machine);
  const finish = () =>
    fold ? finishFold(JSON.parse(fold.state) as FoldState, now, deps.rules(machine, fold.rules)) : NOTHING;
  return read(new MachineReading(machine, now, deps.ledger, fold, finish));
}

/** Whether the rest of a layer begins at or before an instant: what is settled ends there. */
function beginsBy(rest: readonly { start: number }[], at: number): boolean {
  return rest[0] !== undefined && rest[0].start <= at;
}

/** A layer's settled rows, then its rest, which begins where they end. */
function continued<T extends { start: number; end: number | null }>(settled: readonly T[], rest: readonly T[]): T[] {
  const [first] = rest;
  if (!first) return [...settled];
  const kept = settled
    .filter(({ start }) => start < first.start)
    .map((row) => (row.end === null || row.end > first.start ? { ...row, end: first.start } : row));
  return [...kept, ...rest];
}

/** Settled sessions and those of a fold's rest that overlap the range, each once, by start. */
export function withRestSessions(
  settled: readonly Session[],
  rest: readonly Session[],
  from: number,
  to: number,
): Session[] {
  const overlapping = rest.filter(({ start, end }) => start < to && (end === null || end > from));
  const ids = new Set(overlapping.map(({ id }) => id));
  return [...settled.filter(({ id }) => !ids.has(id)), ...overlapping].sort((a, b) => a.start - b.start);
}
