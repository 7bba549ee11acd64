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

/**
 * Walks through `cells` (sorted, without overlaps) and tells for every stretch in them how many spans of each lane
 * cover it. `counts` is the same array at each call.
 */
export function sweep<Cell extends Span>(
  lanes: readonly Lane[],
  cells: readonly Cell[],
  visit: (cell: Cell, ms: number, counts: readonly number[]) => void,
): void {
  const walked = lanes.map((lane) => ({ ...lane, begun: 0, over: 0 }));
  const counts = walked.map(() => 0);
  for (const cell of cells) {
    for (let at = cell.start; at < cell.end; ) {
      let next = cell.end;
      walked.forEach((lane, index) => {
        counts[index] = countAt(lane, at);
        next = Math.min(next, lane.starts[lane.begun] ?? next, lane.ends[lane.over] ?? next);
      });
      visit(cell, next - at, counts);
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
