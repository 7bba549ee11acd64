import { type Complaint, type Failure, failure } from './failure.ts';
import { holidayWordsIn } from './holiday-selectors.ts';
import { daysSpan, daysSpans, type HolidayWord, holidayComplaints, holidaysOf } from './holidays.ts';
import { hoursProblem, readHours, type WallHours } from './hours-text.ts';
import type { Lab } from './registry.ts';
import { clipSpans, intersectSpans, type Span, subtractSpans } from './spans.ts';
import { DAY_MS, instantOfWall, WEEK_MS } from './time.ts';

/** About ten years; past it the cache of a lab begins anew. */
const CACHED_WEEKS_MAX = 530;
/** How far ahead a closing time is looked for. */
const SEARCH_WEEKS_MAX = 64;

/** One stretch in which the lab is open, in UTC ms; `public` where it is also open to everybody. */
export interface OpeningInterval extends Span {
  state: 'staffed' | 'public';
}

interface LabHours {
  opening: WallHours | null;
  public: WallHours | null;
  closures: Span[];
  weeks: Map<number, OpeningInterval[]>;
}

const hoursOfLab = new WeakMap<Lab, LabHours | null>();

/** Says what in a lab's `opening`, `public`, `closures` and `holidays` cannot be read, and where; null when all can. */
export function checkOpening(lab: Lab): Failure | null {
  const complaints: Complaint[] = [];
  for (const path of ['opening', 'public'] as const) {
    const text = lab[path];
    const problem = text === undefined ? null : hoursProblem(text);
    if (problem) complaints.push({ path, message: `cannot read "${text}" as opening hours: ${problem}` });
  }
  lab.closures?.forEach((closure, index) => {
    if (daysSpan(closure)) return;
    complaints.push({ path: `closures[${index}]`, message: `"${closure}" is not a date, or ends before it begins` });
  });
  complaints.push(...holidayComplaints(lab, holidayWordsOf(lab)));
  const [first] = complaints;
  if (!first) return null;
  return failure(
    'registry-invalid',
    `The hours of lab "${lab.id}" cannot be read: ${first.path}: ${first.message}`,
    complaints,
  );
}

/** The words for holidays (`PH`, `SH`) in a lab's hours. */
export function holidayWordsOf(lab: Lab): Set<HolidayWord> {
  return holidayWordsIn(`${lab.opening ?? ''};${lab.public ?? ''}`);
}

/**
 * When the lab is open within `[from, to)`, sorted, without overlaps, cut to the range.
 *
 * Null when it declares no hours (or hours that `checkOpening` refuses). Hours that are only possible ("on request", an
 * open end) do not count. Closures remove; `public` hours outside the opening hours are ignored, and a lab that
 * declares only `public` hours is open in those.
 */
export function openingIntervals(lab: Lab, from: number, to: number): OpeningInterval[] | null {
  const hours = labHours(lab);
  if (!hours) return null;
  if (to <= from) return [];
  const found: OpeningInterval[] = [];
  // Clocks on the wall are never more than a day away from UTC; asking the calendar is slow.
  const first = Math.floor((from - DAY_MS) / WEEK_MS);
  const last = Math.floor((to + DAY_MS) / WEEK_MS);
  for (let week = first; week <= last; week += 1) {
    for (const interval of weekIntervals(hours, lab.timezone, week)) {
      const start = Math.max(interval.start, from);
      const end = Math.min(interval.end, to);
      if (end > start) append(found, { start, end, state: interval.state });
    }
  }
  return found;
}

/** The first instant after `at` at which the lab closes; null when it declares no hours or never closes. */
export function nextClosing(lab: Lab, at: number): number | null {
  for (let weeks = 1; weeks <= SEARCH_WEEKS_MAX; weeks *= 4) {
    const to = at + weeks * WEEK_MS;
    const open = openingIntervals(lab, at, to);
    if (!open) return null;
    const closing = clipSpans(open, at, to).find(({ end }) => end < to);
    if (closing) return closing.end;
  }
  return null;
}

function append(intervals: OpeningInterval[], next: OpeningInterval): void {
  const last = intervals.at(-1);
  if (last && last.end === next.start && last.state === next.state) last.end = next.end;
  else intervals.push(next);
}

function weekIntervals(hours: LabHours, zone: string, week: number): OpeningInterval[] {
  const cached = hours.weeks.get(week);
  if (cached) return cached;
  const from = week * WEEK_MS;
  const staffed = openWall(hours.opening ?? hours.public, from, hours.closures);
  const open = openWall(hours.public, from, hours.closures);
  const intervals = [
    ...intersectSpans(staffed, open).map((span) => ({ ...span, state: 'public' as const })),
    ...subtractSpans(staffed, open).map((span) => ({ ...span, state: 'staffed' as const })),
  ]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, state }) => ({ start: instantOfWall(start, zone), end: instantOfWall(end, zone), state }))
    .filter(({ start, end }) => end > start);
  if (hours.weeks.size >= CACHED_WEEKS_MAX) hours.weeks.clear();
  hours.weeks.set(week, intervals);
  return intervals;
}

function openWall(hours: WallHours | null, from: number, closures: readonly Span[]): Span[] {
  return hours ? subtractSpans(hours(from), closures) : [];
}

function labHours(lab: Lab): LabHours | null {
  const known = hoursOfLab.get(lab);
  if (known !== undefined) return known;
  const isDeclared = lab.opening !== undefined || lab.public !== undefined;
  const hours = isDeclared && !checkOpening(lab) ? hoursOf(lab) : null;
  hoursOfLab.set(lab, hours);
  return hours;
}

function hoursOf(lab: Lab): LabHours {
  const isHoliday = holidaysOf(lab);
  return {
    opening: lab.opening === undefined ? null : readHours(lab.opening, isHoliday),
    public: lab.public === undefined ? null : readHours(lab.public, isHoliday),
    closures: daysSpans(lab.closures ?? []),
    weeks: new Map(),
  };
}
