/** Shorter rests are put off: they would cost more than they give. */
const REST_MS_MIN = 5;

/** Ingest comes first: while it is busy the export rests after each piece of work, falls behind, and catches up later. */
export class Pace {
  readonly #restPerWork: () => number;
  readonly #restMsMax: number;
  readonly #now: () => number;
  readonly #pause: (ms: number) => Promise<void>;
  #since: number;

  constructor(deps: {
    /** How many times as long as the work the rest has to be now. */
    restPerWork: () => number;
    restMsMax: number;
    /** A monotonic clock, ms. */
    now: () => number;
    pause: (ms: number) => Promise<void>;
  }) {
    this.#restPerWork = deps.restPerWork;
    this.#restMsMax = deps.restMsMax;
    this.#now = deps.now;
    this.#pause = deps.pause;
    this.#since = deps.now();
  }

  /** Work begins here: what was before was waiting for it. */
  begin(): void {
    this.#since = this.#now();
  }

  /** A piece of work is done; resolves when the next one may begin. */
  async rest(): Promise<void> {
    const restPerWork = this.#restPerWork();
    const restMs = Math.min(this.#restMsMax, (this.#now() - this.#since) * restPerWork);
    if (restPerWork > 0 && restMs < REST_MS_MIN) return;
    if (restMs > 0) await this.#pause(restMs);
    this.begin();
  }
}
