import type { SeriesPoint } from './series-points.ts';

/** What became of a body of points. */
export type SeriesAnswer =
  /** Every point is stored, but for those that are older than the store keeps them (`tooOld`). */
  | { kind: 'stored'; tooOld: number }
  /** Some point was refused; others may be stored. Alone it tells which one. */
  | { kind: 'bad-point'; reason: string }
  | { kind: 'too-large'; reason: string }
  /** Address, user, token or database are wrong: a person has to act. */
  | { kind: 'set-up-wrong'; reason: string }
  /** Not now. `retryAfterMs`: as the store asked for, null when it did not. */
  | { kind: 'later'; reason: string; retryAfterMs: number | null };

/** A store of series that other programs read. Writing the same point again changes nothing. */
export interface SeriesStore {
  /** Writes points in order. Never throws for what the store or the network does; resolves within a deadline. */
  write(points: readonly SeriesPoint[]): Promise<SeriesAnswer>;
  /** Gives connections back; requests under way end as `later`. */
  close(): void;
}

/** Where series are sent: what was sent is remembered for each. */
export interface SeriesTarget {
  url: string;
  database: string;
}

/** How far the export to one target has got. */
export interface ExportCursor {
  /** The newest batch of the journal that is stored. */
  batch: number;
  /** The newest change of the ledger that is stored, in the feed `born`. */
  change: number;
  born: string;
}

/**
 * The series of one machine in one lab as one kind: all tags that its points share. `filledTo`: its past is stored up
 * to here (`MAX_SAFE_INTEGER`: all of it). Activity is written at full hours from `gridFrom` on; before `gridTo` it was
 * settled when it was. Usage was written for hours from `usageFrom` to before `usageTo`. Null: none yet. `had`: optional
 * fields that were written once.
 */
export interface ExportedMachine {
  no: number;
  machine: string;
  lab: string;
  kind: string;
  filledTo: number;
  gridFrom: number | null;
  gridTo: number | null;
  usageFrom: number | null;
  usageTo: number | null;
  had: readonly string[];
}

/** What tells one exported session from another of the same machine. */
export interface SessionIdentity {
  at: number;
  audience: string;
  endCause: string;
}

/** What is about to be sent of one exported machine: `gridTo` is set, the other ranges widen, the rest is added. */
export interface ExportNote extends Partial<Pick<ExportedMachine, 'gridFrom' | 'gridTo' | 'usageFrom' | 'usageTo'>> {
  no: number;
  /** Instants of activity other than full hours. */
  activityAt?: readonly number[];
  sessions?: readonly SessionIdentity[];
  had?: readonly string[];
}

/** Counts since the beginning. */
export interface ExportCounts {
  refused: number;
  tooOld: number;
}

/**
 * What an exporter remembers on disk: its cursors, and which points it may have written, so that it can take back what
 * is no longer true without being able to delete. Every method throws a `StorageError`.
 */
export interface ExportMemory {
  cursor(): ExportCursor | undefined;
  putCursor(cursor: ExportCursor): void;
  machines(): ExportedMachine[];
  /** Everything that was exported of one machine, under whatever tags. */
  machinesOf(machine: string): ExportedMachine[];
  /** The exported machine of these tags, made when there is none (with nothing filled). */
  machine(machine: string, lab: string, kind: string): ExportedMachine;
  putFilled(no: number, filledTo: number): void;
  /** Instants in `[from, to)` at which activity was written besides the full hours, ascending. */
  activityAt(no: number, from: number, to: number): number[];
  sessionsAt(no: number, from: number, to: number): SessionIdentity[];
  /** The first instant of any remembered point; null when there is none. */
  firstAt(no: number): number | null;
  /** Remembers points before they are sent: all or nothing. */
  remember(notes: readonly ExportNote[]): void;
  /** Keeps a refused point with the reason; only the newest are kept, all are counted. */
  putRefused(point: SeriesPoint, reason: string): void;
  addTooOld(n: number): void;
  counts(): ExportCounts;
  /** How far a back-fill of `[from, to)` has got; 0: not begun. */
  backfill(from: number, to: number): number;
  putBackfill(from: number, to: number, batch: number): void;
  close(): void;
}
