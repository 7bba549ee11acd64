import type { FoldEmit } from '../../domain/fold-state.ts';
import { compareInputs } from '../../domain/input-order.ts';
import { applyInput, type FoldRest, finishFold, initialFold } from '../../domain/machine-fold.ts';
import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';

/** Somewhere to put what a fold emits. */
export function collect(): { layers: FoldRest; emit: FoldEmit } {
  const layers: FoldRest = { activity: [], service: [], sessions: [], energy: [] };
  const emit: FoldEmit = {
    activity: (interval) => layers.activity.push(interval),
    service: (interval) => layers.service.push(interval),
    session: (session) => layers.sessions.push(session),
    energy: (hour) => layers.energy.push(hour),
  };
  return { layers, emit };
}

/** Both parts of each layer, one after the other. */
export function joined(settled: FoldRest, rest: FoldRest): FoldRest {
  return {
    activity: [...settled.activity, ...rest.activity],
    service: [...settled.service, ...rest.service],
    sessions: [...settled.sessions, ...rest.sessions],
    energy: [...settled.energy, ...rest.energy],
  };
}

/** Folds inputs in any order from nothing, up to `now`. */
export function runFold(inputs: readonly MachineInput[], rules: MachineRules, from: number, now: number): FoldRest {
  const state = initialFold(from);
  const { layers, emit } = collect();
  for (const input of [...inputs].sort(compareInputs)) applyInput(state, input, rules, emit);
  return joined(layers, finishFold(state, now, rules));
}
