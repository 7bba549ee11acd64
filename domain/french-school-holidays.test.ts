import OpeningHours from 'opening_hours';
import { describe, expect, it } from 'vitest';
import {
  frenchSchoolHolidays,
  SCHOOL_HOLIDAYS_FROM,
  SCHOOL_HOLIDAYS_UNTIL,
  SCHOOL_ZONES,
  type SchoolZone,
} from './french-school-holidays.ts';
import { type Span, subtractSpans } from './spans.ts';
import { DAY_MS, dateOf, formatInstant } from './time.ts';

const day = (ms: number): string => formatInstant(ms).slice(0, 10);
const shown = ({ start, end }: Span): string => `${day(start)} ${day(end - DAY_MS)}`;

/** As the ministry printed them: the day after whose lessons they begin and the day on which school begins again. */
const PRINTED: [SchoolZone, string, string][] = [
  ['A', '2018-10-20', '2018-11-05'],
  ['A', '2020-02-22', '2020-03-09'],
  ['B', '2020-04-11', '2020-04-27'],
  ['A', '2021-04-10', '2021-04-26'],
  ['B', '2021-04-10', '2021-04-26'],
  ['C', '2021-04-10', '2021-04-26'],
  ['B', '2023-02-11', '2023-02-27'],
  ['C', '2023-04-22', '2023-05-09'],
  ['B', '2025-04-05', '2025-04-22'],
  ['A', '2025-07-05', '2025-09-01'],
  ['A', '2025-12-20', '2026-01-05'],
  ['A', '2026-02-07', '2026-02-23'],
  ['B', '2026-02-14', '2026-03-02'],
  ['C', '2026-02-21', '2026-03-09'],
  ['A', '2026-04-04', '2026-04-20'],
  ['B', '2026-04-11', '2026-04-27'],
  ['C', '2026-04-18', '2026-05-04'],
  ['C', '2026-07-04', '2026-09-01'],
  ['C', '2026-10-17', '2026-11-02'],
];

/** What the library leaves out; everywhere else it must agree. */
const LEFT_OUT = ['2024-05-09 2024-05-12', '2025-05-29 2025-06-01', '2026-05-14 2026-05-17'];

function ofLibrary(zone: SchoolZone, from: number, to: number): Span[] {
  const place = { lat: 0, lon: 0, address: { country_code: 'fr', state: `Zone ${zone}` } };
  const spans = new OpeningHours('SH', place).getOpenIntervals(dateOf(from), dateOf(to));
  return spans.map(([start, end]) => ({ start: start.getTime(), end: end.getTime() }));
}

describe('frenchSchoolHolidays()', () => {
  it('has cases', () => expect(PRINTED.length).toBeGreaterThan(0));
  it.each(PRINTED)('gives zone %s what was printed: %s to %s', (zone, begins, back) => {
    const printed = `${begins} ${day(Date.parse(back) - DAY_MS)}`;
    expect(frenchSchoolHolidays(zone).map(shown)).toContain(printed);
  });

  it.each([...SCHOOL_ZONES])('gives zone %s five holidays and a bridge in each school year, in order', (zone) => {
    const spans = frenchSchoolHolidays(zone);
    const schoolYear = ({ start }: Span): number => Number(day(start - 240 * DAY_MS).slice(0, 4));
    const perYear = Map.groupBy(spans, schoolYear);
    expect([...perYear].map(([year, of]) => `${year}: ${of.length}`)).toEqual(
      [2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026].map((year) => `${year}: 6`),
    );
    spans.forEach(({ start, end }, index) => {
      expect(end).toBeGreaterThan(start);
      expect(start).toBeGreaterThan(spans[index - 1]?.end ?? Date.parse(SCHOOL_HOLIDAYS_FROM));
    });
    expect(day((spans.at(-1)?.end ?? 0) - DAY_MS)).toBe(SCHOOL_HOLIDAYS_UNTIL);
  });

  it.each([...SCHOOL_ZONES])('agrees with OpenHolidays for zone %s, which begins them on the Sunday', (zone) => {
    const from = Date.parse('2021-09-02');
    const to = Date.parse('2027-07-03');
    const own = frenchSchoolHolidays(zone).filter(({ start }) => start >= from && start < to);
    const theirs = ofLibrary(zone, from, to);
    const withSaturday = theirs.map(({ start, end }) => ({ start: start - DAY_MS, end }));
    expect(subtractSpans(theirs, own)).toEqual([]);
    expect(own.filter((span) => subtractSpans([span], withSaturday).length > 0).map(shown)).toEqual(LEFT_OUT);
  });
});
