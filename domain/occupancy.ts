import { eachHourPiece, HOURS_OF_WEEK } from './hour-of-week.ts';
import { type MachineVisits, presence } from './presence.ts';
import { clipSpans, type Span } from './spans.ts';
import { Sweep } from './sweep.ts';

/** The people in one lab over a window. */
export interface OccupancyInput {
  /** The sessions of every machine of the lab that overlap the window, or end up to `PRESENCE_MS` before it. */
  machines: readonly MachineVisits[];
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
  eachHourPiece(whole, zone, (hour, start, end) => {
    at(hours, hour).windowMs += end - start;
  });
  const sweep = new Sweep([presence(machines, to)]);
  eachHourPiece(clipSpans(opening, from, to), zone, (hour, start, end) => {
    const entry = at(hours, hour);
    sweep.walk(start, end, (ms, [count = 0]) => {
      entry.openMs += ms;
      entry.presentMs += count * ms;
      entry.peak = Math.max(entry.peak, count);
    });
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
export function peopleAt(machines: readonly MachineVisits[], instants: readonly number[], to: number): number[] {
  const { starts, ends } = presence(machines, to);
  let came = 0;
  let went = 0;
  return instants.map((instant) => {
    while (came < starts.length && (starts[came] as number) <= instant) came += 1;
    while (went < ends.length && (ends[went] as number) <= instant) went += 1;
    return came - went;
  });
}

function empty(): OccupancyHour {
  return { windowMs: 0, openMs: 0, presentMs: 0, peak: 0 };
}

function at(hours: readonly OccupancyHour[], hour: number): OccupancyHour {
  return hours[hour] as OccupancyHour;
}
