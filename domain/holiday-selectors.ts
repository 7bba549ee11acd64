import type { HolidayTest, HolidayWord } from './holidays.ts';
import { DAY_MS } from './time.ts';

const WEEKDAYS = ['Th', 'Fr', 'Sa', 'Su', 'Mo', 'Tu', 'We'] as const;
type Weekday = (typeof WEEKDAYS)[number];

const DAY = '\\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\\b';
const MOVE = '(?:\\s*[+-]\\s*\\d+\\s*days?\\b)?';
const WEEKDAY_ITEM = `${DAY}(?:\\s*-\\s*${DAY}|\\[[^\\]]*\\]${MOVE})?`;
const HOLIDAY_ITEM = `(?:\\bPH\\b${MOVE}|\\bSH\\b)`;
const ITEM = `(?:${HOLIDAY_ITEM}|${WEEKDAY_ITEM})`;
const COMMA = '\\s*,\\s*';
/** A quoted comment, or a list of holidays and weekdays, perhaps followed by a list of weekdays. */
const SECTION = new RegExp(
  `"[^"]*"|(${ITEM}(?:${COMMA}${ITEM})*)(?:\\s*:?\\s*(${WEEKDAY_ITEM}(?:${COMMA}${WEEKDAY_ITEM})*))?`,
  'gi',
);
const BETWEEN_ITEMS = /\s*,\s*(?![^[]*\])/;
/** The last place before holidays at which a rule begins. */
const RULE_BEGINS = /^.*(?:;|\|\||(?:\d:\d\d|[+")]|24\/7|\b(?:off|closed|open|unknown))\s*,)/is;
/** What of a rule may stand before holidays (years, months, dates, weeks) and after them, so that no weekday is overlooked. */
const BEFORE = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|week|easter|days?|[\d\s,/+-]|:(?!\d))*$/i;
const AFTER = /^\s*:?\s*(?:$|;|\|\||[\d("]|(?:off|closed|open|unknown|sunrise|sunset|dawn|dusk)\b)/i;

/** Days within which each weekday occurs once and one is left over; hours may reach into the day after. */
export const SELECTOR_DAYS_MAX = 5;

/** The words for holidays that opening hours use. */
export function holidayWordsIn(text: string): Set<HolidayWord> {
  const words = text.replaceAll(/"[^"]*"/g, '').match(/\b(?:PH|SH)\b/gi) ?? [];
  return new Set(words.map((word) => word.toUpperCase() as HolidayWord));
}

/**
 * Opening hours in which `PH` and `SH` are replaced by the weekdays on which those holidays fall, so that the text means
 * the same on `days` days from `from` on (a first instant as if clocks stood in UTC, at most `SELECTOR_DAYS_MAX` days),
 * hours that began the day before included.
 *
 * `PH,SH Mo-Fr` are holidays that fall on these weekdays; `Mo-Fr,PH` are these weekdays and holidays. Throws an `Error`
 * with a sentence when the text puts holidays where they cannot be told apart from their neighbours.
 */
export function withoutHolidays(text: string, from: number, days: number, isHoliday: HolidayTest): string {
  const known = Array.from({ length: days + 1 }, (_, index) => from + (index - 1) * DAY_MS);
  const weekdays = new Map(known.map((day) => [weekdayOf(day), day]));
  const never = WEEKDAYS.find((weekday) => !weekdays.has(weekday)) as Weekday;
  return text.replaceAll(SECTION, (found, items: string | undefined, limits: string | undefined, at: number) => {
    if (items === undefined || holidayWordsIn(items).size === 0) return found;
    const before = text.slice(0, at).replace(RULE_BEGINS, '');
    if (!BEFORE.test(before) || !AFTER.test(text.slice(at + found.length))) throw unclear(found);
    const parts = items.split(BETWEEN_ITEMS);
    const isLimited = limits !== undefined;
    if (isLimited && parts.some((part) => holidayWordsIn(part).size === 0)) throw unclear(found);
    const kept = parts.flatMap((part) => (holidayWordsIn(part).size > 0 ? daysOf(part, weekdays, isHoliday) : [part]));
    const chosen = isLimited ? limited(limits, new Set(kept)) : kept;
    return chosen.length > 0 ? `${[...new Set(chosen)].join(',')} ` : `${never} `;
  });
}

function unclear(found: string): Error {
  return new Error(
    `"${found.trim()}" is not clear; write holidays as in "PH off", "PH,SH 10:00-12:00", "Mo-Fr,PH 10:00-12:00" or "SH Mo-Fr 10:00-12:00"`,
  );
}

/** 1 January 1970 was a Thursday. */
function weekdayOf(day: number): Weekday {
  return WEEKDAYS[(((day / DAY_MS) % 7) + 7) % 7] as Weekday;
}

/** The weekdays, among those known, on which `PH`, `PH -1 day` or `SH` falls. */
function daysOf(item: string, weekdays: ReadonlyMap<Weekday, number>, isHoliday: HolidayTest): string[] {
  const word = item.slice(0, 2).toUpperCase() as HolidayWord;
  const moved = moveOf(item);
  return [...weekdays].filter(([, day]) => isHoliday(word, day - moved * DAY_MS)).map(([weekday]) => weekday);
}

function moveOf(item: string): number {
  const [, sign, days] = /([+-])\s*(\d+)\s*days?/i.exec(item) ?? [];
  return days === undefined ? 0 : Number(`${sign}${days}`);
}

/** What of a list of weekdays falls on one of the given ones. */
function limited(list: string, among: ReadonlySet<string>): string[] {
  return list.split(BETWEEN_ITEMS).flatMap((item) => {
    const [first = '', last] =
      item
        .split('[')[0]
        ?.split('-')
        .map((name) => nameOf(name)) ?? [];
    if (item.includes('[')) return among.has(shifted(first, moveOf(item.split(']')[1] ?? ''))) ? [item.trim()] : [];
    return daysFrom(first, last || first).filter((weekday) => among.has(weekday));
  });
}

function nameOf(text: string): string {
  const name = text.trim();
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1).toLowerCase()}`;
}

function shifted(weekday: string, days: number): string {
  const index = (WEEKDAYS as readonly string[]).indexOf(weekday);
  return WEEKDAYS[(((index + days) % 7) + 7) % 7] as Weekday;
}

function daysFrom(first: string, last: string): string[] {
  const found = [first];
  while (found.at(-1) !== last) found.push(shifted(found.at(-1) as string, 1));
  return found;
}
