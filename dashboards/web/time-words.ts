import type { Words } from './words.ts';

const DAY_MS = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Wall time in a zone. */
interface WallTime {
  year: number;
  month: number;
  day: number;
  clock: string;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  };
  const made = makeFormatter(zone, options);
  formatters.set(zone, made);
  return made;
}

function makeFormatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
  } catch (error) {
    // A browser older than the lab's zone: its own zone is the better guess than a blank page.
    if (error instanceof RangeError) return new Intl.DateTimeFormat('en-GB', options);
    throw error;
  }
}

function wallTime(ms: number, zone: string): WallTime {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  );
  return {
    year: Number(parts.get('year')),
    month: Number(parts.get('month')),
    day: Number(parts.get('day')),
    clock: `${parts.get('hour')}:${parts.get('minute')}`,
  };
}

function dayNumber(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day) / DAY_MS;
}

function isoDay(days: number): string {
  return new Date(days * DAY_MS).toISOString().slice(0, 10);
}

/** The calendar day of an instant in a zone and the day after it, as `YYYY-MM-DD`. */
export function dayRange(ms: number, zone: string): { from: string; to: string } {
  const day = dayNumber(wallTime(ms, zone));
  return { from: isoDay(day), to: isoDay(day + 1) };
}

/**
 * Since when, in words, seen at `now` in a lab's zone: `depuis 14:02`, `depuis hier 18:40`, `depuis lundi 18:40`
 * (up to six days back), `depuis le 12 mars`, and the year when it is not this one.
 */
export function sinceWords(ms: number, now: number, zone: string, words: Words): string {
  const then = wallTime(ms, zone);
  const today = wallTime(now, zone);
  const days = dayNumber(today) - dayNumber(then);
  if (days <= 0) return words.sinceClock(then.clock);
  if (days === 1) return words.sinceYesterday(then.clock);
  const date = dayNumber(then) * DAY_MS;
  if (days < 7) return words.sinceWeekday(namePart(date, { weekday: 'long' }, words), then.clock);
  const month = namePart(date, { month: 'long' }, words);
  return words.sinceDate(words.date(then.day, month, then.year === today.year ? null : then.year));
}

function namePart(ms: number, options: Intl.DateTimeFormatOptions, words: Words): string {
  return new Intl.DateTimeFormat(words.locale, { ...options, timeZone: 'UTC' }).format(ms);
}
