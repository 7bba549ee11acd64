import assert from 'node:assert/strict';
import type { CorrectionRecord } from '../domain/correction-record.ts';
import type { FoldState } from '../domain/fold-state.ts';
import { compareInputs } from '../domain/input-order.ts';
import type { MachineView } from '../domain/layers.ts';
import { applyInput, initialFold, isAfter, type Watermarks, watermarks } from '../domain/machine-fold.ts';
import type { MachineInput } from '../domain/machine-input.ts';
import { nextChangeAt, viewOf } from '../domain/machine-view.ts';
import type { StoredFold } from '../domain/ports.ts';
import type { LedgerWriter, RowBytes, SettledLayers } from '../domain/ports-ledger.ts';
import type { RetentionDue } from '../domain/retention.ts';
import { BadgeReplies } from './badge-replies.ts';
import { checkpointBefore } from './checkpoint-before.ts';
import { type InputSource, storedInputs } from './fold-inputs.ts';
import { mixedDigest } from './fold-rules.ts';
import { freeze } from './freeze.ts';
import { FrozenSessions } from './frozen-sessions.ts';
import type { ProjectionFollower } from './projection-follower.ts';
import { REMEMBERED_MS, RecentPast } from './recent-past.ts';
import type { Replied } from './replied.ts';
import { NO_SPAN, rollUp, rollUpUntil, widened } from './roll-up.ts';
import type { MachineSetting } from './rules.ts';
import { SessionCorrections } from './session-corrections.ts';
import { fillSessionEnergy, forgetSessionEnergy } from './session-energy.ts';
import { SettledBuffer } from './settled-buffer.ts';
import { emitInto, noLayers } from './settled-layers.ts';
import { fillTiers } from './tier-up.ts';
import { ToldInputs } from './told-inputs.ts';

/** One machine in the projector: its fold, its newest readings, and what is settled but not written yet. */
export class MachineProjection {
  readonly id: string;
  readonly #ledger: LedgerWriter;
  readonly #told: ToldInputs;
  #source: InputSource;
  #setting: MachineSetting;
  #state: FoldState;
  #rules: string;
  #rolledFrom: number;
  #rolledUntil: number;
  /** Rollups in here were made of layers that have changed since. */
  #stale = NO_SPAN;
  readonly #settled = new SettledBuffer();
  #recent = new RecentPast();
  readonly #corrections: SessionCorrections;
  readonly #frozen: FrozenSessions;
  /** Hears of everything that is stored, while it computes the past again. */
  follower: ProjectionFollower | null = null;
  #isDirty = false;

  /** `told`: what keeps its inputs, when another projection of the same machine has it already. */
  constructor(
    source: InputSource,
    setting: MachineSetting,
    stored: StoredFold | undefined,
    ledger: LedgerWriter,
    told = new ToldInputs(source.machine, ledger),
  ) {
    this.id = source.machine;
    this.#told = told;
    this.#ledger = ledger;
    this.#corrections = new SessionCorrections(this.id, ledger);
    this.#frozen = new FrozenSessions(this.id, ledger);
    this.#source = source;
    this.#setting = setting;
    this.#state = stored ? (JSON.parse(stored.state) as FoldState) : initialFold(setting.from);
    // The text of the same rules is kept once.
    this.#rules = stored && stored.rules !== setting.digest ? stored.rules : setting.digest;
    this.#rolledFrom = stored?.rolledFrom ?? 0;
    this.#rolledUntil = stored?.rolledUntil ?? 0;
  }

  /** Takes over a registry; true when the past must be computed again. Until it was, the rules stay what they are. */
  update(source: InputSource, setting: MachineSetting): boolean {
    this.#source = source;
    if (this.#rules === setting.digest) this.#setting = setting;
    return this.#rules !== setting.digest;
  }

  /** The same machine under other rules, with nothing but frozen sessions. Both keep what they are told in one place. */
  async successor(source: InputSource, setting: MachineSetting): Promise<MachineProjection> {
    const state = JSON.stringify(await this.#frozen.fold(setting.from));
    const begun = { machine: this.id, state, rules: setting.digest, rolledFrom: 0, rolledUntil: 0 };
    return new MachineProjection(source, setting, begun, this.#ledger, this.#told);
  }

  /** Whether something changed since the last `flush`. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  /** The newest instant that was folded, UTC ms. */
  get at(): number {
    return this.#state.at;
  }

  view(now: number): MachineView {
    return viewOf(this.#state, now, this.#setting.rules);
  }

  nextChangeAt(now: number): number | null {
    return nextChangeAt(this.#state, now, this.#setting.rules);
  }

  /** A correction of one of its sessions was added to the ledger. */
  correct(record: CorrectionRecord): void {
    this.follower?.correct(record);
    this.#corrections.added(record);
    this.#isDirty = true;
  }

  /** Adds inputs in any order, repeats and late ones included; returns the badges that came in time. */
  async add(inputs: MachineInput[]): Promise<Replied[]> {
    const frozenUntil = await this.#frozen.until();
    const sorted = inputs.filter(({ kind, at }) => kind !== 'badge' || at >= frozenUntil).sort(compareInputs);
    const storedFrom = await this.#told.store(sorted);
    if (storedFrom === null) return [];
    this.#isDirty = true;
    this.follower?.stored(storedFrom, (sorted.at(-1) as MachineInput).at);
    // What came before the machine's beginning is kept: the lab may turn out to be older.
    const counted = sorted.filter(({ at }) => at >= this.#setting.from);
    const changedFrom = Math.max(storedFrom, this.#setting.from);
    const first = counted.find(({ at }) => at >= changedFrom);
    if (!first) return [];
    if (isAfter(this.#state, first)) return this.#foldOn(counted, changedFrom);
    const added = counted.filter(({ at }) => at >= changedFrom);
    const recent = this.#recent.replay(changedFrom, added);
    if (recent) return this.#foldRecent(recent, added);
    return this.#foldAgain(changedFrom, (counted.at(-1) as MachineInput).at, added);
  }

  #foldOn(inputs: readonly MachineInput[], from: number): Replied[] {
    const { rules } = this.#setting;
    const emit = this.#settled.emit();
    const replies = new BadgeReplies(inputs, rules);
    for (const input of inputs) {
      if (input.at < from) continue;
      this.#settled.noteState(this.#state, input.at);
      this.#recent.note(this.#state, input);
      replies.note(this.#state, input);
      applyInput(this.#state, input, rules, emit);
    }
    return replies.given;
  }

  /** Computes the last half minute again, out of memory: devices' clocks differ a little. */
  async #foldRecent(
    recent: { state: FoldState; inputs: MachineInput[] },
    added: readonly MachineInput[],
  ): Promise<Replied[]> {
    const { state, inputs } = recent;
    const { rules } = this.#setting;
    const old = watermarks(state);
    this.#stale = widened(this.#stale, rollUpUntil(state, rules), Number.POSITIVE_INFINITY);
    await forgetSessionEnergy(this.#ledger, this.id, old);
    await this.#replaceLayers(old, null, noLayers());
    this.#settled.keepBefore(old);
    const emit = this.#settled.emit();
    const replies = new BadgeReplies(added, rules);
    for (const input of inputs) {
      this.#settled.noteState(state, input.at);
      replies.note(state, input);
      applyInput(state, input, rules, emit);
    }
    this.#state = state;
    return replies.given;
  }

  /**
   * Computes everything again that inputs between `from` and `to` may change, and stops where nothing differs any more.
   * Returns the replies to those badges among `added`, which are in order.
   */
  async #foldAgain(from: number, to: number, added: readonly MachineInput[]): Promise<Replied[]> {
    await this.#writeSettled();
    await this.#told.flush();
    const checkpoint = await this.#ledger.checkpointBefore(this.id, from);
    const state = await this.#frozen.fold(this.#setting.from, checkpoint);
    const start = checkpoint?.at ?? this.#setting.from;
    const old = watermarks(state);
    const staleFrom = rollUpUntil(state, this.#setting.rules);
    await forgetSessionEnergy(this.#ledger, this.id, old);
    const settled = noLayers();
    const emit = emitInto(settled);
    const recent = new RecentPast();
    const recentFrom = Math.max(this.#state.at, to) - REMEMBERED_MS;
    const replies = new BadgeReplies(added, this.#setting.rules);
    for await (const inputs of storedInputs(this.#ledger, this.#source, start, Number.MAX_SAFE_INTEGER)) {
      for (const input of inputs) {
        const boundary = checkpointBefore(input.at);
        if (boundary > state.at && boundary > start) {
          const text = JSON.stringify(state);
          if (boundary > to && (await this.#ledger.checkpointAt(this.id, boundary))?.state === text) {
            const until = watermarks(state);
            await this.#replaceLayers(old, until, settled);
            this.#stale = widened(this.#stale, staleFrom, Math.max(...Object.values(until)));
            if (boundary > recentFrom) this.#recent.forget();
            return replies.given;
          }
          await this.#ledger.putCheckpoint(this.id, { at: boundary, state: text });
        }
        replies.note(state, input);
        if (input.at >= recentFrom) recent.note(state, input);
        applyInput(state, input, this.#setting.rules, emit);
      }
    }
    this.#state = state;
    this.#recent = recent;
    await this.#replaceLayers(old, null, settled);
    this.#stale = widened(this.#stale, staleFrom, Number.POSITIVE_INFINITY);
    return replies.given;
  }

  /** Writes the newest readings to the ledger's open transaction, so that everything that came can be read from it. */
  async flushReadings(): Promise<void> {
    await this.#told.flush();
  }

  /** Folds inputs that are stored already and come in order, none before `at`; `isTold`: something was ever told of the machine. */
  foldStored(inputs: readonly MachineInput[], isTold: boolean): void {
    const emit = this.#settled.emit();
    for (const input of inputs) {
      this.#settled.noteState(this.#state, input.at);
      applyInput(this.#state, input, this.#setting.rules, emit);
    }
    this.#isDirty ||= isTold;
  }

  /** Inputs between these instants were stored after this fold had passed them. */
  async foldLate(from: number, to: number): Promise<void> {
    this.#isDirty = true;
    await this.#foldAgain(Math.max(from, this.#setting.from), to, []);
  }

  async #replaceLayers(from: Watermarks | null, to: Watermarks | null, layers: SettledLayers): Promise<void> {
    const spared = await this.#frozen.spare(from, to, layers);
    this.#corrections.touched(from, to, layers);
    await this.#ledger.replaceLayers(this.id, spared.from, to, spared.layers);
  }

  /**
   * Freezes its old sessions and forgets their badges, when that is due; tells what went. It must be flushed before and
   * after. While its past is computed again it waits: the same badges have to tell that.
   */
  async freeze(due: RetentionDue): Promise<RowBytes | null> {
    const machine = { machine: this.id, state: this.#state, rules: this.#setting.rules };
    const frozen = this.follower ? null : await freeze(this.#ledger, machine, due);
    if (!frozen) return null;
    this.#state = frozen.state;
    this.#corrections.touched(null, null, { ...noLayers(), sessions: frozen.unsettled });
    this.#recent.forget();
    this.#frozen.forget();
    this.#isDirty = true;
    return frozen;
  }

  async #writeSettled(): Promise<void> {
    const { layers, checkpoints } = this.#settled.take();
    for (const checkpoint of checkpoints) await this.#ledger.putCheckpoint(this.id, checkpoint);
    if (layers) await this.#replaceLayers(null, null, layers);
  }

  /** Fills the tiers of a ledger that had none; false when they are there already. */
  fillTiers(): Promise<boolean> {
    return fillTiers(this.#ledger, this.id, this.#setting.stays, { start: this.#rolledFrom, end: this.#rolledUntil });
  }

  /** Writes everything that changed to the ledger's open transaction. */
  async flush(): Promise<void> {
    if (!this.#isDirty) return;
    // What came is read as the newest registry has it, and folded under the rules from before.
    if (this.follower) this.#rules = mixedDigest(this.#rules);
    await this.#writeSettled();
    await this.#told.flush();
    await this.#frozen.apply(this.#state, this.#setting.rules);
    const corrected = await this.#corrections.apply(this.#state);
    await fillSessionEnergy(this.#ledger, this.#source, this.#setting, watermarks(this.#state).energy);
    const rolled = await rollUp(this.#ledger, this.#setting, {
      machine: this.id,
      rolledFrom: this.#rolledFrom,
      rolledUntil: this.#rolledUntil,
      stale: this.#stale,
      corrected,
      fold: this.#state,
      hasEnergy: this.#source.series.length > 0,
    });
    this.#rolledFrom = rolled.rolledFrom;
    this.#rolledUntil = rolled.rolledUntil;
    this.#stale = NO_SPAN;
    assert(this.#rolledFrom <= this.#rolledUntil, 'rollups end after they begin');
    await this.#ledger.putFold({
      machine: this.id,
      state: JSON.stringify(this.#state),
      rolledFrom: this.#rolledFrom,
      rolledUntil: this.#rolledUntil,
      rules: this.#rules,
    });
    this.#isDirty = false;
  }
}
