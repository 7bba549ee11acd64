/** How long the rate of events is taken over. */
const WINDOW_MS = 1000;

/** How busy ingest is: exporting waits while more events than `perSecondMax` come in a second. */
export class Pressure {
  readonly #perSecondMax: number;
  readonly #now: () => number;
  #from = 0;
  #events = 0;
  #perSecond = 0;

  /** `now`: a monotonic clock, ms. */
  constructor(perSecondMax: number, now: () => number) {
    this.#perSecondMax = perSecondMax;
    this.#now = now;
  }

  /** So many events came. */
  note(events: number): void {
    const elapsedMs = this.#now() - this.#from;
    if (elapsedMs >= WINDOW_MS) {
      this.#perSecond = elapsedMs < 2 * WINDOW_MS ? (this.#events / elapsedMs) * 1000 : 0;
      this.#from += elapsedMs;
      this.#events = 0;
    }
    this.#events += events;
  }

  /** Whether ingest needs the machine for itself. */
  get isHigh(): boolean {
    return this.#perSecond > this.#perSecondMax && this.#now() - this.#from < 2 * WINDOW_MS;
  }
}
