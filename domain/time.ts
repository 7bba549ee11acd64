/** One second, minute, hour, a day of 24 hours and a week of such days, in milliseconds. */
export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;
/** A device time this far ahead of ours is not believed (`usage-model.md` §1). */
export const AHEAD_MS_MAX = 120 * SECOND_MS;
/** A device time this far behind ours is not believed. */
export const BEHIND_MS_MAX = 35 * 24 * HOUR_MS;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Reads an RFC 3339 instant with a zone; UTC ms, or undefined when the text is not one. */
export function parseInstant(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Reads the date of an HTTP header (`Sun, 06 Nov 1994 08:49:37 GMT`); UTC ms, or undefined when the text is not one. */
export function parseHttpDate(text: string): number | undefined {
  if (!/^[A-Za-z]+, .+ GMT$/.test(text.trim())) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether a text is wall time without a zone, as Tasmota writes it (`2018-11-15T08:54:18`, milliseconds allowed). */
export function isLocalTime(text: string): boolean {
  return LOCAL.test(text) && !Number.isNaN(Date.parse(`${text}Z`));
}

/** Writes UTC ms as RFC 3339 with milliseconds and `Z`. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Our clock, UTC ms. Only `main.ts` and the shells of its threads call it; rules take `now` as an argument. */
export function wallClock(): number {
  return Date.now();
}

/** Whether a text names an IANA zone that this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId.length > 0;
  } catch {
    return false;
  }
}

/**
 * Turns wall time in a zone into UTC ms. In the repeated hour of autumn the instant nearest `near` wins; a wall time
 * that spring skips is read with the offset before the change.
 */
export function localToInstant(text: string, zone: string, near: number): number {
  const wall = Temporal.PlainDateTime.from(text);
  const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds;
  const later = wall.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
  if (earlier === later) return earlier;
  const isRepeated = Temporal.Instant.fromEpochMilliseconds(earlier)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .equals(wall);
  if (!isRepeated) return later;
  return Math.abs(near - later) <= Math.abs(near - earlier) ? later : earlier;
}

/** A calendar bucket's length. Weeks are ISO weeks, from Monday. */
export type Period = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

type Stretch = { start: number; end: number };

/** How many stretches of one kind in one zone are remembered. */
const STRETCHES_KEPT = 8;

/** Calendars are slow to ask, and mostly asked again about the stretches they were asked about last: the newest come first. */
const knownStretches = new Map<string, Map<string, Stretch[]>>();

/** The stretch of a zone that holds `ms`, made when it is not remembered. */
function stretchAt<T extends Stretch>(ms: number, kind: string, zone: string, make: () => T): T {
  const known = knownStretches.getOrInsertComputed(zone, noKinds).getOrInsertComputed(kind, noStretches) as T[];
  for (const stretch of known) if (stretch.start <= ms && ms < stretch.end) return stretch;
  const stretch = make();
  if (known.unshift(stretch) > STRETCHES_KEPT) known.pop();
  return stretch;
}

function noKinds(): Map<string, Stretch[]> {
  return new Map();
}

function noStretches(): Stretch[] {
  return [];
}

function bucketAt(ms: number, period: Period, zone: string): Stretch {
  return stretchAt(ms, period, zone, () => {
    const start = calendarStart(ms, period, zone);
    return { start, end: calendarNext(start, period, zone) };
  });
}

/** The instant (UTC ms) at which the bucket holding `ms` begins in `zone`. */
export function startOfPeriod(ms: number, period: Period, zone: string): number {
  return bucketAt(ms, period, zone).start;
}

/** The instant (UTC ms) at which the bucket after the one holding `ms` begins in `zone`. */
export function nextPeriod(ms: number, period: Period, zone: string): number {
  return bucketAt(ms, period, zone).end;
}

function calendarStart(ms: number, period: Period, zone: string): number {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const day = at.startOfDay();
  switch (period) {
    case 'hour':
      return startOfHour(at);
    case 'day':
      return day.epochMilliseconds;
    case 'week':
      return day.subtract({ days: day.dayOfWeek - 1 }).startOfDay().epochMilliseconds;
    case 'month':
      return day.with({ day: 1 }).startOfDay().epochMilliseconds;
    case 'quarter':
      return day.with({ month: Math.floor((day.month - 1) / 3) * 3 + 1, day: 1 }).startOfDay().epochMilliseconds;
    case 'year':
      return day.with({ month: 1, day: 1 }).startOfDay().epochMilliseconds;
  }
}

function startOfHour(at: Temporal.ZonedDateTime): number {
  return at.round({ smallestUnit: 'hour', roundingMode: 'floor' }).epochMilliseconds;
}

/** Where clocks change by half an hour, a clock hour lasts 30 or 90 minutes. */
function nextHour(start: number, zone: string): number {
  const next = calendarStart(start + HOUR_MS, 'hour', zone);
  return next > start ? next : calendarStart(start + 2 * HOUR_MS, 'hour', zone);
}

function calendarNext(start: number, period: Period, zone: string): number {
  if (period === 'hour') return nextHour(start, zone);
  const begin = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone);
  const step = {
    day: { days: 1 },
    week: { weeks: 1 },
    month: { months: 1 },
    quarter: { months: 3 },
    year: { years: 1 },
  };
  return begin.add(step[period]).startOfDay().epochMilliseconds;
}

/** Reads an RFC 3339 instant, or a date (its first instant in `zone`); UTC ms, or undefined when it is neither. */
export function parseInstantOrDate(text: string, zone: string): number | undefined {
  if (!DATE.test(text)) return parseInstant(text);
  try {
    return Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return undefined;
  }
}

/** What a clock on the wall shows in `zone` at `ms`, as if that wall stood in UTC (ms). */
export function wallOf(ms: number, zone: string): number {
  return ms + stretchAt(ms, 'offset', zone, () => evenTimeAt(ms, zone)).offsetMs;
}

/** The time around `ms` in which clocks in `zone` are not changed. */
function evenTimeAt(ms: number, zone: string): Stretch & { offsetMs: number } {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const last = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  return {
    start: last?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    end: at.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: at.offsetNanoseconds / 1_000_000,
  };
}

/**
 * The instant (UTC ms) at which clocks in `zone` show `wallMs` (wall time as if it were UTC).
 *
 * In autumn's repeated hour the first time counts; a wall time that spring skips is read with the offset before the
 * change. So later wall times never give earlier instants.
 */
export function instantOfWall(wallMs: number, zone: string): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime();
  return wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** A `Date` for libraries that want one. */
export function dateOf(ms: number): Date {
  return new Date(ms);
}

let isUtc = false;

/** Whether this process reads wall time as UTC (`TZ=UTC`), as `domain/hours-text.ts` needs. Once true it stays so. */
export function isProcessInUtc(): boolean {
  isUtc ||= new Date(0).getTimezoneOffset() === 0 && Intl.DateTimeFormat().resolvedOptions().timeZone === 'UTC';
  return isUtc;
}
