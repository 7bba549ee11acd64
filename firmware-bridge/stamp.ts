import type { Stamp } from '../domain/event.ts';
import { isLocalTime, parseInstant } from '../domain/time.ts';
import { isCalendarDay } from '../domain/utc.ts';

/** Device clocks before this are not set: 1970, seconds since the start, factory dates (2016-01-01T00:00:00Z). */
export const CLOCK_SET_MS_MIN = 1_451_606_400_000;
/** Device clocks after this hold something else (2100-01-01T00:00:00Z). */
export const CLOCK_SET_MS_MAX = 4_102_444_800_000;

const REJECTED: Stamp = { clock: 'rejected' };
const YEAR_SET_MIN = 2016;
const YEAR_SET_MAX = 2099;

/** The stamp of a device time in UTC milliseconds. */
export function stampOfMs(ms: number): Stamp {
  return ms >= CLOCK_SET_MS_MIN && ms < CLOCK_SET_MS_MAX ? { at: Math.round(ms) } : REJECTED;
}

/** The stamp of a device time in UTC seconds, as far as the message has one. */
export function stampOfSeconds(value: unknown): Stamp {
  if (value === undefined || value === null) return {};
  return typeof value === 'number' ? stampOfMs(value * 1000) : REJECTED;
}

/** The stamp of a device time written as text, with a zone or without. */
export function stampOfText(text: string): Stamp {
  if (!isOnCalendar(text)) return REJECTED;
  const ms = parseInstant(text);
  if (ms !== undefined) return stampOfMs(ms);
  if (!isLocalTime(text)) return REJECTED;
  const year = Number(text.slice(0, 4));
  return year >= YEAR_SET_MIN && year <= YEAR_SET_MAX ? { atLocal: text } : REJECTED;
}

/** The platform reads 31 February as March and hour 24 as the next day; no clock says so. */
function isOnCalendar(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  return isCalendarDay(year, month, day) && Number(text.slice(11, 13)) < 24;
}
