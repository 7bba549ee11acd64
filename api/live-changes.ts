/** How many changes are remembered for readers that come back; older ones get every machine's newest state instead. */
const REMEMBERED_MAX = 65_536;

/** One change of one machine. */
export interface Change {
  id: number;
  machine: string;
}

/**
 * Which machine changed when, by ids that only grow.
 *
 * What a machine looked like is not kept: whoever reads a change gets the newest state, so a slow reader costs nothing.
 * Ids of a later start are greater than those of an earlier one.
 */
export class LiveChanges {
  readonly #first: number;
  #last: number;
  readonly #newest = new Map<string, number>();
  #ring: Change[] = [];

  /** `startedAt`: UTC ms. */
  constructor(startedAt: number) {
    this.#first = startedAt * 1000;
    this.#last = this.#first;
  }

  /** The id of the newest change. */
  get last(): number {
    return this.#last;
  }

  /** Notes that a machine changed. */
  note(machine: string): void {
    this.#last += 1;
    this.#newest.set(machine, this.#last);
    this.#ring.push({ id: this.#last, machine });
    if (this.#ring.length >= 2 * REMEMBERED_MAX) this.#ring = this.#ring.slice(-REMEMBERED_MAX);
  }

  /** The newest change of each machine after `id`, by id. An id of another start gives all of them. */
  after(id: number): Change[] {
    const known = id >= this.#first && id <= this.#last ? id : 0;
    const oldest = this.#ring[0]?.id ?? Number.POSITIVE_INFINITY;
    if (known + 1 >= oldest) return this.#fromRing(known - oldest + 1);
    return [...this.#newest]
      .map(([machine, newest]) => ({ id: newest, machine }))
      .filter((change) => change.id > known)
      .sort((a, b) => a.id - b.id);
  }

  #fromRing(index: number): Change[] {
    return this.#ring.slice(index).filter((change) => this.#newest.get(change.machine) === change.id);
  }
}
