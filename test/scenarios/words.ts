import { formatInstant, instantOfWall, localToInstant, MINUTE_MS, wallOf } from '../../domain/time.ts';

/** A sentence of a story that says nothing the runner knows. */
export class StoryError extends Error {}

const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** How a time is written: `14:00`, `14:00:30`, `2026-03-11 06:00`, and `02:30 winter` in the hour that autumn repeats. */
export const TIME = String.raw`(?:\d{4}-\d\d-\d\d )?\d\d:\d\d(?::\d\d)?(?: (?:summer|winter))?`;
/** How a length is written: `39 min`, `1 h 20 min`, `-` is not known. */
export const LENGTH = String.raw`\d+(?:\.\d+)? (?:ms|s|min|h|d)(?: \d+(?:\.\d+)? (?:ms|s|min|h))*`;

/** Reads a length, in ms. */
export function readLength(text: string): number {
  if (!new RegExp(`^${LENGTH}$`).test(text)) throw new StoryError(`"${text}" is not a length such as 1 h 20 min`);
  const words = text.split(' ');
  let ms = 0;
  for (let at = 0; at < words.length; at += 2) ms += Number(words[at]) * (UNITS_MS[words[at + 1] ?? ''] ?? Number.NaN);
  return ms;
}

/** Writes a length as a story would. */
export function writeLength(ms: number): string {
  const [hours, minutes, rest] = [Math.floor(ms / 3_600_000), Math.floor(ms / MINUTE_MS) % 60, ms % MINUTE_MS];
  const parts = [hours && `${hours} h`, minutes && `${minutes} min`, rest && `${rest / 1000} s`].filter(Boolean);
  return parts.join(' ') || '0 min';
}

/** Reads the day of an `On` line; the weekday must be the date's. */
export function readDay(weekday: string, date: string): string {
  const found = DAYS[new Date(`${date}T00:00:00Z`).getUTCDay()];
  if (found === undefined) throw new StoryError(`there is no day ${date}`);
  if (weekday !== found) throw new StoryError(`${date} is a ${found}, not a ${weekday}`);
  return date;
}

/** Reads a time on `day` (a date) of a lab in `zone`; UTC ms. */
export function readTime(text: string, day: string, zone: string): number {
  const match = /^(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d(?::\d\d)?)(?: (summer|winter))?$/.exec(text);
  if (!match) throw new StoryError(`"${text}" is not a time`);
  const [, date = day, clock = '', half] = match;
  const local = `${date}T${clock.length === 5 ? `${clock}:00` : clock}`;
  if (half) return localToInstant(local, zone, half === 'summer' ? 0 : Number.MAX_SAFE_INTEGER);
  return instantOfWall(Date.parse(`${local}Z`), zone);
}

/** Reads a time that comes after `from`: without a date of its own it may be on the next day. */
export function readTimeAfter(text: string, from: number, day: string, zone: string): number {
  const at = readTime(text, day, zone);
  if (at > from || /^\d{4}-/.test(text)) return at;
  return readTime(text, dayAfter(day), zone);
}

function dayAfter(day: string): string {
  return formatInstant(Date.parse(`${day}T12:00:00Z`) + 86_400_000).slice(0, 10);
}

/** Writes an instant as the lab's clock shows it. */
export function writeTime(at: number | null, zone: string): string {
  return at === null ? 'no end' : formatInstant(wallOf(at, zone)).slice(0, 23).replace('T', ' ').replace('.000', '');
}
