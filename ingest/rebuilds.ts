import type { LedgerWriter } from '../domain/ports-ledger.ts';
import type { InputSource } from './fold-inputs.ts';
import type { MachineProjection } from './machine-projection.ts';
import { MachineRebuild } from './machine-rebuild.ts';
import type { MachineSetting } from './rules.ts';

/** How many rows of a past that is no longer read are dropped at once. */
const DROPPED_ROWS_MAX = 2000;

/** How far the computation of pasts is. */
export interface RebuildProgress {
  /** The machine whose past is being computed; null between two. */
  machine: string | null;
  /** How much of it is done, 0 to 1. */
  done: number;
  /** Machines that are not done, this one among them. */
  machines: number;
}

/** The machines whose past is computed again, one after the other, in the order in which they were asked for. */
export class Rebuilds {
  readonly #ledger: LedgerWriter;
  readonly #inputs: number;
  readonly #wanted = new Map<string, MachineRebuild>();
  /** Machines of which rows are there that nobody reads. */
  readonly #toDrop = new Set<string>();

  /** `inputs`: how many are folded between two looks at the clock. */
  constructor(ledger: LedgerWriter, inputs: number) {
    this.#ledger = ledger;
    this.#inputs = inputs;
  }

  /** Begins anew; `left` are machines of which an earlier process left rows that nobody reads. */
  begin(left: readonly string[]): void {
    this.#wanted.clear();
    this.#toDrop.clear();
    for (const machine of left) this.#toDrop.add(machine);
  }

  get isBusy(): boolean {
    return this.#wanted.size > 0 || this.#toDrop.size > 0;
  }

  /** Null when no past is to be computed again. */
  get progress(): RebuildProgress | null {
    const [first] = this.#wanted.values();
    if (!first) return null;
    const machine = first.isBegun ? first.before.id : null;
    return { machine, done: first.done, machines: this.#wanted.size };
  }

  /** The past of a machine is to be computed again under this setting; what was begun under another one is of no use. */
  want(machine: MachineProjection, source: InputSource, setting: MachineSetting): void {
    const begun = this.#wanted.get(machine.id);
    if (begun?.digest === setting.digest && begun.before === machine) return;
    if (begun) this.cancel(begun.before);
    const rebuild = new MachineRebuild(machine, source, setting, this.#ledger);
    machine.follower = rebuild;
    this.#wanted.set(machine.id, rebuild);
  }

  /** The past of a machine is right as it is, or of no interest. */
  cancel(machine: MachineProjection): void {
    const rebuild = this.#wanted.get(machine.id);
    if (!rebuild) return;
    machine.follower = null;
    this.#wanted.delete(machine.id);
    if (rebuild.isBegun) this.#toDrop.add(machine.id);
  }

  /** Goes on until `isEnough`, or until one thing is done; gives a machine whose new past has just taken the place of its old one. */
  async step(isEnough: () => boolean): Promise<MachineProjection | undefined> {
    const [left] = this.#toDrop;
    if (left !== undefined) {
      if (await this.#ledger.dropRebuild(left, DROPPED_ROWS_MAX)) this.#toDrop.delete(left);
      return undefined;
    }
    const [rebuild] = this.#wanted.values();
    const after = await rebuild?.step(this.#inputs, isEnough);
    if (!rebuild || !after) return undefined;
    rebuild.before.follower = null;
    this.#wanted.delete(after.id);
    await this.#ledger.takeRebuild(after.id);
    this.#toDrop.add(after.id);
    return after;
  }
}
