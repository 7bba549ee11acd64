/**
 * Totals of one machine in one clock hour of its lab (`hour`: UTC ms of its beginning), in milliseconds unless the
 * name says otherwise. Written only when every layer is settled past the hour's end. `openMs`, `outsideMs`: null when
 * the lab declares no opening hours.
 */
export interface RollupHour {
  machine: string;
  lab: string;
  hour: number;
  offMs: number;
  standbyMs: number;
  runningMs: number;
  unknownMs: number;
  bridgedMs: number;
  badgedMs: number;
  attributedMs: number;
  openMs: number | null;
  /** Running outside opening hours. */
  outsideMs: number | null;
  runningOpenMs: number | null;
  unknownOpenMs: number | null;
  heldOpenMs: number | null;
  faultMs: number;
  maintenanceMs: number;
  faultOpenMs: number | null;
  maintenanceOpenMs: number | null;
  sessions: number;
  doubtful: number;
  energyWh: number | null;
  recoveredWh: number | null;
}
