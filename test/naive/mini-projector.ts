import type { FoldState } from '../../domain/fold-state.ts';
import { compareInputs } from '../../domain/input-order.ts';
import { applyInput, type FoldRest, finishFold, initialFold, isAfter, watermarks } from '../../domain/machine-fold.ts';
import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';
import { collect, joined } from './run-fold.ts';

/** Adds events in any order, late ones too, by the book: checkpoints, watermarks, and a stop where nothing differs. */
export class MiniProjector {
  readonly #rules: MachineRules;
  readonly #from: number;
  readonly #everyMs: number;
  #inputs: MachineInput[] = [];
  #checkpoints = new Map<number, string>();
  #layers: FoldRest = collect().layers;
  #state: FoldState;
  /** How often a late event did not have to recompute everything after it. */
  stops = 0;

  constructor(rules: MachineRules, from: number, everyMs: number) {
    this.#rules = rules;
    this.#from = from;
    this.#everyMs = everyMs;
    this.#state = initialFold(from);
  }

  get stateText(): string {
    return JSON.stringify(this.#state);
  }

  add(batch: readonly MachineInput[]): void {
    for (const input of [...batch].sort(compareInputs)) {
      if (this.#inputs.some((known) => compareInputs(known, input) === 0)) continue;
      this.#inputs.push(input);
      if (isAfter(this.#state, input)) {
        const { layers, emit } = collect();
        this.#checkpointBefore(this.#state, input);
        applyInput(this.#state, input, this.#rules, emit);
        this.#layers = joined(this.#layers, layers);
      } else this.#foldAgain(input.at);
    }
  }

  finish(now: number): FoldRest {
    return joined(this.#layers, finishFold(this.#state, now, this.#rules));
  }

  /** Keeps the state as a checkpoint if `input` is the first at or after a boundary; true when it is already known so. */
  #checkpointBefore(state: FoldState, input: MachineInput): boolean {
    const boundary = Math.floor(input.at / this.#everyMs) * this.#everyMs;
    if (boundary <= state.at) return false;
    const text = JSON.stringify(state);
    const isSame = this.#checkpoints.get(boundary) === text;
    this.#checkpoints.set(boundary, text);
    return isSame;
  }

  #foldAgain(at: number): void {
    const newest = Math.max(...[...this.#checkpoints.keys()].filter((boundary) => boundary <= at), -1);
    const text = this.#checkpoints.get(newest);
    const state = text ? (JSON.parse(text) as FoldState) : initialFold(this.#from);
    const old = watermarks(state);
    const { layers, emit } = collect();
    const rest = this.#inputs.filter((input) => input.at >= newest).sort(compareInputs);
    for (const input of rest) {
      if (this.#checkpointBefore(state, input) && Math.floor(input.at / this.#everyMs) * this.#everyMs > at) {
        this.stops++;
        this.#replace(old, watermarks(state), layers);
        return;
      }
      applyInput(state, input, this.#rules, emit);
    }
    this.#state = state;
    this.#replace(old, null, layers);
  }

  #replace(old: ReturnType<typeof watermarks>, to: ReturnType<typeof watermarks> | null, made: FoldRest): void {
    const around = <T>(rows: T[], news: T[], at: (row: T) => number, from: number, until: number | undefined) => [
      ...rows.filter((row) => at(row) < from),
      ...news,
      ...rows.filter((row) => until !== undefined && at(row) >= until),
    ];
    const start = (row: { start: number }) => row.start;
    this.#layers = {
      activity: around(this.#layers.activity, made.activity, start, old.activity, to?.activity),
      service: around(this.#layers.service, made.service, start, old.service, to?.service),
      sessions: around(this.#layers.sessions, made.sessions, start, old.session, to?.session),
      energy: around(this.#layers.energy, made.energy, ({ hour }) => hour, old.energy, to?.energy),
    };
  }
}
