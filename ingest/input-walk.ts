import type { MachineInput } from '../domain/machine-input.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import type { Span } from '../domain/spans.ts';
import { type InputSource, storedInputs } from './fold-inputs.ts';

/**
 * A walk over the stored inputs of one machine, from its beginning to the newest, a piece at a time. More may be stored
 * meanwhile: what lies before the walk is met on the way, what lies behind it is noted (`late`).
 */
export class InputWalk {
  readonly #ledger: LedgerWriter;
  readonly #source: InputSource;
  #read: readonly MachineInput[] = [];
  #next = 0;
  /** Everything that is stored before this instant was read. */
  #readTo: number;
  /** The newest instant that was handed out. */
  #at = Number.NEGATIVE_INFINITY;
  #late: Span | null = null;

  constructor(ledger: LedgerWriter, source: InputSource, from: number) {
    this.#ledger = ledger;
    this.#source = source;
    this.#readTo = from;
  }

  /** The next inputs in order, `count` at most; none when nothing is left. Inputs of the newest millisecond may come again. */
  async take(count: number): Promise<readonly MachineInput[]> {
    if (this.#next >= this.#read.length) await this.#readOn();
    const inputs = this.#read.slice(this.#next, this.#next + count);
    this.#next += inputs.length;
    this.#at = inputs.at(-1)?.at ?? this.#at;
    return inputs;
  }

  async #readOn(): Promise<void> {
    this.#read = [];
    this.#next = 0;
    for await (const inputs of storedInputs(this.#ledger, this.#source, this.#readTo, Number.MAX_SAFE_INTEGER)) {
      const last = inputs.at(-1);
      if (!last) continue;
      this.#read = inputs;
      this.#readTo = last.at + 1;
      return;
    }
  }

  /** Inputs with `at` from `from` to `to` were stored. */
  stored(from: number, to: number): void {
    if (this.#at === Number.NEGATIVE_INFINITY) return;
    if (from < this.#at) {
      this.#late = { start: Math.min(from, this.#late?.start ?? from), end: Math.max(to, this.#late?.end ?? to) };
    }
    if (to < this.#at || from >= this.#readTo) return;
    // What was read ahead is no longer all there is; the newest millisecond is read again.
    this.#readTo = this.#at;
    this.#read = [];
    this.#next = 0;
  }

  /** From the first to the last input that was stored behind the walk; null when there is none. */
  get late(): Span | null {
    return this.#late;
  }
}
