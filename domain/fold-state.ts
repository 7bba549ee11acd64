import type {
  Activity,
  ActivityInterval,
  EnergyHour,
  Service,
  ServiceInterval,
  Session,
  StartCause,
} from './layers.ts';
import type { MachineInput, MachineRules } from './machine-input.ts';

/** Stands for "no end" where an instant is kept: JSON has no Infinity. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

/** Energy of one series in one bucket (an hour, or a window) that begins at `start`. */
export interface EnergyBucket {
  start: number;
  wh: number;
  recoveredWh: number;
  /** The readings' integral that waits for the next counter reading to be scaled by it. */
  waitingWh: number;
}

/** What is remembered of one series: a connector's channel. The `next…` fields hold back the newest millisecond. */
export interface SeriesState {
  id: string;
  main: boolean;
  isHeldBack: boolean;
  nextMain: boolean;
  nextW: number | null;
  nextWh: number | null;
  nextHoldMs: number;
  /** Power that holds now; null: not known. */
  w: number | null;
  /** When `w` was read, or the last one was. */
  wAt: number | null;
  /** How long `w` holds. */
  wUntil: number;
  /** How long any reading of the series holds: after it there is a hole. */
  coveredUntil: number;
  /** The integral is taken up to here. */
  accruedUntil: number;
  /** Highest counter value since the last reset; null: never had a counter. */
  counterWh: number | null;
  counterAt: number;
  /** An operator set the counter back after its last reading. */
  isReset: boolean;
  /** The integral counts at once, because no counter reading is near; what the counter adds later is recovered. */
  isLoose: boolean;
  /** The readings' integral since the last counter reading. */
  integralWh: number;
  /** Counted by integral over what the counter then told: the next rises pay it back. */
  debtWh: number;
  buckets: EnergyBucket[];
}

/** A stretch whose place in the layer is not decided yet. */
export interface WaitingPiece {
  at: number;
  activity: 'off' | 'standby';
}

/**
 * The hysteresis of power. `candidate`, `dip` and `hole` wait for what comes next, from `since` on; the others are
 * settled and have `since` 0.
 */
export interface PowerState {
  mode: Activity | 'candidate' | 'dip' | 'hole';
  since: number;
  pieces: WaitingPiece[];
}

/** What the machine reported of itself, as far as the activity layer is not settled past it. */
export interface ReportedSpan {
  start: number;
  end: number;
  activity: Activity;
}

/** The interval of the activity layer that still grows; `since`: the same activity from any source. */
export interface OpenActivity {
  start: number;
  end: number;
  activity: Activity;
  source: ActivityInterval['source'];
  bridgedMs: number;
  since: number;
}

/** A badge as it waits for the activity layer. */
export type BadgeInput = MachineInput & { kind: 'badge' };
/** A change of the service layer as it waits for the activity layer. */
export type ServiceInput = MachineInput & { kind: 'service' };

/** The session that is open. Sums run to the settled end of the activity layer. */
export interface OpenSession {
  start: number;
  startCause: StartCause;
  member: string;
  /** The badge's token: it stays the same when the member's changes with the year. */
  badge: string;
  audience: string;
  /** No later than this it ends. */
  deadline: number;
  runningMs: number;
  standbyMs: number;
  unknownMs: number;
  /** Known and not running since the last run, or since the session began. */
  idleMs: number;
  lastRunEnd: number | null;
  standbyMsAtRunEnd: number;
  unknownMsAtRunEnd: number;
  /** The hole that is under way. */
  holeMs: number;
  hasLongHole: boolean;
  /** The head-count of the class that it belongs to; null: no class. */
  people: number | null;
}

/** A class between its badges. Every machine of the lab knows of it, whether or not it holds that machine (any more). */
export interface ClassUnderWay {
  member: string;
  /** The badge's token. */
  badge: string;
  /** No later than this it is over, on all machines at once. */
  deadline: number;
}

/** What sessions remember, up to the settled end of the activity layer. */
export interface SessionState {
  waiting: (BadgeInput | ServiceInput)[];
  /** Last read of each badge on each reader, as long as a repeat is possible. */
  reads: { reader: string; token: string; at: number }[];
  service: Service;
  previousEnd: number;
  runStart: number | null;
  open: OpenSession | null;
  /** In the order in which they began. */
  classes: ClassUnderWay[];
}

/** The service layer as of the newest settled millisecond. */
export interface ServiceState {
  declared: Service;
  isMachineFault: boolean;
  start: number;
  state: Service;
  source: ServiceInterval['source'];
}

/** Everything the fold of one machine remembers: plain JSON in a fixed order of keys; `JSON.stringify` is canonical. */
export interface FoldState {
  /** The machine's beginning, UTC ms. */
  from: number;
  /** The newest instant with an input; inputs of this very millisecond are held back. */
  at: number;
  /** Held back, in order, without readings (those are in their series). */
  heldBack: MachineInput[];
  online: boolean | null;
  heardAt: number | null;
  /** The activity layer is settled up to here. */
  settled: number;
  power: PowerState;
  reported: ReportedSpan[];
  open: OpenActivity;
  session: SessionState;
  service: ServiceState;
  /** Hours before this one have been emitted. */
  energyHour: number;
  series: SeriesState[];
}

/** Where the fold hands over what can no longer change. */
export interface FoldEmit {
  activity(interval: ActivityInterval): void;
  service(interval: ServiceInterval): void;
  session(session: Session): void;
  energy(hour: EnergyHour): void;
}

/** What a badge did. */
export type BadgeOutcome = 'opened' | 'closed' | 'handover' | 'held' | 'nothing' | 'repeat' | 'unknown' | 'down';

/** One application of the fold: the state and all it needs. */
export interface Folding {
  state: FoldState;
  rules: MachineRules;
  emit: FoldEmit;
  /** Null: energy goes into hours; else into this window, what comes before it and what comes after. */
  window: { from: number; to: number } | null;
  /** Told what each badge did; null when nobody asks. */
  onBadge: ((badge: BadgeInput, outcome: BadgeOutcome) => void) | null;
}

/** A copy that shares nothing that the fold changes. */
export function cloneFold(state: FoldState): FoldState {
  const { session } = state;
  return {
    ...state,
    heldBack: state.heldBack.slice(),
    power: { ...state.power, pieces: state.power.pieces.slice() },
    reported: state.reported.map((span) => ({ ...span })),
    open: { ...state.open },
    session: {
      ...session,
      waiting: session.waiting.slice(),
      reads: session.reads.map((read) => ({ ...read })),
      open: session.open && { ...session.open },
      classes: session.classes.slice(),
    },
    service: { ...state.service },
    series: state.series.map((series) => ({ ...series, buckets: series.buckets.map((bucket) => ({ ...bucket })) })),
  };
}
