import type { CorrectionRecord } from './correction-record.ts';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from './layers.ts';
import type { Watermarks } from './machine-fold.ts';
import type { MachineInput } from './machine-input.ts';
import type { Declaration, LedgerReader, Series, SeriesReading, StoredFold } from './ports.ts';
import type { RollupHour } from './rollup.ts';
import type { Tier, TierSum } from './tier.ts';

/** How far the projection has read the journal: the newest batch and the `seq` of its last event. */
export interface Cursor {
  batch: number;
  seq: number;
}

/** Layers of one machine that became settled, in order of their start. */
export interface SettledLayers {
  activity: ActivityInterval[];
  service: ServiceInterval[];
  sessions: Session[];
  energy: EnergyHour[];
}

/** A state of a machine's fold with all inputs before `at` and none after. `state` is JSON. */
export interface Checkpoint {
  at: number;
  state: string;
}

/** What corrections made of a machine's sessions: those that replace, and those of the fold that are replaced or dismissed. */
export interface CorrectedLayer {
  sessions: Session[];
  replaced: { id: string; start: number }[];
}

/** Rows and the bytes of their content. */
export interface RowBytes {
  count: number;
  bytes: number;
}

/** What retention does to the ledger. Changes are part of the transaction that the next commit ends. */
export interface LedgerRetention {
  /**
   * Packs the oldest day of one series whose blocks end before `before` and are not packed yet into one block, which is
   * read as before; null when there is none. The newest block of a series stays loose: it may be in use.
   */
  packReadings(before: number): Promise<{ blocks: number; readings: number; bytes: number; looseBytes: number } | null>;
  /** What `packReadings` would pack: readings, and the bytes that they take. */
  looseReadings(before: number): Promise<RowBytes>;
  /** The machines that have a fold, by id. */
  foldedMachines(): Promise<string[]>;
  /** Sessions of the machine that begin before this stay as they are: the badges that told them are gone. Null: there are none. */
  frozenUntil(machine: string): Promise<number | null>;
  putFrozenUntil(machine: string, until: number): Promise<void>;
  /** When the machine's first badge at or after `from` was read; null: there is none. */
  firstBadgeAt(machine: string, from: number): Promise<number | null>;
  /** Badge inputs of the machine before `before`. */
  badges(machine: string, before: number): Promise<RowBytes>;
  /** Puts an input that only tells that something was heard in the place of each badge before `before`. */
  forgetBadges(machine: string, before: number): Promise<RowBytes>;
  /** Checkpoints at or after `from`, in order. */
  checkpoints(machine: string, from: number): Promise<Checkpoint[]>;
  /** Checkpoints before `before` but for the newest of each stretch of `everyMs`. */
  oldCheckpoints(machine: string, before: number, everyMs: number): Promise<RowBytes>;
  thinCheckpoints(machine: string, before: number, everyMs: number): Promise<RowBytes>;
  /** Everything that was committed is on the disk, whatever happens to the power. */
  sync(): Promise<void>;
  /** Leaves nothing of what went in the files, as far as no reader is in the way. */
  wipe(): Promise<void>;
}

/**
 * The ledger as the projector writes it. Everything between two `commit`s is one transaction: after a crash all of it
 * is there or none. Reads see what was written before them. Every method rejects with a `StorageError`.
 */
export interface LedgerWriter extends LedgerReader, LedgerRetention {
  load(): Promise<{
    cursor: Cursor;
    folds: StoredFold[];
    series: Series[];
    online: { connector: string; online: boolean; at: number }[];
  }>;
  putSeries(series: Series): Promise<void>;
  /** Replaces the readings of one series in `[from, to)`. */
  replaceReadings(series: string, from: number, to: number, readings: readonly SeriesReading[]): Promise<void>;
  /** The readings of the newest block of a series, in order; empty when it has none. */
  newestBlock(series: string): Promise<SeriesReading[]>;
  /** Adds inputs that are no readings; one that is there already is left alone. */
  putInputs(machine: string, inputs: readonly MachineInput[]): Promise<void>;
  /** Inputs that are no readings, with `at` in `[from, to)`, in `compareInputs` order. */
  inputs(machine: string, from: number, to: number): Promise<MachineInput[]>;
  /** The instant of the first input (readings too) at or after `from`; null when there is none. */
  firstInputAt(machine: string, from: number): Promise<number | null>;
  /** Removes the layers that start in `[from, to)` of each watermark (`to` null: without end) and adds the given ones. */
  replaceLayers(machine: string, from: Watermarks | null, to: Watermarks | null, layers: SettledLayers): Promise<void>;
  putSessionEnergy(machine: string, id: string, energyWh: number): Promise<void>;
  /** Settled sessions of the fold that end at or before `until` and whose energy is not known yet. */
  sessionsWithoutEnergy(machine: string, until: number): Promise<Session[]>;
  putCorrection(machine: string, correction: CorrectionRecord): Promise<void>;
  putDeclaration(machine: string, declaration: Declaration): Promise<void>;
  /** All that corrections made of a machine's sessions. */
  corrected(machine: string): Promise<CorrectedLayer>;
  /** As `sessionsWithoutEnergy`, of the corrected layer. */
  correctedWithoutEnergy(machine: string, until: number): Promise<Session[]>;
  /** Removes and adds rows of the corrected layer; a session with the same start and id takes the place of the one there. */
  changeCorrected(machine: string, removed: CorrectedLayer, added: CorrectedLayer): Promise<void>;
  /** Replaces the rollups of one machine with `hour` in `[from, to)`. */
  replaceRollups(machine: string, from: number, to: number, rollups: readonly RollupHour[]): Promise<void>;
  /** Replaces the sums of one tier of one machine that begin in `[from, to)`. */
  replaceTiers(machine: string, tier: Tier, from: number, to: number, sums: readonly TierSum[]): Promise<void>;
  /** Whether the tiers of a machine follow its rollups: those of an older ledger are filled one after the other. */
  isTiered(machine: string): Promise<boolean>;
  /** From now on the tiers of a machine follow its rollups. */
  putTiered(machine: string): Promise<void>;
  putFold(fold: StoredFold): Promise<void>;
  putCheckpoint(machine: string, checkpoint: Checkpoint): Promise<void>;
  /** The newest checkpoint with `at` ≤ the given instant. */
  checkpointBefore(machine: string, at: number): Promise<Checkpoint | undefined>;
  checkpointAt(machine: string, at: number): Promise<Checkpoint | undefined>;
  /** Drops the checkpoints with `at` in `[from, to)`. */
  dropCheckpoints(machine: string, from: number, to: number): Promise<void>;
  /**
   * Within `work` the computed rows of a machine (layers, corrected layer, rollups, fold, checkpoints) are another set
   * beside those that everybody reads. What the machine was told is the same.
   */
  inRebuild<T>(machine: string, work: () => Promise<T>): Promise<T>;
  /** The other set takes the place of the computed rows that everybody reads, at once; those wait to be dropped. */
  takeRebuild(machine: string): Promise<void>;
  /** Drops about so many rows of the other set of a machine at most; true when none is left. */
  dropRebuild(machine: string, rowsMax: number): Promise<boolean>;
  /** The machines of which another set of rows is there. */
  rebuilds(): Promise<string[]>;
  putOnline(connector: string, online: boolean, at: number): Promise<void>;
  /** Makes everything since the last commit durable, together with the cursor. */
  commit(cursor: Cursor): Promise<void>;
  /** Forgets everything since the last commit. */
  rollback(): Promise<void>;
  close(): Promise<void>;
}

/** The layers whose changes are told. */
export const CHANGED_LAYERS = ['activity', 'session', 'rollup'] as const;

/** One layer of one machine was written or replaced in `[from, to)` (starts of intervals, hours of rollups; UTC ms). */
export interface LedgerChange {
  no: number;
  machine: string;
  layer: (typeof CHANGED_LAYERS)[number];
  from: number;
  to: number;
}

/** Where the feed of changes stands. `born` names the feed: another one has other numbers. */
export interface ChangeFeedState {
  born: string;
  /** The oldest and newest number that is kept; both 0 when nothing ever changed. */
  oldest: number;
  newest: number;
}

/** The ledger as the exporter reads it: with the feed of what changed, in the order of its commits. */
export interface LedgerChanges extends LedgerReader {
  feed(): Promise<ChangeFeedState>;
  /** Changes with `no` > `after`, ascending. */
  changes(after: number, limit: number): Promise<LedgerChange[]>;
  /** All machines that the ledger ever heard of. */
  machines(): Promise<string[]>;
}
