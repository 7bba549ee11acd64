/** What the page reads from `/api/v1`; instants are RFC 3339 texts. */

/** What a machine does, as far as it was observed. */
export type Activity = 'off' | 'standby' | 'running' | 'unknown';
/** Whether a machine may be used, as people declared it. */
export type Service = 'up' | 'fault' | 'maintenance' | 'absent';

/** An open session: never a person, only the audience. */
export interface OpenSession {
  id: string;
  start: string;
  audience: string | null;
}

/** One machine of `GET /api/v1/machines` and of the live stream. */
export interface Machine {
  id: string;
  lab: string;
  kind: string;
  name: string;
  activity: Activity;
  /** Since when it does what `activity` says; null when nothing was ever heard. */
  since: string | null;
  watts: number | null;
  wattsAt: string | null;
  session: OpenSession | null;
  service: Service;
  /** Null when the machine has no connector. */
  online: boolean | null;
  coverageToday: number | null;
  heardAt: string | null;
  /** Its power thresholds; without them power tells no activity. */
  thresholds: { standbyW: number; runningW: number; stopW: number } | null;
}

/** One lab of `GET /api/v1/labs`. */
export interface Lab {
  id: string;
  name: string;
  timezone: string;
}

/** The answer of `GET /api/v1/labs`. */
export interface Labs {
  network: { id: string; name: string };
  labs: Lab[];
}

/** The part of a row of `GET /api/v1/usage?by=machine` that the page shows. Time ahead of now is not counted. */
export interface UsageRow {
  group: { machine?: string };
  runningS: number | null;
  coverage: number | null;
}
