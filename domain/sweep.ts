import type { Span } from './spans.ts';

/** The instants at which the spans of one lane begin, and those at which they end: each sorted, as many of both. */
export interface Lane {
  starts: Float64Array;
  ends: Float64Array;
}

/** A lane, and how many of its instants have passed. */
interface WalkedLane extends Lane {
  begun: number;
  over: number;
}

/** Walks forward through lanes and tells for every stretch of time how many spans of each lane cover it. */
export class Sweep {
  readonly #lanes: WalkedLane[];
  readonly #counts: number[];

  constructor(lanes: readonly Lane[]) {
    this.#lanes = lanes.map((lane) => ({ ...lane, begun: 0, over: 0 }));
    this.#counts = lanes.map(() => 0);
  }

  /**
   * Visits the stretches of `[from, to)`, in which the counts stay the same; each walk goes on from where the last one ended,
   * or later. `counts` is the same array at each call.
   */
  walk(from: number, to: number, visit: (ms: number, counts: readonly number[]) => void): void {
    for (let at = from; at < to; ) {
      let next = to;
      for (let index = 0; index < this.#lanes.length; index += 1) {
        const lane = this.#lanes[index] as WalkedLane;
        this.#counts[index] = countAt(lane, at);
        next = Math.min(next, lane.starts[lane.begun] ?? next, lane.ends[lane.over] ?? next);
      }
      visit(next - at, this.#counts);
      at = next;
    }
  }
}

/** The lane of spans that may overlap and come in any order. */
export function laneOf(spans: readonly Span[]): Lane {
  const starts = new Float64Array(spans.length);
  const ends = new Float64Array(spans.length);
  for (const [index, { start, end }] of spans.entries()) {
    starts[index] = start;
    ends[index] = end;
  }
  return { starts: starts.sort(), ends: ends.sort() };
}

function countAt(lane: WalkedLane, at: number): number {
  while ((lane.starts[lane.begun] ?? Number.POSITIVE_INFINITY) <= at) lane.begun += 1;
  while ((lane.ends[lane.over] ?? Number.POSITIVE_INFINITY) <= at) lane.over += 1;
  return lane.begun - lane.over;
}
