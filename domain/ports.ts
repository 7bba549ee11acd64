import type { CorrectionRecord } from './correction-record.ts';
import type { Channel, StoredEvent } from './event.ts';
import type { ActivityInterval, EnergyHour, Service, ServiceInterval, Session } from './layers.ts';
import type { PresentSession } from './presence.ts';
import type { RollupHour, RollupSum } from './rollup.ts';
import type { Tier, TierSum } from './tier.ts';

/** One reading of a series as it is kept: at one millisecond the largest `w` and the largest `wh`. NaN = not reported. */
export interface SeriesReading {
  at: number;
  w: number;
  wh: number;
}

/** A connector's channel that feeds a machine. `holdMs` null: it reports only on change and holds while online. */
export interface Series {
  id: string;
  connector: string;
  channel: Channel;
  machine: string;
  main: boolean;
  holdMs: number | null;
}

/** The fold of one machine as it was last stored: everything settled is in rows, `state` (JSON) holds the rest. */
export interface StoredFold {
  machine: string;
  /** JSON of a `FoldState`. */
  state: string;
  /** Hours that begin at or after `rolledFrom` and end at or before `rolledUntil` have their rollup rows (UTC ms); no others have. */
  rolledFrom: number;
  rolledUntil: number;
  /** The digest of the rules that it was computed with; text of whoever folds. */
  rules: string;
}

/** What a person declared of a machine's service: its state from `at` on (UTC ms). */
export interface Declaration {
  seq: number;
  at: number;
  state: Service;
  note: string | null;
  author: string | null;
}

/**
 * What queries read: settled layers, rollups, readings and the open state of each machine.
 *
 * All ranges are half-open UTC ms; intervals that overlap the range are returned whole, in order of their start.
 */
export interface LedgerReader {
  /** How far the projection had got: the `seq` of the last event in it, 0 when it is empty. */
  cursor(): Promise<number>;
  fold(machine: string): Promise<StoredFold | undefined>;
  activity(machine: string, from: number, to: number): Promise<ActivityInterval[]>;
  service(machine: string, from: number, to: number): Promise<ServiceInterval[]>;
  /**
   * Sessions in effect (after corrections) of the given machines that overlap the range, by start, then machine; closed
   * ones only (the open one is in the fold).
   */
  sessions(machines: readonly string[], from: number, to: number): Promise<Session[]>;
  /** As `sessions` of one machine, only who was there and when: those of a year are read several times faster. */
  visits(machine: string, from: number, to: number): Promise<PresentSession[]>;
  /** As `sessions` of one machine, before any correction. */
  foldedSessions(machine: string, from: number, to: number): Promise<Session[]>;
  /** Doubtful sessions in effect that begin before an instant, the newest first. */
  doubtfulSessions(machine: string, before: number, limit: number): Promise<Session[]>;
  /** All corrections of a machine's sessions, by `seq`. */
  corrections(machine: string): Promise<CorrectionRecord[]>;
  /** What was declared of a machine's service in `[from, to)`, by instant, then `seq`. */
  declarations(machine: string, from: number, to: number): Promise<Declaration[]>;
  energy(machine: string, from: number, to: number): Promise<EnergyHour[]>;
  rollups(machines: readonly string[], from: number, to: number): Promise<RollupHour[]>;
  /** Sums of the rollups with `hour` between each of the ascending edges and the next: one sum less than edges. */
  rollupSums(machine: string, edges: readonly number[]): Promise<RollupSum[]>;
  /** The sums of a tier that begin in `[from, to)`, in order; none for a machine whose tiers are not filled yet. */
  tiers(machine: string, tier: Tier, from: number, to: number): Promise<TierSum[]>;
  series(machine: string): Promise<Series[]>;
  /** Readings in order of time. */
  readings(series: string, from: number, to: number): Promise<SeriesReading[]>;
  /** Reads as everything was at one moment, whatever is written meanwhile; `read` must keep to the reader that it is given. */
  snapshot<T>(read: (ledger: LedgerReader) => Promise<T>): Promise<T>;
}

/** A message that could not be understood, as people may see it: badge-like text is already replaced. */
export interface QuarantinedMessage {
  id: number;
  connector: string;
  receivedAt: number;
  topic: string;
  payload: string;
  bytes: number;
  code: string;
  detail: string;
}

/** What auditors read from the journal. */
export interface JournalReader {
  /** Every stored event in order of `seq`, whose `at` lies in `[from, to)`; streamed in pages. */
  events(filter: EventFilter): AsyncIterable<StoredEvent[]>;
  quarantine(filter: { connector?: string; before?: number; limit: number }): Promise<QuarantinedMessage[]>;
}

/** Which events to read; absent: no limit on that side. `from` inclusive, `to` exclusive, UTC ms of `at`. */
export interface EventFilter {
  machine?: string;
  connector?: string;
  from?: number;
  to?: number;
}
