import type { Span } from '../../domain/spans.ts';
import { nextPeriod, parseInstantOrDate, startOfPeriod, wallOf } from '../../domain/time.ts';
import type { RangeText, UsagePeriod } from './queries.ts';

/** A range in UTC ms; empty when `to` ≤ `from`. */
export interface Range {
  from: number;
  to: number;
}

/** One bucket of a window. `key` is the same for the same calendar bucket of labs in other zones. */
export interface Bucket extends Range {
  key: number;
}

/** The range as the lab reads it. Texts were checked before, so an unreadable one is an error of the caller. */
export function rangeOf({ from, to }: RangeText, zone: string): Range {
  const [start, end] = [parseInstantOrDate(from, zone), parseInstantOrDate(to, zone)];
  if (start === undefined || end === undefined) throw new Error(`not a range of time: ${from} to ${to}`);
  return { from: start, to: end };
}

/** Works something out once for each zone: most machines share one. */
export function perZone<T>(make: (zone: string) => T): (zone: string) => T {
  const known = new Map<string, T>();
  return (zone) => {
    const found = known.get(zone) ?? make(zone);
    known.set(zone, found);
    return found;
  };
}

/** The part of a range that is counted: up to now, and while the machine is in the lab (or the lab exists). */
export function countedRange({ from, to }: Range, { start, end }: Span, now: number): Range {
  return { from: Math.max(from, start), to: Math.min(to, end, now) };
}

/** Cuts a window at the calendar of a zone; the first and the last bucket may be shorter than their period. */
export function bucketsOf({ from, to }: Range, period: UsagePeriod, zone: string): Bucket[] {
  if (period === 'total') return from < to ? [{ key: 0, from, to }] : [];
  const buckets: Bucket[] = [];
  let start = startOfPeriod(from, period, zone);
  while (start < to) {
    const next = nextPeriod(start, period, zone);
    // The hour that autumn repeats comes after its first time.
    const key = Math.max(wallOf(start, zone), (buckets.at(-1)?.key ?? Number.NEGATIVE_INFINITY) + 1);
    buckets.push({ key, from: Math.max(start, from), to: Math.min(next, to) });
    start = next;
  }
  return buckets;
}
