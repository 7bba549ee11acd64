import OpeningHours from 'opening_hours';
import type { Complaint } from './failure.ts';
import { type FrenchRegion, frenchPublicHolidays } from './french-public-holidays.ts';
import {
  frenchSchoolHolidays,
  SCHOOL_HOLIDAYS_FROM,
  SCHOOL_HOLIDAYS_UNTIL,
  SCHOOL_ZONES,
} from './french-school-holidays.ts';
import type { Lab } from './registry.ts';
import { overlapping, type Span, subtractSpans, unionSpans } from './spans.ts';
import { DAY_MS, dateOf, formatInstant, HOUR_MS, parseInstantOrDate } from './time.ts';

/** The two kinds of holidays, as opening hours name them: public (`PH`) and school (`SH`). */
export type HolidayWord = 'PH' | 'SH';

/** Which days are holidays for a lab. `day` is the first instant of a day as if clocks stood in UTC (ms). */
export type HolidayTest = (word: HolidayWord, day: number) => boolean;

/** Goes up whenever a built-in holiday changes: what was computed with the one before is then computed again. */
export const HOLIDAYS_VERSION = 1;

/** Where a zone lies, as far as its holidays are concerned. */
interface HolidayPlace {
  country: string;
  region?: FrenchRegion;
}

const PLACE_BY_ZONE: Record<string, HolidayPlace> = {
  'Europe/Paris': { country: 'fr' },
  'America/Guadeloupe': { country: 'fr', region: 'guadeloupe' },
  'America/Martinique': { country: 'fr', region: 'martinique' },
  'America/Cayenne': { country: 'fr', region: 'guyane' },
  'America/Marigot': { country: 'fr', region: 'saint-martin' },
  'America/St_Barthelemy': { country: 'fr', region: 'saint-barthelemy' },
  'Indian/Mayotte': { country: 'fr', region: 'mayotte' },
  'Indian/Reunion': { country: 'fr', region: 'reunion' },
  'Europe/Amsterdam': { country: 'nl' },
  'Europe/Berlin': { country: 'de' },
  'Europe/Brussels': { country: 'be' },
  'Europe/Dublin': { country: 'ie' },
  'Europe/London': { country: 'gb' },
  'Europe/Luxembourg': { country: 'lu' },
  'Europe/Madrid': { country: 'es' },
  'Europe/Rome': { country: 'it' },
  'Europe/Vienna': { country: 'at' },
};

/** Says what is wrong with a lab's `holidays`, and what its hours need that is not there; paths begin at the lab. */
export function holidayComplaints(lab: Lab, words: ReadonlySet<HolidayWord>): Complaint[] {
  const complaints: Complaint[] = [];
  const own = lab.holidays;
  for (const list of ['add', 'remove'] as const) {
    own?.[list]?.forEach(({ dates }, index) => {
      if (daysSpan(dates)) return;
      const message = `"${dates}" is not a date, or ends before it begins`;
      complaints.push({ path: `holidays.${list}[${index}].dates`, message });
    });
  }
  const { country } = placeOf(lab);
  for (const key of ['region', 'schoolZone'] as const) {
    if (own?.[key] === undefined || country === 'fr') continue;
    const message = `is known for France only; leave it out and write the lab's own days under holidays.add`;
    complaints.push({ path: `holidays.${key}`, message });
  }
  if (own?.country !== undefined && !builtInPublic(lab)) {
    const message = `no public holidays of "${own.country}" are built in; leave it out and write them under holidays.add`;
    complaints.push({ path: 'holidays.country', message });
  }
  const isKnown = { PH: builtInPublic(lab) !== null, SH: own?.schoolZone !== undefined };
  const needs = {
    PH: `PH needs to know where the lab is: write holidays: { country: fr }, or its days under holidays.add`,
    SH: `SH needs a school zone: write holidays: { schoolZone: ${SCHOOL_ZONES[0]} } (or ${SCHOOL_ZONES.slice(1).join(', ')}), or its days under holidays.add`,
  };
  for (const word of words) {
    if (!isKnown[word] && ownSpans(lab, 'add', word).length === 0)
      complaints.push({ path: 'holidays', message: needs[word] });
  }
  return complaints;
}

/** The holidays of a lab whose `holidays` are without complaints: what is built in, less `remove`, and `add`. */
export function holidaysOf(lab: Lab): HolidayTest {
  const zone = lab.holidays?.schoolZone;
  const school = withOwn(zone === undefined ? [] : frenchSchoolHolidays(zone), lab, 'SH');
  const removed = ownSpans(lab, 'remove', 'PH');
  const added = ownSpans(lab, 'add', 'PH');
  const isBuiltIn = builtInPublic(lab) ?? (() => false);
  return (word, day) => {
    if (word === 'SH') return holds(school, day);
    return holds(added, day) || (isBuiltIn(day) && !holds(removed, day));
  };
}

/** From when until when (days, inclusive) a lab's school holidays are known; `from` is null where only its own list tells. */
export function schoolHolidaysKnown(lab: Lab): { from: string | null; until: string } {
  const last = ownSpans(lab, 'add', 'SH').at(-1);
  const ownUntil = last ? formatInstant(last.end - DAY_MS).slice(0, 10) : '';
  if (lab.holidays?.schoolZone === undefined) return { from: null, until: ownUntil };
  const [, until = ''] = [ownUntil, SCHOOL_HOLIDAYS_UNTIL].sort();
  return { from: SCHOOL_HOLIDAYS_FROM, until };
}

/** A day or a range of days in a registry as a span, as if clocks stood in UTC; the last day is in it. Null: it is none. */
export function daysSpan(dates: string): Span | null {
  const [first = '', last = first] = dates.split('/');
  const start = parseInstantOrDate(first, 'UTC');
  const end = parseInstantOrDate(last, 'UTC');
  return start === undefined || end === undefined || end < start ? null : { start, end: end + DAY_MS };
}

/** Days and ranges as sorted spans that do not overlap; those that are none are left out. */
export function daysSpans(dates: readonly string[]): Span[] {
  return unionSpans(
    dates.map(daysSpan).filter((span) => span !== null),
    [],
  );
}

function placeOf(lab: Lab): Partial<HolidayPlace> {
  const own = lab.holidays;
  const usual = PLACE_BY_ZONE[lab.timezone];
  const country = own?.country ?? usual?.country;
  const region = own?.region ?? (country === usual?.country ? usual?.region : undefined);
  return { ...(country ? { country } : {}), ...(region ? { region } : {}) };
}

function ownSpans(lab: Lab, list: 'add' | 'remove', word: HolidayWord): Span[] {
  const kind = word === 'PH' ? 'public' : 'school';
  return daysSpans((lab.holidays?.[list] ?? []).filter((entry) => entry.kind === kind).map(({ dates }) => dates));
}

function withOwn(builtIn: readonly Span[], lab: Lab, word: HolidayWord): Span[] {
  return unionSpans(subtractSpans(builtIn, ownSpans(lab, 'remove', word)), ownSpans(lab, 'add', word));
}

function holds(spans: readonly Span[], day: number): boolean {
  return overlapping(spans, day, day + DAY_MS).length > 0;
}

/** Which days are public holidays where the lab is; null when nothing is known of its country. */
function builtInPublic(lab: Lab): ((day: number) => boolean) | null {
  const { country, region = 'metropole' } = placeOf(lab);
  if (country === undefined) return null;
  if (country === 'fr') return isFrenchHoliday(region);
  try {
    const hours = new OpeningHours('PH', { lat: 0, lon: 0, address: { country_code: country, state: '' } });
    return (day) => hours.getState(dateOf(day + 12 * HOUR_MS));
  } catch {
    return null;
  }
}

function isFrenchHoliday(region: FrenchRegion): (day: number) => boolean {
  const years = new Map<number, ReadonlySet<number>>();
  return (day) => {
    const year = Number(formatInstant(day).slice(0, 4));
    const known = years.get(year) ?? new Set(frenchPublicHolidays(year, region));
    years.set(year, known);
    return known.has(day);
  };
}
