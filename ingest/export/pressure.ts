/** How long a change of load takes to count for about two thirds. */
const SMOOTH_MS = 1000;
/** Ingest that told nothing for so long has nothing to do. */
const STALE_MS = 2000;
/** Up to this share of its time ingest does not notice the export. */
const CALM = 0.5;
/** From this share on ingest has no time left. */
const FULL = 0.9;
/** Then the export rests so many times as long as it worked. */
const REST_MAX = 25;

/** How busy ingest is, from what its loop tells: on a small machine a few hundred messages a second are much. */
export class Pressure {
  readonly #now: () => number;
  #busy = 0;
  #at = Number.NEGATIVE_INFINITY;

  /** `now`: a monotonic clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Since the last time ingest worked for this share of its time, from 0 to 1. */
  note(busy: number): void {
    const now = this.#now();
    const elapsedMs = now - this.#at;
    const before = elapsedMs < STALE_MS ? this.#busy : 0;
    const weight = 1 - Math.exp(-Math.min(elapsedMs, STALE_MS) / SMOOTH_MS);
    this.#busy = before + (busy - before) * weight;
    this.#at = now;
  }

  /** How many times as long as it works the export has to rest now. */
  get restPerWork(): number {
    if (this.#now() - this.#at >= STALE_MS) return 0;
    return REST_MAX * Math.min(1, Math.max(0, (this.#busy - CALM) / (FULL - CALM)));
  }
}
