import type { Bucket, Range } from './buckets.ts';

/** One cell of an answer: what falls into one group and one calendar bucket, added up. */
interface Cell<Sum> extends Range {
  sum: Sum;
}

/** Adds up the parts of an answer by group and by bucket; buckets of labs in other zones meet by their key. */
export class Cells<Sum> {
  readonly #groups = new Map<string, Map<number, Cell<Sum>>>();
  readonly #empty: () => Sum;
  readonly #add: (sum: Sum, part: Sum) => void;

  /** `add` adds a part to a sum, in place. */
  constructor(empty: () => Sum, add: (sum: Sum, part: Sum) => void) {
    this.#empty = empty;
    this.#add = add;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  /** Adds one part to each bucket of a group: `parts` are in the order of `buckets`. */
  add(group: string, buckets: readonly Bucket[], parts: readonly Sum[]): void {
    const cells = this.#groups.get(group) ?? new Map<number, Cell<Sum>>();
    this.#groups.set(group, cells);
    for (const [index, { key, from, to }] of buckets.entries()) {
      const cell = cells.get(key) ?? { from, to, sum: this.#empty() };
      cells.set(key, cell);
      cell.from = Math.min(cell.from, from);
      cell.to = Math.max(cell.to, to);
      this.#add(cell.sum, parts[index] as Sum);
    }
  }

  /** Every cell: groups in the order in which they came, buckets by time. */
  *entries(): Generator<{ group: string; key: number } & Cell<Sum>> {
    for (const [group, cells] of this.#groups) {
      for (const [key, cell] of [...cells].sort(([a], [b]) => a - b)) yield { group, key, ...cell };
    }
  }
}
