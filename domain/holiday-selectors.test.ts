import fc from 'fast-check';
import OpeningHours from 'opening_hours';
import { describe, expect, it } from 'vitest';
import { holidayWordsIn, withoutHolidays } from './holiday-selectors.ts';
import { type HolidayTest, holidaysOf } from './holidays.ts';
import { hoursProblem, readHours } from './hours-text.ts';
import type { Lab } from './registry.ts';
import { clipSpans } from './spans.ts';
import { DAY_MS, dateOf, WEEK_MS } from './time.ts';

/** A Monday. The Wednesday is a public holiday, Thursday and Friday are school holidays, so is the Sunday before. */
const MONDAY = Date.parse('2026-03-02');
const HOLIDAYS = { PH: [2], SH: [-1, 3, 4] };
const isHoliday: HolidayTest = (word, day) => HOLIDAYS[word].includes((day - MONDAY) / DAY_MS);

/** Saturday is the weekday that does not occur. */
const TEXTS: [string, string][] = [
  ['Mo-Fr 10:00-18:00', 'Mo-Fr 10:00-18:00'],
  ['PH off', 'We off'],
  ['ph off', 'We off'],
  ['SH 10:00-12:00', 'Su,Th,Fr 10:00-12:00'],
  ['PH,SH off', 'We,Su,Th,Fr off'],
  ['Mo,PH 10:00-12:00', 'Mo,We 10:00-12:00'],
  ['Mo-Tu, PH 10:00-12:00', 'Mo-Tu,We 10:00-12:00'],
  ['PH,Sa[1,3] 10:00-12:00', 'We,Sa[1,3] 10:00-12:00'],
  ['PH -1 day 10:00-12:00', 'Tu 10:00-12:00'],
  ['PH +1 day off', 'Th off'],
  ['SH Mo-Fr 10:00-12:00', 'Th,Fr 10:00-12:00'],
  ['SH: Mo-Fr 10:00-12:00', 'Th,Fr 10:00-12:00'],
  ['SH Fr-Mo 10:00-12:00', 'Fr,Su 10:00-12:00'],
  ['PH,SH Mo-We 10:00-12:00', 'We 10:00-12:00'],
  ['SH Mo 10:00-12:00', 'Sa 10:00-12:00'],
  ['SH Th[1,2],Sa 10:00-12:00', 'Th[1,2] 10:00-12:00'],
  ['SH We[1] +1 day 10:00-12:00', 'We[1] +1 day 10:00-12:00'],
  ['Jul-Aug SH off', 'Jul-Aug Su,Th,Fr off'],
  ['2026 Jul 14 PH off', '2026 Jul 14 We off'],
  ['week 10-12: PH off', 'week 10-12: We off'],
  ['Mo-Fr 09:00-10:00; PH off; SH 10:00-11:00', 'Mo-Fr 09:00-10:00; We off; Su,Th,Fr 10:00-11:00'],
  ['Mo-Fr 09:00-10:00, SH 10:00-11:00', 'Mo-Fr 09:00-10:00, Su,Th,Fr 10:00-11:00'],
  ['Mo 09:00-10:00 || PH "closed on PH"', 'Mo 09:00-10:00 || We "closed on PH"'],
  ['Mo 09:00-10:00 "SH only"', 'Mo 09:00-10:00 "SH only"'],
];

const UNCLEAR = [
  'Mo-Fr 10:00-12:00 PH off',
  'Monday-Friday,PH 10:00-12:00',
  'PH Monday 10:00-12:00',
  'Mo-Fr SH 10:00-12:00',
  'Mo,PH Tu 10:00-12:00',
  'SH Jul Mo 10:00-12:00',
];

const tidy = (text: string): string => text.replaceAll(/ +/g, ' ');

describe('withoutHolidays()', () => {
  it('has cases', () => expect(Math.min(TEXTS.length, UNCLEAR.length)).toBeGreaterThan(0));
  it.each(TEXTS)('reads %s', (text, expected) => {
    expect(tidy(withoutHolidays(text, MONDAY, 5, isHoliday))).toBe(expected);
    expect(hoursProblem(text)).toBeNull();
  });
  it.each(UNCLEAR)('refuses %s', (text) => {
    expect(() => withoutHolidays(text, MONDAY, 5, isHoliday)).toThrow('is not clear');
    expect(hoursProblem(text)).toContain('is not clear');
  });
  it('finds holidays outside comments', () => {
    expect([...holidayWordsIn('Mo-Fr 09:00-10:00 "PH"; sh off')]).toEqual(['SH']);
  });
  it.each([['Mo-Fr 10:00-12:00; school holidays off'], ['PH +5 days off'], ['PH[1] off'], ['Mo-Fr PH[1] off']])(
    'leaves no word for holidays to the library: %s is refused',
    (text) => expect(hoursProblem(text)).not.toBeNull(),
  );
});

describe('readHours()', () => {
  const lab = { id: 'x', name: 'X', timezone: 'Europe/Paris' } as Lab;
  const days = ['PH', 'Mo-Fr,PH', 'PH,Sa', 'PH Mo-Fr', 'PH -1 day', 'PH +1 day', 'Mo', 'Mo-Fr', 'Sa[1]', 'Fr-Mo', ''];
  const times = ['off', '09:00-12:00', '10:00-11:30,14:00-18:00', '11:00-12:00 open "late"'];
  const nights = ['20:00-03:00', '22:00-26:00 open "late"'];
  const months = fc.constantFrom('', 'May-Jul ', '2026 ');
  const rule = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(months, fc.constantFrom(...days), fc.constantFrom(...times)) },
    fc.tuple(months, fc.constantFrom('Mo', 'Mo-Fr', 'Sa[1]', 'Fr-Mo'), fc.constantFrom(...nights)),
  );
  const text = fc
    .tuple(fc.array(rule, { minLength: 1, maxLength: 4 }), fc.array(fc.constantFrom('; ', ', ', ' || ')))
    .map(([rules, separators]) =>
      rules
        .map(
          ([when, which, time], index) =>
            `${when}${which} ${time}${index < rules.length - 1 ? (separators[index] ?? '; ') : ''}`,
        )
        .join(''),
    );

  it('finds what the library finds with its own public holidays of France', () => {
    const place = { lat: 0, lon: 0, address: { country_code: 'fr', state: '' } };
    let compared = 0;
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 150 }), (hours, week) => {
        const from = Date.parse('2024-12-26') + week * WEEK_MS;
        if (hoursProblem(hours) !== null) return;
        compared += 1;
        const theirs = new OpeningHours(hours, place).getOpenIntervals(dateOf(from), dateOf(from + WEEK_MS));
        const spans = theirs.map(([start, end]) => ({ start: start.getTime(), end: end.getTime() }));
        const own = readHours(hours, holidaysOf(lab))(from);
        expect({ hours, own }).toEqual({ hours, own: clipSpans(spans, from, from + WEEK_MS) });
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});
