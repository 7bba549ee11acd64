import type { CorrectionRecord } from '../domain/correction-record.ts';
import type { LedgerWriter } from '../domain/ports-ledger.ts';
import type { InputSource } from './fold-inputs.ts';
import { frozenSessions } from './frozen-sessions.ts';
import { InputWalk } from './input-walk.ts';
import type { MachineProjection } from './machine-projection.ts';
import type { ProjectionFollower } from './projection-follower.ts';
import type { MachineSetting } from './rules.ts';
import { noLayers } from './settled-layers.ts';

/**
 * The past of one machine, computed again under other rules, a slice at a time: it walks over what is stored and writes
 * into the ledger's other set of rows. Meanwhile the machine goes on under its old rules and tells what it stores.
 */
export class MachineRebuild implements ProjectionFollower {
  readonly before: MachineProjection;
  readonly #ledger: LedgerWriter;
  readonly #source: InputSource;
  readonly #setting: MachineSetting;
  #work: { after: MachineProjection; walk: InputWalk } | undefined;
  #firstAt: number | undefined;

  constructor(before: MachineProjection, source: InputSource, setting: MachineSetting, ledger: LedgerWriter) {
    this.before = before;
    this.#source = source;
    this.#setting = setting;
    this.#ledger = ledger;
  }

  /** The digest of the rules that it computes with. */
  get digest(): string {
    return this.#setting.digest;
  }

  /** Whether anything was written yet. */
  get isBegun(): boolean {
    return this.#work !== undefined;
  }

  /** How much of the past is done, 0 to 1. */
  get done(): number {
    if (!this.#work || this.#firstAt === undefined) return 0;
    const lengthMs = this.before.at - this.#firstAt;
    return lengthMs > 0 ? Math.min(1, Math.max(0, (this.#work.after.at - this.#firstAt) / lengthMs)) : 1;
  }

  stored(from: number, to: number): void {
    this.#work?.walk.stored(from, to);
  }

  correct(record: CorrectionRecord): void {
    this.#work?.after.correct(record);
  }

  /** Goes on until `isEnough`, which is asked after each `count` inputs; gives the machine under its new rules when all is done. */
  async step(count: number, isEnough: () => boolean): Promise<MachineProjection | undefined> {
    await this.before.flushReadings();
    // Nothing tells them again.
    const frozen = this.#work ? [] : await frozenSessions(this.#ledger, this.before.id);
    this.#work ??= await this.#begin();
    const { after, walk } = this.#work;
    const isTold = this.before.isDirty || (await this.#ledger.fold(this.before.id)) !== undefined;
    return this.#ledger.inRebuild(this.before.id, async () => {
      await this.#ledger.replaceLayers(this.before.id, null, null, { ...noLayers(), sessions: frozen });
      let isWhole = false;
      do {
        const inputs = await walk.take(count);
        this.#firstAt ??= inputs[0]?.at;
        isWhole = inputs.length === 0;
        // The fold of a machine is kept, too, when nothing of what it was told counts any more.
        after.foldStored(inputs, isTold || !isWhole);
      } while (!isWhole && !isEnough());
      if (isWhole && walk.late) await after.foldLate(walk.late.start, walk.late.end);
      await after.flush();
      return isWhole ? after : undefined;
    });
  }

  async #begin(): Promise<{ after: MachineProjection; walk: InputWalk }> {
    return {
      after: await this.before.successor(this.#source, this.#setting),
      walk: new InputWalk(this.#ledger, this.#source, this.#setting.from),
    };
  }
}
