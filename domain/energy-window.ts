import type { FoldState } from './machine-fold.ts';
import type { MachineInput, MachineRules } from './machine-input.ts';

/** Energy (Wh) of `[from, to)`: `state` is from before the window, `inputs` are those after it, in order. */
export function energyBetween(
  _state: FoldState,
  _inputs: Iterable<MachineInput>,
  _from: number,
  _to: number,
  _rules: MachineRules,
): number | null {
  throw new Error('not built yet');
}
