import { describe, expect, it } from 'vitest';
import { FRENCH_REGIONS, type FrenchRegion, frenchPublicHolidays } from './french-public-holidays.ts';
import { formatInstant } from './time.ts';

function daysOf(year: number, region: FrenchRegion): string[] {
  return frenchPublicHolidays(year, region).map((ms) => formatInstant(ms).slice(5, 10));
}

/** Easter Monday, Ascension and Whit Monday; the eight others stay where they are. */
const MOVED: [number, string[]][] = [
  [2018, ['04-02', '05-10', '05-21']],
  [2019, ['04-22', '05-30', '06-10']],
  [2020, ['04-13', '05-21', '06-01']],
  [2021, ['04-05', '05-13', '05-24']],
  [2022, ['04-18', '05-26', '06-06']],
  [2023, ['04-10', '05-18', '05-29']],
  [2024, ['04-01', '05-09', '05-20']],
  [2025, ['04-21', '05-29', '06-09']],
  [2026, ['04-06', '05-14', '05-25']],
  [2027, ['03-29', '05-06', '05-17']],
  [2028, ['04-17', '05-25', '06-05']],
  [2038, ['04-26', '06-03', '06-14']],
];
const FIXED = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];

const REGIONAL: [FrenchRegion, string[]][] = [
  ['metropole', []],
  ['alsace-moselle', ['04-03', '12-26']],
  ['guadeloupe', ['05-27']],
  ['guyane', ['06-10']],
  ['martinique', ['05-22']],
  ['mayotte', ['04-27']],
  ['reunion', ['12-20']],
  ['saint-barthelemy', ['10-09']],
  ['saint-martin', ['05-28']],
];

describe('frenchPublicHolidays()', () => {
  it('has years and regions', () => {
    expect(MOVED.length).toBeGreaterThan(0);
    expect(REGIONAL.map(([region]) => region)).toEqual([...FRENCH_REGIONS]);
  });
  it.each(MOVED)('gives the eleven days of %i', (year, moved) => {
    expect(daysOf(year, 'metropole')).toEqual([...FIXED, ...moved].sort());
  });
  it.each(REGIONAL)('gives %s its own days of 2026', (region, own) => {
    const shared = new Set(daysOf(2026, 'metropole'));
    expect(daysOf(2026, region).filter((day) => !shared.has(day))).toEqual(own);
    expect(daysOf(2026, region)).toHaveLength(11 + own.length);
  });
  it('counts a day once on which two holidays fall', () => {
    expect(daysOf(2008, 'metropole')).toHaveLength(10);
  });
});
