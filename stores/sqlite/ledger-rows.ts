import { zstdDecompressSync } from 'node:zlib';
import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from '../../domain/layers.ts';
import type { Series, SeriesReading } from '../../domain/ports.ts';
import { unpackReadings } from '../../domain/reading-block.ts';
import type { RollupHour } from '../../domain/rollup.ts';
import { ROLLUP_COLUMNS } from './ledger-schema.ts';

/** One row as SQLite gives it. */
export type Row = Record<string, unknown>;

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
  };
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

/** Reads a row of `rollup`; `machine` is the machine's id. */
export function rollupOf(row: Row, machine: string): RollupHour {
  const rollup: Record<string, unknown> = { machine, lab: row.lab, hour: row.hour };
  for (const name of ROLLUP_COLUMNS) rollup[name] = row[name];
  return rollup as unknown as RollupHour;
}

/** Reads the readings of a row of `reading_block`, in order. */
export function readingsOfRow(row: Row): SeriesReading[] {
  const bytes = row.bytes as Uint8Array;
  return unpackReadings(row.packed === 1 ? zstdDecompressSync(bytes) : bytes);
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
  'machine, start_at, id, end_at, start_cause, end_cause, confidence, running, standby, unknown, energy, member, audience';

/** The values of a session in the order of `SESSION_COLUMNS`; `machine` is the machine's number. */
export function sessionValues(machine: number, s: Session): (string | number | null)[] {
  const sums = [s.runningMs, s.standbyMs, s.unknownMs, s.energyWh];
  return [machine, s.start, s.id, s.end, s.startCause, s.endCause, s.confidence, ...sums, s.member, s.audience];
}
