import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { HOUR_MS, localToInstant, nextPeriod, startOfPeriod, wallOf } from '../../domain/time.ts';

const FOLDER = path.join(import.meta.dirname, '../../../shared/data/power');
const REDUCED = 'videoprojector-19-days-deadband5W-heartbeat300s.csv';
const DAY_MS = 24 * HOUR_MS;

/** The recordings were made in Darmstadt; its clocks are those of Paris. */
export const ZONE = 'Europe/Paris';
/** Of the reduced series: the day that was recorded in full, too. */
export const PROJECTOR_DAY = '2012-02-08';

/** Whether the recordings are on this machine. */
export const hasRecordings = existsSync(path.join(FOLDER, 'reference-sessions.json'));

/** One reading, moved to a day of the believed window (UTC ms). */
export interface Reading {
  at: number;
  w: number;
}

/** What the reference says of one recording; times are wall times of the recorded day. */
interface Reference {
  file: string;
  kwh_gapcap60: number;
  covered_s: number;
  lo_w: number;
  hi_w: number;
  off_delay_s: number;
  sessions: { start: string; last_above_lo: string; seconds: number }[];
}

/** One day of one machine, in the order of its file. */
export interface Recording {
  machine: string;
  reference: Reference;
  readings: Reading[];
  /** The day on which it plays now (`2026-11-20`), and its first instant. */
  day: string;
  begin: number;
  /** Seconds from the day's first instant in the recording. */
  offsetS(wall: string): number;
}

/** The newest days before today, newest first, that have 24 hours and lie whole in the believed window. */
function plainDays(now: number): number[] {
  const today = startOfPeriod(now, 'day', ZONE);
  const days: number[] = [];
  for (let day = startOfPeriod(today - 1, 'day', ZONE); days.length < 30; day = startOfPeriod(day - 1, 'day', ZONE)) {
    if (nextPeriod(day, 'day', ZONE) - day === DAY_MS) days.push(day);
  }
  return days;
}

/** The date of an instant in the zone. */
export function dateOf(at: number): string {
  return new Date(wallOf(at, ZONE)).toISOString().slice(0, 10);
}

function text(file: string): string {
  const bytes = readFileSync(path.join(FOLDER, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** A row is `24/01/2012 00:00:04;175;22`: local time, W over 1 s, W over 8 s. */
function readingOfRow(row: string, day: number): Reading {
  const [time = '', w] = row.split(';');
  return { at: localToInstant(`${dateOf(day)}T${time.slice(11)}`, ZONE, day), w: Number(w) };
}

function readRecording(reference: Reference, day: number): Recording {
  const machine = reference.file.replace('.csv.gz', '');
  const rows = text(reference.file).split('\n').filter(Boolean);
  const readings = rows.map((row) => readingOfRow(row, day));
  const offsetS = (wall: string) => (localToInstant(`${dateOf(day)}${wall.slice(10)}`, ZONE, day) - day) / 1000;
  return { machine, reference, readings, day: dateOf(day), begin: day, offsetS };
}

/** The 19 days of the reduced series as they play now, day after day (clock changes left out), in order. */
export interface Reduced {
  readings: Reading[];
  days: Map<string, string>;
}

/** All recordings; `day` is when the full ones play: the day on which the reduced series has `PROJECTOR_DAY`. */
export function readRecordings(now: number): { recordings: Recording[]; reduced: Reduced } {
  const rows = text(REDUCED).split('\n').slice(1).filter(Boolean);
  const dates = [...new Set(rows.map((row) => row.slice(0, 10)))];
  const days = plainDays(now).slice(0, dates.length).reverse();
  const dayOf = new Map(dates.map((date, index) => [date, days[index] as number]));
  const readings = rows.map((row): Reading => {
    const day = dayOf.get(row.slice(0, 10)) as number;
    const [wall = '', w] = row.split(',');
    return { at: localToInstant(`${dateOf(day)}${wall.slice(10)}`, ZONE, day), w: Number(w) };
  });
  const references = JSON.parse(text('reference-sessions.json')) as Reference[];
  const day = dayOf.get(PROJECTOR_DAY) as number;
  return {
    recordings: references.map((reference) => readRecording(reference, day)),
    reduced: { readings, days: new Map([...dayOf].map(([date, at]) => [date, dateOf(at)])) },
  };
}
