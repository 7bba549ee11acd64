import OpeningHours from 'opening_hours';
import { holidayWordsIn, SELECTOR_DAYS_MAX, withoutHolidays } from './holiday-selectors.ts';
import type { HolidayTest } from './holidays.ts';
import { clipSpans, type Span } from './spans.ts';
import { DAY_MS, dateOf, isProcessInUtc, WEEK_MS } from './time.ts';

/** The open spans of the week that begins at a midnight, both as if clocks stood in UTC (ms). */
export type WallHours = (from: number) => Span[];

/** A place of which the library knows both kinds of holidays, so that it can say whether their words are well placed. */
const KNOWN_PLACE = { lat: 0, lon: 0, address: { country_code: 'fr', state: 'Zone A' } };
/** Holidays never come from the library: here it knows none, and refuses words for them that were overlooked. */
const NO_PLACE = { lat: 0, lon: 0, address: { country_code: '', state: '' } };
/** Past it the texts of one lab are made anew. */
const TEXTS_MAX = 500;

/** Says why a text cannot be read as opening hours; null when it can. */
export function hoursProblem(text: string): string | null {
  try {
    parse(text, KNOWN_PLACE);
    const plain = [true, false].map((isHoliday) => withoutHolidays(text, 0, SELECTOR_DAYS_MAX, () => isHoliday));
    return plain.every(isReadable)
      ? null
      : 'write public holidays as PH and school holidays as SH, apart from weekdays';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isReadable(text: string): boolean {
  try {
    parse(text, NO_PLACE);
    return true;
  } catch {
    return false;
  }
}

/** Reads opening hours that `hoursProblem` finds good. Hours that are only possible ("on request", an open end) do not count. */
export function readHours(text: string, isHoliday: HolidayTest): WallHours {
  if (holidayWordsIn(text).size === 0) {
    const hours = parse(text, NO_PLACE);
    return (from) => openSpans(hours, from, from + WEEK_MS);
  }
  const texts = new Map<string, OpeningHours>();
  const partOf = (from: number, days: number): Span[] => {
    const plain = withoutHolidays(text, from, days, isHoliday);
    const hours = texts.get(plain) ?? parse(plain, NO_PLACE);
    if (texts.size >= TEXTS_MAX) texts.clear();
    texts.set(plain, hours);
    return openSpans(hours, from, from + days * DAY_MS);
  };
  return (from) => {
    const rest = from + SELECTOR_DAYS_MAX * DAY_MS;
    const parts = [...partOf(from, SELECTOR_DAYS_MAX), ...partOf(rest, 7 - SELECTOR_DAYS_MAX)];
    return clipSpans(parts, from, from + WEEK_MS);
  };
}

function openSpans(hours: OpeningHours, from: number, to: number): Span[] {
  const open = hours
    .getOpenIntervals(dateOf(from), dateOf(to))
    .filter(([, , isOnlyPossible]) => !isOnlyPossible)
    .map(([start, end]) => ({ start: start.getTime(), end: end.getTime() }));
  return clipSpans(open, from, to);
}

function parse(text: string, place: typeof NO_PLACE): OpeningHours {
  if (!isProcessInUtc()) throw new Error('this process must run with TZ=UTC');
  return new OpeningHours(text, place);
}
