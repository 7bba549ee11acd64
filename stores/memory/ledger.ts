import { applyCorrections } from '../../domain/correction.ts';
import type { CorrectionRecord } from '../../domain/correction-record.ts';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { Declaration, LedgerReader, Series, SeriesReading, StoredFold } from '../../domain/ports.ts';
import type { PresentSession } from '../../domain/presence.ts';
import type { RollupHour, RollupSum } from '../../domain/rollup.ts';
import type { Tier, TierSum } from '../../domain/tier.ts';
import { addTotals, emptySum } from '../../domain/usage-sum.ts';

/** What a memory ledger holds of one machine. */
export interface MachineRows {
  activity: ActivityInterval[];
  service: ServiceInterval[];
  /** As the fold left them. */
  sessions: Session[];
  corrections: CorrectionRecord[];
  declarations: Declaration[];
  energy: EnergyHour[];
  rollups: RollupHour[];
  tiers: Record<Tier, TierSum[]>;
  series: Series[];
  readings: Map<string, SeriesReading[]>;
  fold: StoredFold | undefined;
}

/** A ledger in memory, for tests: rows are put into `of(machine)` by hand. */
export class MemoryLedger implements LedgerReader {
  readonly #machines = new Map<string, MachineRows>();

  /** The rows of a machine, to read and to change. */
  of(machine: string): MachineRows {
    const known = this.#machines.get(machine);
    if (known) return known;
    const rows: MachineRows = {
      activity: [],
      service: [],
      sessions: [],
      corrections: [],
      declarations: [],
      energy: [],
      rollups: [],
      tiers: { day: [], month: [] },
      series: [],
      readings: new Map(),
      fold: undefined,
    };
    this.#machines.set(machine, rows);
    return rows;
  }

  async cursor(): Promise<number> {
    return 0;
  }

  async fold(machine: string): Promise<StoredFold | undefined> {
    return this.of(machine).fold;
  }

  async activity(machine: string, from: number, to: number): Promise<ActivityInterval[]> {
    return overlap(this.of(machine).activity, from, to);
  }

  async service(machine: string, from: number, to: number): Promise<ServiceInterval[]> {
    return overlap(this.of(machine).service, from, to);
  }

  async sessions(machines: readonly string[], from: number, to: number): Promise<Session[]> {
    const all = machines.flatMap((machine) => overlap(this.#inEffect(machine), from, to));
    return all.sort((a, b) => a.start - b.start || (a.machine < b.machine ? -1 : 1));
  }

  async visits(machine: string, from: number, to: number): Promise<PresentSession[]> {
    const sessions = await this.sessions([machine], from, to);
    return sessions.map(({ start, end, endCause, member, people }) => ({ start, end, endCause, member, people }));
  }

  async foldedSessions(machine: string, from: number, to: number): Promise<Session[]> {
    return overlap(this.of(machine).sessions, from, to);
  }

  #inEffect(machine: string): Session[] {
    const { sessions, corrections, activity } = this.of(machine);
    return applyCorrections(sessions, corrections, activity).sessions;
  }

  async doubtfulSessions(machine: string, before: number, limit: number): Promise<Session[]> {
    const isDue = ({ start, confidence }: Session) => confidence === 'doubtful' && start < before;
    return this.#inEffect(machine).filter(isDue).reverse().slice(0, limit);
  }

  async corrections(machine: string): Promise<CorrectionRecord[]> {
    return this.of(machine).corrections;
  }

  async declarations(machine: string, from: number, to: number): Promise<Declaration[]> {
    return this.of(machine).declarations.filter(({ at }) => at >= from && at < to);
  }

  async energy(machine: string, from: number, to: number): Promise<EnergyHour[]> {
    return this.of(machine).energy.filter(({ hour }) => hour >= from && hour < to);
  }

  async rollups(machines: readonly string[], from: number, to: number): Promise<RollupHour[]> {
    return machines.flatMap((machine) => this.of(machine).rollups.filter(({ hour }) => hour >= from && hour < to));
  }

  async rollupSums(machine: string, edges: readonly number[]): Promise<RollupSum[]> {
    const { rollups } = this.of(machine);
    return edges.slice(1).map((to, index) => {
      const hours = rollups.filter(({ hour }) => hour >= (edges[index] as number) && hour < to);
      const sum = emptySum();
      for (const rollup of hours) addTotals(sum, rollup);
      const { windowMs: _, members: __, machines: ___, unmetered: ____, ...totals } = sum;
      return { ...totals, hours: hours.length };
    });
  }

  async tiers(machine: string, tier: Tier, from: number, to: number): Promise<TierSum[]> {
    return this.of(machine).tiers[tier].filter(({ start }) => start >= from && start < to);
  }

  /** Nothing is written while a test reads. */
  async snapshot<T>(read: (ledger: LedgerReader) => Promise<T>): Promise<T> {
    return read(this);
  }

  async series(machine: string): Promise<Series[]> {
    return this.of(machine).series;
  }

  async readings(series: string, from: number, to: number): Promise<SeriesReading[]> {
    const all = [...this.#machines.values()].flatMap(({ readings }) => readings.get(series) ?? []);
    return all.filter(({ at }) => at >= from && at < to);
  }
}

function overlap<T extends { start: number; end: number | null }>(rows: readonly T[], from: number, to: number): T[] {
  return rows
    .filter(({ start, end }) => start < to && (end ?? Number.POSITIVE_INFINITY) > from)
    .sort((a, b) => a.start - b.start);
}
