import type { FoldState } from '../domain/fold-state.ts';
import { compareInputs } from '../domain/input-order.ts';
import type { MachineInput } from '../domain/machine-input.ts';

/** How far apart the remembered states are; the older of the two is at least this old. */
const SPAN_MS = 15_000;
/** How far back one has to begin to note inputs so that the last span is remembered. */
export const REMEMBERED_MS = 2 * SPAN_MS;

interface Remembered {
  /** The state has all inputs before this instant and no other. */
  boundary: number;
  /** JSON of a `FoldState`. */
  state: string;
  inputs: MachineInput[];
}

/**
 * The last half minute of one machine's inputs, with the state before them.
 *
 * Clocks of the devices on one machine differ by a second or so, so that their messages come slightly out of order all
 * the time: that must not cost a walk to the ledger.
 */
export class RecentPast {
  #older: Remembered | undefined;
  #newer: Remembered | undefined;

  /** To be called before each input that comes in order is applied to `state`. */
  note(state: FoldState, input: MachineInput): void {
    const newest = this.#newer;
    if (input.at > state.at && (!newest || input.at - newest.boundary >= SPAN_MS)) {
      this.#older = newest;
      this.#newer = { boundary: input.at, state: JSON.stringify(state), inputs: [input] };
      return;
    }
    newest?.inputs.push(input);
  }

  /** The state before `at` and all inputs since, with `added` among them, in order and each once; undefined when `at` is longer ago. */
  replay(at: number, added: readonly MachineInput[]): { state: FoldState; inputs: MachineInput[] } | undefined {
    const from = [this.#newer, this.#older].find((remembered) => remembered && remembered.boundary <= at);
    if (!from) return undefined;
    const since = from === this.#older ? [...from.inputs, ...(this.#newer?.inputs ?? [])] : from.inputs;
    const sorted = [...since, ...added].sort(compareInputs);
    const inputs = sorted.filter(
      (input, index) => index === 0 || compareInputs(sorted[index - 1] as MachineInput, input) !== 0,
    );
    this.#newer = { boundary: from.boundary, state: from.state, inputs };
    if (from === this.#older) this.#older = undefined;
    return { state: JSON.parse(from.state) as FoldState, inputs };
  }

  /** Forgets everything: the state was computed anew. */
  forget(): void {
    this.#older = undefined;
    this.#newer = undefined;
  }
}
