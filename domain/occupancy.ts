import { HOURS_OF_WEEK, hourPieces } from './hour-of-week.ts';
import type { Session } from './layers.ts';
import { clipSpans, type Span, unionSpans } from './spans.ts';
import { sweep } from './sweep.ts';
import { MINUTE_MS } from './time.ts';

/** How long somebody is presumed to be there after a badge event at a machine that needs nobody beside it. */
export const PRESENCE_MS = 15 * MINUTE_MS;

/** What occupancy needs of a session. */
export type PresentSession = Pick<Session, 'start' | 'end' | 'endCause' | 'member' | 'people'>;

/** The people in one lab over a window. */
export interface OccupancyInput {
  /**
   * The sessions of every machine of the lab that overlap the window, or end up to `PRESENCE_MS` before it. `present`
   * is when the machine is in the lab; absent: all the time.
   */
  machines: readonly { attended: boolean; sessions: readonly PresentSession[]; present?: readonly Span[] }[];
  opening: readonly Span[];
  /** The lab's zone. */
  zone: string;
  from: number;
  to: number;
}

/** One hour of the week: times over all weeks of the window, in ms. */
export interface OccupancyHour {
  windowMs: number;
  openMs: number;
  /** Each person's time in opening hours, added up: over `openMs` it is the mean number of people. */
  presentMs: number;
  /** The most people at one instant of opening hours. */
  peak: number;
}

/** How many people were there, in opening hours; `hours` has 168 entries, from Monday 00:00. */
export interface Occupancy extends OccupancyHour {
  hours: OccupancyHour[];
}

/**
 * The people present, by instant: who holds two machines is one person, and a class on three machines is its head-count
 * once.
 */
export function occupancy({ machines, opening, zone, from, to }: OccupancyInput): Occupancy {
  const hours = Array.from({ length: HOURS_OF_WEEK }, empty);
  const whole = from < to ? [{ start: from, end: to }] : [];
  for (const { hour, start, end } of hourPieces(whole, zone)) at(hours, hour).windowMs += end - start;
  const people = presence(machines, to);
  sweep([people], hourPieces(clipSpans(opening, from, to), zone), ({ hour }, ms, [count = 0]) => {
    const entry = at(hours, hour);
    entry.openMs += ms;
    entry.presentMs += count * ms;
    entry.peak = Math.max(entry.peak, count);
  });
  const total = empty();
  for (const hour of hours) {
    total.windowMs += hour.windowMs;
    total.openMs += hour.openMs;
    total.presentMs += hour.presentMs;
    total.peak = Math.max(total.peak, hour.peak);
  }
  return { ...total, hours };
}

/** How many people were there at each of the given instants, in order; `to`: open sessions reach up to here. */
export function peopleAt(machines: OccupancyInput['machines'], instants: readonly number[], to: number): number[] {
  const spans = presence(machines, to);
  const starts = spans.map(({ start }) => start).sort((a, b) => a - b);
  const ends = spans.map(({ end }) => end).sort((a, b) => a - b);
  let came = 0;
  let went = 0;
  return instants.map((instant) => {
    while (came < starts.length && (starts[came] as number) <= instant) came += 1;
    while (went < ends.length && (ends[went] as number) <= instant) went += 1;
    return came - went;
  });
}

/** Somebody was there with so many people, of whom they are one. */
type Party = Span & { people: number };

/** As many spans over each instant as people were there. */
function presence(machines: OccupancyInput['machines'], to: number): Span[] {
  const byMember = new Map<string, Party[]>();
  for (const { attended, sessions, present } of machines) {
    for (const session of sessions) {
      const parties = byMember.get(session.member) ?? [];
      byMember.set(session.member, parties);
      addParties(parties, session, attended, present ?? ALWAYS, to);
    }
  }
  return [...byMember.values()].flatMap(peopleOf);
}

const ALWAYS: readonly Span[] = [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }];

/**
 * Beside an attended machine: the whole session, up to `to` while it is open. Else a while after each badge event. A
 * class stays until it is over, whatever it works with.
 */
function addParties(
  parties: Party[],
  { start, end, endCause, people }: PresentSession,
  attended: boolean,
  present: readonly Span[],
  to: number,
): void {
  const add = (from: number, until: number) => {
    for (const there of present) {
      const party = { start: Math.max(from, there.start), end: Math.min(until, there.end), people: people ?? 1 };
      if (party.start < party.end) parties.push(party);
    }
  };
  if (attended || people !== null) {
    add(start, end ?? Math.max(start, to));
    return;
  }
  add(start, start + PRESENCE_MS);
  if (endCause === 'badge-out' && end !== null) add(end, end + PRESENCE_MS);
}

/** At each instant the largest of the parties of one member: what they hold on several machines is the same people. */
function peopleOf(parties: readonly Party[]): Span[] {
  const counts = [...new Set(parties.map(({ people }) => people))].sort((a, b) => a - b);
  return counts.flatMap((count, index) => {
    const more = count - (counts[index - 1] ?? 0);
    const spans = unionSpans(
      parties.filter(({ people }) => people >= count),
      [],
    );
    return Array.from({ length: more }, () => spans).flat();
  });
}

function empty(): OccupancyHour {
  return { windowMs: 0, openMs: 0, presentMs: 0, peak: 0 };
}

function at(hours: readonly OccupancyHour[], hour: number): OccupancyHour {
  return hours[hour] as OccupancyHour;
}
