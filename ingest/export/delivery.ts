import type { ExportMemory, SeriesAnswer, SeriesStore } from '../../domain/ports-series.ts';
import type { SeriesPoint } from '../../domain/series-points.ts';
import { pause } from './pause.ts';

/** How patient a delivery is, in ms. */
export interface DeliveryLimits {
  /** The first wait after a failure; it doubles with each further one. */
  backOffMsMin: number;
  backOffMsMax: number;
  /** How long to wait while address, user or database are wrong. */
  setUpRetryMs: number;
}

/** How a delivery fares: `waiting` ends by itself, `set-up-wrong` needs a person. */
export interface DeliveryState {
  state: 'working' | 'waiting' | 'set-up-wrong';
  /** Why it does not work; null when it does. */
  reason: string | null;
}

/** The delivery was told to stop; nothing more was confirmed. */
export class DeliveryStopped extends Error {
  constructor() {
    super('The delivery of series was stopped');
    this.name = 'DeliveryStopped';
  }
}

/**
 * Brings points to a store of series, however long it takes: waits while the store cannot take them, halves bodies
 * until a refused point is alone, and keeps that one aside.
 */
export class Delivery {
  readonly #store: SeriesStore;
  readonly #memory: ExportMemory;
  readonly #limits: DeliveryLimits;
  readonly #told: (state: DeliveryState) => void;
  readonly #stopping = new AbortController();
  #state: DeliveryState = { state: 'working', reason: null };
  #failures = 0;
  #notBefore = 0;
  /** Points that are stored. */
  points = 0;

  constructor(deps: {
    store: SeriesStore;
    memory: ExportMemory;
    limits: DeliveryLimits;
    /** Called when the state changes, once per change. */
    told: (state: DeliveryState) => void;
  }) {
    this.#store = deps.store;
    this.#memory = deps.memory;
    this.#limits = deps.limits;
    this.#told = deps.told;
  }

  /** Resolves when every point is stored, or refused alone and kept aside. Throws `DeliveryStopped`. */
  async deliver(points: readonly SeriesPoint[]): Promise<void> {
    if (points.length === 0) return;
    for (;;) {
      await this.#untilAllowed();
      const answer = await this.#store.write(points);
      if (this.#stopping.signal.aborted && answer.kind !== 'stored') throw new DeliveryStopped();
      if (await this.#isDone(points, answer)) return;
    }
  }

  async #isDone(points: readonly SeriesPoint[], answer: SeriesAnswer): Promise<boolean> {
    switch (answer.kind) {
      case 'stored':
        this.points += points.length - answer.tooOld;
        if (answer.tooOld > 0) this.#memory.addTooOld(answer.tooOld);
        this.#works();
        return true;
      case 'bad-point':
      case 'too-large':
        this.#works();
        await this.#halve(points, answer.reason);
        return true;
      case 'set-up-wrong':
        this.#fails({ state: 'set-up-wrong', reason: answer.reason }, this.#limits.setUpRetryMs);
        return false;
      case 'later':
        this.#fails({ state: 'waiting', reason: answer.reason }, answer.retryAfterMs);
        return false;
    }
  }

  async #halve(points: readonly SeriesPoint[], reason: string): Promise<void> {
    const [first] = points;
    if (points.length === 1 && first) {
      this.#memory.putRefused(first, reason);
      return;
    }
    const middle = points.length >> 1;
    await this.deliver(points.slice(0, middle));
    await this.deliver(points.slice(middle));
  }

  #works(): void {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#tell({ state: 'working', reason: null });
  }

  /** Bodies that were under way together count as one failure. */
  #fails(state: DeliveryState, afterMs: number | null): void {
    this.#tell(state);
    const now = performance.now();
    if (now < this.#notBefore) return;
    const { backOffMsMin, backOffMsMax } = this.#limits;
    const backOffMs = Math.min(backOffMsMax, backOffMsMin * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#notBefore = now + (afterMs ?? backOffMs * (0.5 + Math.random() / 2));
  }

  #tell(state: DeliveryState): void {
    const isSame = state.state === this.#state.state;
    this.#state = state;
    if (!isSame) this.#told(state);
  }

  async #untilAllowed(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const ms = this.#notBefore - performance.now();
      if (ms <= 0) return;
      await pause(ms, signal);
    }
    throw new DeliveryStopped();
  }

  /** How it fares now. */
  get state(): DeliveryState {
    return this.#state;
  }

  /** Ends all waiting: deliveries that are not confirmed throw. */
  stop(): void {
    this.#stopping.abort();
    this.#store.close();
  }
}
