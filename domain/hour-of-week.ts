import type { Span } from './spans.ts';
import { DAY_MS, HOUR_MS, nextPeriod, wallOf } from './time.ts';

/** The hours of a week, from Monday 00:00 (0) to Sunday 23:00 (167), as clocks on the wall show them. */
export const HOURS_OF_WEEK = 168;
/** 1970 began on a Thursday. */
const FIRST_HOUR = 72;

/** A stretch of time within one clock hour. */
export interface HourPiece extends Span {
  /** 0 to 167. */
  hour: number;
}

/** Is told of a stretch of time within one clock hour (0 to 167). */
export type VisitHour = (hour: number, start: number, end: number) => void;

/**
 * Cuts spans at the clock hours of a zone, in order.
 *
 * The hour that spring skips gets nothing that week, the one that autumn repeats gets both.
 */
export function eachHourPiece(spans: readonly Span[], zone: string, visit: VisitHour): void {
  for (const span of spans) {
    for (let start = span.start; start < span.end; start += DAY_MS) {
      eachOfDay(start, Math.min(span.end, start + DAY_MS), zone, visit);
    }
  }
}

/** As `eachHourPiece`, as a list. */
export function hourPieces(spans: readonly Span[], zone: string): HourPiece[] {
  const pieces: HourPiece[] = [];
  eachHourPiece(spans, zone, (hour, start, end) => pieces.push({ start, end, hour }));
  return pieces;
}

/** At most a day, in which a zone changes its clocks once at most. */
function eachOfDay(from: number, to: number, zone: string, visit: VisitHour): void {
  const offset = wallOf(from, zone) - from;
  const isEven = wallOf(to, zone) - to === offset;
  for (let start = from; start < to; ) {
    const wall = isEven ? start + offset : wallOf(start, zone);
    const next = isEven ? (Math.floor(wall / HOUR_MS) + 1) * HOUR_MS - offset : nextPeriod(start, 'hour', zone);
    const end = Math.min(next, to);
    visit(hourAt(wall), start, end);
    start = end;
  }
}

function hourAt(wallMs: number): number {
  const hours = Math.floor(wallMs / HOUR_MS) + FIRST_HOUR;
  return ((hours % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}
