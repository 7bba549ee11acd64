import type { FoldEmit, FoldState } from '../domain/fold-state.ts';
import type { Watermarks } from '../domain/machine-fold.ts';
import type { Checkpoint, SettledLayers } from '../domain/ports-ledger.ts';
import { checkpointBefore } from './checkpoint-before.ts';
import { emitInto, noLayers, settledBefore } from './settled-layers.ts';

/** What a machine's fold has settled and nobody has written yet: layers, and the states to which late events go back. */
export class SettledBuffer {
  #layers = noLayers();
  #checkpoints: Checkpoint[] = [];

  /** Where a fold hands over what it settles, until the next call of any method but `noteState`. */
  emit(): FoldEmit {
    return emitInto(this.#layers);
  }

  /** To be called before an input of the instant `at` (UTC ms) is applied to `state`. */
  noteState(state: FoldState, at: number): void {
    const boundary = checkpointBefore(at);
    if (boundary > state.at) this.#checkpoints.push({ at: boundary, state: JSON.stringify(state) });
  }

  /** Drops the layers that were not settled before the watermarks: they are computed again. */
  keepBefore(marks: Watermarks): void {
    this.#layers = settledBefore(this.#layers, marks);
  }

  /** Hands everything over; `layers` is null when there are none. */
  take(): { layers: SettledLayers | null; checkpoints: Checkpoint[] } {
    const [layers, checkpoints] = [this.#layers, this.#checkpoints];
    this.#layers = noLayers();
    this.#checkpoints = [];
    return { layers: Object.values(layers).some(({ length }) => length > 0) ? layers : null, checkpoints };
  }
}
