import type { Bucket, Range } from './buckets.ts';

/** One cell of an answer: what falls into one group and one calendar bucket. */
interface Cell<Part> extends Range {
  parts: Part[];
}

/** Gathers the parts of an answer by group and by bucket; buckets of labs in other zones meet by their key. */
export class Cells<Part> {
  readonly #groups = new Map<string, Map<number, Cell<Part>>>();

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  /** Adds one part to each bucket of a group: `parts` are in the order of `buckets`. */
  add(group: string, buckets: readonly Bucket[], parts: readonly Part[]): void {
    const cells = this.#groups.get(group) ?? new Map<number, Cell<Part>>();
    this.#groups.set(group, cells);
    for (const [index, { key, from, to }] of buckets.entries()) {
      const part = parts[index] as Part;
      const cell = cells.get(key);
      if (!cell) {
        cells.set(key, { from, to, parts: [part] });
        continue;
      }
      cell.from = Math.min(cell.from, from);
      cell.to = Math.max(cell.to, to);
      cell.parts.push(part);
    }
  }

  /** Every cell: groups in the order in which they came, buckets by time. */
  *entries(): Generator<{ group: string; key: number } & Cell<Part>> {
    for (const [group, cells] of this.#groups) {
      for (const [key, cell] of [...cells].sort(([a], [b]) => a - b)) yield { group, key, ...cell };
    }
  }
}
