import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import type { PresentSession } from '../../domain/presence.ts';
import { unpackReadings } from '../../domain/reading-block.ts';
import type { RollupHour, Totals } from '../../domain/rollup.ts';
import { unpackDay } from './packed-day.ts';

/** One row as SQLite gives it. */
export type Row = Record<string, unknown>;
/** One row as a list, in the order of the columns asked for. */
export type Values = readonly unknown[];

/** Reads a row of `activity`. */
export function activityOf(row: Row): ActivityInterval {
  return {
    start: row.start_at as number,
    end: row.end_at as number,
    activity: row.activity as ActivityInterval['activity'],
    source: row.source as ActivityInterval['source'],
    bridgedMs: row.bridged as number,
    censored: row.censored === 1,
  };
}

/** Reads a row of `service`. */
export function serviceOf(row: Row): ServiceInterval {
  return {
    start: row.start_at as number,
    end: row.end_at as number | null,
    state: row.state as ServiceInterval['state'],
    source: row.source as ServiceInterval['source'],
  };
}

/** Reads a row of `session`; `machine` is the machine's id. */
export function sessionOf(row: Row, machine: string): Session {
  return {
    id: row.id as string,
    machine,
    start: row.start_at as number,
    end: row.end_at as number,
    startCause: row.start_cause as Session['startCause'],
    endCause: row.end_cause as Session['endCause'],
    confidence: row.confidence as Session['confidence'],
    runningMs: row.running as number,
    standbyMs: row.standby as number,
    unknownMs: row.unknown as number,
    energyWh: row.energy as number | null,
    member: row.member as string,
    audience: row.audience as string,
    people: row.people as number | null,
  };
}

/** What is read of a session by `visitOf`. */
export const VISIT_COLUMNS = 'start_at, end_at, end_cause, member, people';

/** Reads a row of `VISIT_COLUMNS`. */
export function visitOf(values: Values): PresentSession {
  const [start, end, endCause, member, people] = values;
  return { start, end, endCause, member, people } as PresentSession;
}

/** Reads a row of `energy`. */
export function energyOf(row: Row): EnergyHour {
  return {
    series: row.series as string,
    hour: row.hour as number,
    wh: row.wh as number,
    recoveredWh: row.recovered as number,
  };
}

/** The figures of a row of `rollup`, or of a tier: `ROLLUP_COLUMNS`, from the place `at` on. Written out: years of them are read at once. */
export function totalsOf(values: Values, at: number): Totals {
  return {
    offMs: values[at] as number,
    standbyMs: values[at + 1] as number,
    runningMs: values[at + 2] as number,
    unknownMs: values[at + 3] as number,
    bridgedMs: values[at + 4] as number,
    badgedMs: values[at + 5] as number,
    attributedMs: values[at + 6] as number,
    openMs: values[at + 7] as number | null,
    outsideMs: values[at + 8] as number | null,
    runningOpenMs: values[at + 9] as number | null,
    unknownOpenMs: values[at + 10] as number | null,
    heldOpenMs: values[at + 11] as number | null,
    faultMs: values[at + 12] as number,
    maintenanceMs: values[at + 13] as number,
    faultOpenMs: values[at + 14] as number | null,
    maintenanceOpenMs: values[at + 15] as number | null,
    sessions: values[at + 16] as number,
    doubtful: values[at + 17] as number,
    energyWh: values[at + 18] as number | null,
    recoveredWh: values[at + 19] as number | null,
    unknownMaintenanceOpenMs:
      (values[at + 20] as number | null) ??
      leastUnknownMaintenance(
        values[at + 7] as number | null,
        values[at + 10] as number | null,
        values[at + 15] as number | null,
      ),
  };
}

/**
 * What an earlier version did not count: how far time of which nothing was heard and maintenance meet in opening time. At
 * least as far as that is too short for both, and exactly so where one of them fills it or is not there.
 */
export function leastUnknownMaintenance(
  openMs: number | null,
  unknownMs: number | null,
  maintenanceMs: number | null,
): number | null {
  if (openMs === null || unknownMs === null || maintenanceMs === null) return null;
  return Math.max(0, unknownMs + maintenanceMs - openMs);
}

/** Reads `hour, lab` and the figures of a row of `rollup`; `machine` is the machine's id. */
export function rollupOf(values: Values, machine: string): RollupHour {
  const [hour, lab] = values as [number, string];
  return { machine, lab, hour, ...totalsOf(values, 2) };
}

/** Reads the readings of a row of `reading_block`, in order. */
export function readingsOfRow(row: Row): SeriesReading[] {
  const bytes = row.bytes as Uint8Array;
  return row.packed === 1 ? unpackDay(bytes) : unpackReadings(bytes);
}

const CHANNEL_NUMBER = /^\d+$/;

/** Reads a row of `series`. */
export function seriesOf(row: Row): Series {
  const channel = row.channel as string;
  return {
    id: row.id as string,
    connector: row.connector as string,
    channel: CHANNEL_NUMBER.test(channel) ? Number(channel) : (channel as Series['channel']),
    machine: row.machine as string,
    main: row.main === 1,
    holdMs: row.hold_ms as number | null,
  };
}

/** The columns of a session, in `session` as in `corrected_session`. */
export const SESSION_COLUMNS =
  'machine, start_at, id, end_at, start_cause, end_cause, confidence, running, standby, unknown, energy, member, audience, people';

/** A placeholder for each of them. */
export const SESSION_VALUES = SESSION_COLUMNS.replace(/\w+/g, '?');

/** The values of a session in the order of `SESSION_COLUMNS`; `machine` is the machine's number. */
export function sessionValues(machine: number, s: Session): (string | number | null)[] {
  const sums = [s.runningMs, s.standbyMs, s.unknownMs, s.energyWh];
  const whose = [s.member, s.audience, s.people];
  return [machine, s.start, s.id, s.end, s.startCause, s.endCause, s.confidence, ...sums, ...whose];
}
