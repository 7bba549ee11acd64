const DAYS_BEFORE_MONTH = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_MS = 86_400_000;

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Leap days from the year 0 up to and including `year`. */
function leapDays(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}

const LEAP_DAYS_TO_1969 = leapDays(1969);

/** Whether the calendar has this day. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1)) return false;
  const days = month === 2 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month] as number);
  return day <= days;
}

/** UTC ms at which the given day begins; the day must exist (`isCalendarDay`). */
export function startOfUtcDay(year: number, month: number, day: number): number {
  let days = (year - 1970) * 365 + leapDays(year - 1) - LEAP_DAYS_TO_1969;
  days += (DAYS_BEFORE_MONTH[month] as number) + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  return days * DAY_MS;
}
