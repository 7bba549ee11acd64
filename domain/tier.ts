import type { Totals } from './rollup.ts';
import { type Stay, stayAt } from './stay.ts';
import { nextPeriod, startOfPeriod } from './time.ts';
import { addTotals, emptySum } from './usage-sum.ts';

/** The calendar buckets for which sums of rollups are kept. */
export const TIERS = ['day', 'month'] as const;
/** One length of bucket for which sums are kept. */
export type Tier = (typeof TIERS)[number];

/**
 * Totals of one machine in one calendar day or month of the lab in which it is, cut to its stay (`start`: UTC ms of its
 * beginning). A day is the sum of its hours that have rollups; a month that of its days all of whose hours have them.
 */
export interface TierSum extends Totals {
  machine: string;
  lab: string;
  start: number;
  /** Tokens of the members whose sessions in effect begin in those hours, each once (numbered ones, too, are read as tokens). */
  members: Iterable<string>;
}

/** The day or month of a lab's calendar that holds `at`, cut to the stay; undefined where there is none. */
export function tierPieceAt(stays: readonly Stay[], tier: Tier, at: number): Stay | undefined {
  const stay = stayAt(stays, at);
  if (!stay) return undefined;
  const { lab } = stay;
  const start = Math.max(stay.start, startOfPeriod(at, tier, lab.timezone));
  return { lab, start, end: Math.min(stay.end, nextPeriod(at, tier, lab.timezone)) };
}

/** The days or months that overlap `[from, to)`, each cut to its stay, in order. */
export function tierPieces(stays: readonly Stay[], tier: Tier, from: number, to: number): Stay[] {
  const pieces: Stay[] = [];
  for (const stay of stays) {
    for (let at = Math.max(from, stay.start); at < Math.min(to, stay.end); ) {
      const piece = tierPieceAt([stay], tier, at) as Stay;
      pieces.push(piece);
      at = piece.end;
    }
  }
  return pieces;
}

/** Where the day begins that is not whole while hours up to `rolledUntil` have rollups. */
export function startOfOpenDay(stays: readonly Stay[], rolledUntil: number): number {
  return tierPieceAt(stays, 'day', rolledUntil)?.start ?? rolledUntil;
}

/** The sum of the days of a month; undefined when there are none. */
export function sumOfDays(days: readonly TierSum[], { lab, start }: Stay): TierSum | undefined {
  const [first] = days;
  if (!first) return undefined;
  const sum = emptySum();
  for (const day of days) addTotals(sum, day);
  const { windowMs: _, members: __, machines: ___, unmetered: ____, ...totals } = sum;
  const members = [...new Set(days.flatMap((day) => [...day.members]))];
  return { ...totals, machine: first.machine, lab: lab.id, start, members };
}
