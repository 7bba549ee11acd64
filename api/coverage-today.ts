import type { Queries } from './queries/queries.ts';

/** How old the observed share of today may be. */
const FRESH_MS = 60_000;
/** How many machines one query asks for. */
const MACHINES_PER_QUERY = 500;

/** Keeps the observed share of today of every machine; a read never waits for the query that renews it. */
export class CoverageToday {
  readonly #queries: Queries;
  readonly #clock: () => number;
  readonly #machines: () => string[];
  readonly #renewed: () => void;
  #values: Record<string, number | null> = {};
  #renewedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #isKnown = false;

  constructor(queries: Queries, clock: () => number, machines: () => string[], renewed: () => void) {
    this.#queries = queries;
    this.#clock = clock;
    this.#machines = machines;
    this.#renewed = renewed;
  }

  /** The share of today that was observed; null while it is not known. */
  of(machine: string): number | null {
    return this.#values[machine] ?? null;
  }

  /** Whether values were read at least once. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Starts to renew values that are too old; the promise is for those who want to wait, and never rejects. */
  renew(): Promise<void> {
    if (this.#running !== null) return this.#running;
    if (this.#clock() - this.#renewedAt < FRESH_MS) return Promise.resolve();
    this.#renewedAt = this.#clock();
    this.#running = this.#load().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** A failed query leaves the old values: the floor itself does not depend on them, and the next renewal tries again. */
  async #load(): Promise<void> {
    const values: Record<string, number | null> = {};
    const machines = this.#machines();
    try {
      for (let index = 0; index < machines.length; index += MACHINES_PER_QUERY) {
        Object.assign(values, await this.#queries.coverageToday(machines.slice(index, index + MACHINES_PER_QUERY)));
      }
    } catch {
      return;
    }
    this.#values = values;
    this.#isKnown = true;
    this.#renewed();
  }
}
