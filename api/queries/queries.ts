import type { Calibration, SignatureEffect } from '../../domain/calibration.ts';
import type { CharterWeek } from '../../domain/charter.ts';
import type { CorrectionOutcome } from '../../domain/correction.ts';
import type { CorrectionRecord } from '../../domain/correction-record.ts';
import type { StoredEvent } from '../../domain/event.ts';
import type { Failure } from '../../domain/failure.ts';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { Signature } from '../../domain/machine-input.ts';
import type { Occupancy } from '../../domain/occupancy.ts';
import type { EventFilter, QuarantinedMessage } from '../../domain/ports.ts';
import type { Saturation } from '../../domain/saturation.ts';
import type { Stretch } from '../../domain/stretch.ts';
import type { Period } from '../../domain/time.ts';
import type { UptimeRow } from '../../domain/uptime.ts';
import type { UsageRow } from '../../domain/usage.ts';
import type { UsageForm } from '../usage-text.ts';
import type { WrittenAnswer } from '../written-answer.ts';

/** What a machine's newest readings say of its thresholds. */
export interface CalibrationAnswer {
  /** How far back readings were looked at. */
  days: number;
  calibration: Calibration;
  /** Under the thresholds that were asked for; null when none were, or nothing was read. */
  tried: SignatureEffect | null;
  /** Whether the past that is read is still that of earlier rules. */
  isRecomputing: boolean;
}

/** What rows of usage are grouped by. */
export const GROUPS = ['machine', 'lab', 'kind', 'audience', 'network'] as const;
/** One way to group usage. */
export type GroupBy = (typeof GROUPS)[number];

/** The buckets of usage. */
export const PERIODS = ['total', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const satisfies (
  | 'total'
  | Period
)[];
/** One bucket length of usage; `total` is the whole window. */
export type UsagePeriod = (typeof PERIODS)[number];

/** A range of time as the caller wrote it: instants, or dates that each lab reads in its own zone. */
export interface RangeText {
  from: string;
  to: string;
}

/** Machines by their ids; with `lab` only while they are in that lab. */
export interface ChosenMachines {
  machines: string[];
  lab?: string | undefined;
}

/** Usage of one group in one bucket; `from` and `to` are UTC ms, before being cut to the counted time. */
export interface UsageAnswerRow extends UsageRow {
  group: Record<string, string>;
  /** `Bucket.key`: which bucket it is, in the calendar of every lab. */
  key: number;
  from: number;
  to: number;
}

/** The answer to a usage query; `from` and `to` are UTC ms: the first instant and the last over all labs. */
export interface UsageAnswer {
  from: number;
  to: number;
  rows: UsageAnswerRow[];
}

/** What the usage of one machine in one bucket stands on; `from` and `to` are UTC ms, before being cut to the counted time. */
export interface UsageExplained {
  from: number;
  to: number;
  row: UsageRow;
  /** Null when it would be more than the limit. */
  detail: UsageDetail | null;
}

/** The stretches whose sums are a row, and what else is counted in it. */
export interface UsageDetail {
  stretches: Stretch[];
  /** Sessions of the stretches; those that begin in the window are counted. */
  sessions: { session: SessionEntry; isCounted: boolean; countedMs: number }[];
  /** `share`: the part of the hour's energy that belongs to the window. Null where the row's is. */
  energy: (EnergyHour & { share: number })[] | null;
  /** The instant from which on events decide what the first stretch is. */
  eventsFrom: number;
}

/** Uptime of one group in one bucket; `from` and `to` are UTC ms, before being cut to the counted time. */
export interface UptimeAnswerRow extends UptimeRow {
  group: Record<string, string>;
  from: number;
  to: number;
}

/** The answer to an uptime query; `from` and `to` are UTC ms: the first instant and the last over all labs. */
export interface UptimeAnswer {
  from: number;
  to: number;
  rows: UptimeAnswerRow[];
}

/** How many people were in a lab, in `[from, to)` (UTC ms) as far as it is counted: `windowMs` of it. */
export interface OccupancyAnswer {
  from: number;
  to: number;
  windowMs: number;
  /** The observed share of the time of all machines; null where there is none. */
  coverage: number | null;
  /** Distinct members of the sessions that begin in the window. */
  members: number;
  /** Why nobody seen does not mean that nobody was there: no badge reader, or nothing heard at all. */
  silence: 'not-measured' | 'not-observed' | null;
  /** Null when the lab declares no hours, or nothing of the window is counted. */
  people: Occupancy | null;
}

/** When the machines of one kind in one lab were all held. */
export interface SaturationAnswerRow {
  lab: string;
  machines: number;
  from: number;
  to: number;
  windowMs: number;
  /** Null when the lab declares no hours, or nothing of the window is counted. */
  saturation: Saturation | null;
}

/** The answer to a saturation query; `from` and `to` are UTC ms: the first instant and the last over all labs. */
export interface SaturationAnswer {
  from: number;
  to: number;
  rows: SaturationAnswerRow[];
}

/** A session with its lab. */
export interface SessionEntry extends Session {
  lab: string;
}

/** A page of sessions; `next` is the cursor of the following page. */
export interface SessionPage {
  sessions: SessionEntry[];
  next: string | null;
}

/** A correction and what became of it. */
export interface CorrectionEntry extends CorrectionRecord {
  outcome: CorrectionOutcome;
}

/**
 * A session before any correction (null when the events that made it are no more what they were), what is in effect of
 * it and of those it was joined with, and every correction of them by the order in which they were made.
 */
export interface SessionHistory {
  lab: string;
  folded: Session | null;
  sessions: Session[];
  corrections: CorrectionEntry[];
}

/** A stretch of the service layer with what was declared where it begins. */
export interface DeclaredInterval extends ServiceInterval {
  note: string | null;
  author: string | null;
}

/** Readings of one bucket: least, mean and greatest of the readings in it; null where nothing is known. */
export interface PowerPoint {
  t: number;
  minW: number | null;
  meanW: number | null;
  maxW: number | null;
  /** How many readings lie in the bucket; 0 where a reading before it still holds, and in holes. */
  n: number;
}

/** A machine's power, in buckets of `stepMs`. */
export interface PowerAnswer {
  channel: string | number | null;
  stepMs: number;
  points: PowerPoint[];
}

/**
 * Everything that is read from the ledger and the journal, as plain data, so that it can run in a thread of its own.
 *
 * Machines are ids of the registry; the caller has checked names and ranges.
 */
export interface Queries {
  usage(query: RangeText & ChosenMachines & { by: GroupBy; period: UsagePeriod }): Promise<UsageAnswer>;
  /**
   * One row of usage with what it stands on: of a machine (and an audience), in the bucket with the key `bucket`, or in the whole
   * range. Null when there is no such bucket.
   */
  explain(
    query: RangeText & {
      machine: string;
      /** Only while it is there; absent: wherever it is. */
      lab?: string | undefined;
      audience: string | null;
      period: UsagePeriod;
      bucket: number | null;
      stretchesMax: number;
    },
  ): Promise<UsageExplained | null>;
  uptime(
    query: RangeText & ChosenMachines & { by: Exclude<GroupBy, 'audience'>; period: UsagePeriod },
  ): Promise<UptimeAnswer>;
  /** The answer of `usage` in UTF-8, written where it was added up. */
  usageText(query: { query: Parameters<Queries['usage']>[0]; form: UsageForm }): Promise<WrittenAnswer>;
  /** The answer of `uptime` in UTF-8: a table in a dialect, or JSON (`dialect` null). */
  uptimeText(query: { query: Parameters<Queries['uptime']>[0]; dialect: string | null }): Promise<WrittenAnswer>;
  occupancy(query: RangeText & { lab: string }): Promise<OccupancyAnswer>;
  /** Machines of one kind. */
  saturation(query: RangeText & ChosenMachines): Promise<SaturationAnswer>;
  /** The ISO weeks of a lab that overlap the range and have begun. */
  charter(query: RangeText & { lab: string }): Promise<CharterWeek[]>;
  /** Sessions that begin in the range, by start, then machine. */
  sessions(
    query: RangeText &
      ChosenMachines & {
        confidence: Session['confidence'] | null;
        limit: number;
        after: string | null;
      },
  ): Promise<SessionPage>;
  /** Doubtful sessions that nobody has confirmed, corrected or dismissed, the newest first. */
  review(query: ChosenMachines & { limit: number; after: string | null }): Promise<SessionPage>;
  /** One session with all that was said of it; null when there never was such a session. */
  sessionHistory(query: { session: string }): Promise<SessionHistory | null>;
  /** Why a correction, were it made now, is refused; null when it fits. */
  checkCorrection(query: Omit<CorrectionRecord, 'seq' | 'id'>): Promise<Failure | null>;
  /** Intervals of the service layer that overlap the range. */
  service(query: RangeText & { machine: string }): Promise<DeclaredInterval[]>;
  /** A partition of the counted part of the range. */
  activity(query: RangeText & { machine: string }): Promise<ActivityInterval[]>;
  power(query: RangeText & { machine: string; points: number }): Promise<PowerAnswer>;
  /**
   * Thresholds proposed for a machine from its newest readings, or why there are none; what `tried` would make of the same
   * readings. Null when there is no such machine.
   */
  calibration(query: { machine: string; tried: Signature | null }): Promise<CalibrationAnswer | null>;
  /** Stored events in pages, in order of `seq`. */
  events(filter: EventFilter): AsyncIterable<StoredEvent[]>;
  quarantine(filter: { connector?: string; before?: number; limit: number }): Promise<QuarantinedMessage[]>;
  /** The observed share of today (in each lab's zone) until now; null where today has no counted time yet. */
  coverageToday(machines: string[]): Promise<Record<string, number | null>>;
}
