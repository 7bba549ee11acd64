/** Shorter rests are put off: they would cost more than they give. */
const REST_MS_MIN = 5;

/** Ingest comes first: while it is busy the export rests after each piece of work, falls behind, and catches up later. */
export class Pace {
  readonly #restPerWork: () => number;
  readonly #restMsMax: number;
  readonly #workedMs: () => number;
  readonly #pause: (ms: number) => Promise<void>;
  #paidMs: number;

  constructor(deps: {
    /** How many times as long as the work the rest has to be now. */
    restPerWork: () => number;
    restMsMax: number;
    /** Processor time that was worked until now, ms: to be waiting, or kept waiting, is no work. */
    workedMs: () => number;
    pause: (ms: number) => Promise<void>;
  }) {
    this.#restPerWork = deps.restPerWork;
    this.#restMsMax = deps.restMsMax;
    this.#workedMs = deps.workedMs;
    this.#pause = deps.pause;
    this.#paidMs = deps.workedMs();
  }

  /** A piece of work is done; resolves when the next one may begin. */
  async rest(): Promise<void> {
    const restPerWork = this.#restPerWork();
    const workedMs = this.#workedMs();
    const restMs = Math.min(this.#restMsMax, (workedMs - this.#paidMs) * restPerWork);
    if (restPerWork > 0 && restMs < REST_MS_MIN) return;
    this.#paidMs = workedMs;
    if (restMs > 0) await this.#pause(restMs);
  }
}
