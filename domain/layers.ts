/** What a machine does, as far as it was observed. `unknown` is neither idle nor zero. */
export type Activity = 'off' | 'standby' | 'running' | 'unknown';

/** One stretch of the activity layer, `[start, end)` in UTC ms. The intervals of a machine leave no hole and never overlap. */
export interface ActivityInterval {
  start: number;
  end: number;
  activity: Activity;
  /** What decided: power readings, the machine's own report, or nothing (`unknown`). */
  source: 'power' | 'state' | 'none';
  /** Part of a `running` interval that was a short hole and counted as running. */
  bridgedMs: number;
  /** A run that ended because nothing was heard any more. */
  censored: boolean;
}

/** How a session began: by a badge, or by the run that was under way when its member badged in. */
export type StartCause = 'badge' | 'run';

/** How a session ended; `open` while it has not. */
export type EndCause =
  | 'badge-out'
  | 'handover'
  | 'idle'
  | 'presumed'
  | 'max'
  | 'service'
  | 'censored'
  | 'open'
  | 'corrected';

/** How sure the end of a session is. */
export type Confidence = 'certain' | 'inferred' | 'doubtful';

/** One member's (or one class's) use of one machine, `[start, end)` in UTC ms; `end` is null while it is open. */
export interface Session {
  /** Stable: `<machine>~<start in base 36>`, the same after any recomputation that leaves the start where it is. */
  id: string;
  machine: string;
  start: number;
  end: number | null;
  startCause: StartCause;
  endCause: EndCause;
  confidence: Confidence;
  runningMs: number;
  standbyMs: number;
  unknownMs: number;
  /** Null until it is known, or when no channel of the machine measures energy. */
  energyWh: number | null;
  /** Member token (a pseudonym of the reporting year). */
  member: string;
  audience: string;
  /** How many people were declared, when it is the session of a class; null: one member's. */
  people: number | null;
}

/** Energy of one series (a connector's channel) in one hour that begins at `hour` (UTC ms, on the hour). */
export interface EnergyHour {
  series: string;
  hour: number;
  wh: number;
  /** Caught up over a hole longer than `bridgeMs`: kept in totals, never in hourly profiles; not contained in `wh`. */
  recoveredWh: number;
}

/** Service state of a machine, `[start, end)` in UTC ms; the last one has no end. */
export type Service = 'up' | 'fault' | 'maintenance' | 'absent';

/** One stretch of the service layer. */
export interface ServiceInterval {
  start: number;
  end: number | null;
  state: Service;
  /** `machine` when the machine itself reported it. */
  source: 'declared' | 'machine';
}

/** What the live floor shows of one machine. */
export interface MachineView {
  machine: string;
  activity: Activity;
  /** Since when (UTC ms); null when nothing was ever heard. */
  since: number | null;
  watts: number | null;
  wattsAt: number | null;
  session: { id: string; start: number; audience: string; people: number | null } | null;
  service: Service;
  /** Whether the connector of its main channel is there; null when it has none. */
  online: boolean | null;
  /** The last sign of life of any of its channels (UTC ms). */
  heardAt: number | null;
}
