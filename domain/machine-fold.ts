import type { ActivityInterval, EnergyHour, ServiceInterval, Session } from './layers.ts';
import type { MachineInput, MachineRules } from './machine-input.ts';

/** Everything the fold of one machine remembers: plain JSON in a fixed order of keys; `JSON.stringify` is canonical. */
export interface FoldState {
  /** The machine's beginning, UTC ms. */
  from: number;
  /** The newest instant with an input; inputs of this very millisecond are held back in the state. */
  at: number;
}

/** Where the fold hands over what can no longer change. */
export interface FoldEmit {
  activity(interval: ActivityInterval): void;
  service(interval: ServiceInterval): void;
  session(session: Session): void;
  energy(hour: EnergyHour): void;
}

/** Everything of a fold that was not emitted yet, completed as if nothing else happened. */
export interface FoldRest {
  activity: ActivityInterval[];
  service: ServiceInterval[];
  sessions: Session[];
  energy: EnergyHour[];
}

/** Where a recomputation begins in each layer: it replaces exactly what has a start (or hour) at or after these. */
export interface Watermarks {
  activity: number;
  service: number;
  session: number;
  energy: number;
}

/** The fold of a machine that begins at `from` (UTC ms) and has heard nothing. */
export function initialFold(from: number): FoldState {
  return { from, at: from };
}

/** Total order of inputs: by instant, then kind, then content; 0 only for the same content. */
export function compareInputs(a: MachineInput, b: MachineInput): number {
  return a.at - b.at;
}

/** Whether an input may be applied to this state; false when it is late. */
export function isAfter(state: FoldState, input: MachineInput): boolean {
  return input.at >= state.at;
}

/** Applies one input, which must not be late; changes `state`. */
export function applyInput(_state: FoldState, _input: MachineInput, _rules: MachineRules, _emit: FoldEmit): void {
  throw new Error('not built yet');
}

/** Everything not emitted yet, as if nothing else happened until `now`; does not change `state`. */
export function finishFold(_state: FoldState, _now: number, _rules: MachineRules): FoldRest {
  throw new Error('not built yet');
}

/** Where a recomputation from this state begins in each layer. */
export function watermarks(_state: FoldState): Watermarks {
  throw new Error('not built yet');
}
