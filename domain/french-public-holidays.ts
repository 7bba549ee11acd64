import { DAY_MS } from './time.ts';
import { startOfUtcDay } from './utc.ts';

/** Where in France a lab is, as far as public holidays differ. */
export const FRENCH_REGIONS = [
  'metropole',
  'alsace-moselle',
  'guadeloupe',
  'guyane',
  'martinique',
  'mayotte',
  'reunion',
  'saint-barthelemy',
  'saint-martin',
] as const;
/** One of them. */
export type FrenchRegion = (typeof FRENCH_REGIONS)[number];

/** New Year, Labour, Victory, Bastille, Assumption, All Saints, Armistice, Christmas: month and day. */
const FIXED: readonly [month: number, day: number][] = [
  [1, 1],
  [5, 1],
  [5, 8],
  [7, 14],
  [8, 15],
  [11, 1],
  [11, 11],
  [12, 25],
];
/** Easter Monday, Ascension, Whit Monday: days after Easter Sunday. */
const AFTER_EASTER = [1, 39, 50];
const GOOD_FRIDAY = -2;
const SAINT_STEPHEN: [month: number, day: number] = [12, 26];
/** When slavery was abolished is a public holiday there. */
const ABOLITION: Partial<Record<FrenchRegion, [month: number, day: number]>> = {
  guadeloupe: [5, 27],
  guyane: [6, 10],
  martinique: [5, 22],
  mayotte: [4, 27],
  reunion: [12, 20],
  'saint-barthelemy': [10, 9],
  'saint-martin': [5, 28],
};

/**
 * The public holidays of a year in a French region: the first instants of the days, as if clocks stood in UTC (ms), sorted.
 *
 * Source: Code du travail L3133-1 (the eleven), L3134-13 (Alsace and Moselle), L3422-2 and décret 83-1003 (abolition of
 * slavery). Days that are only custom, such as Good Friday in the Antilles, are not among them.
 */
export function frenchPublicHolidays(year: number, region: FrenchRegion): number[] {
  const easter = easterSunday(year);
  const abolition = ABOLITION[region];
  const isAlsaceMoselle = region === 'alsace-moselle';
  const fixed = [...FIXED, ...(abolition ? [abolition] : []), ...(isAlsaceMoselle ? [SAINT_STEPHEN] : [])];
  const moved = [...AFTER_EASTER, ...(isAlsaceMoselle ? [GOOD_FRIDAY] : [])];
  const days = new Set([
    ...fixed.map(([month, day]) => startOfUtcDay(year, month, day)),
    ...moved.map((days) => easter + days * DAY_MS),
  ]);
  return [...days].sort((a, b) => a - b);
}

/** Gregorian Easter by the method of Meeus, Jones and Butcher, whose letters these are. */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = b - Math.floor(b / 4) - Math.floor((8 * b + 13) / 25);
  const h = (19 * a + d + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return startOfUtcDay(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}
