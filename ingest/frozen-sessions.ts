import type { FoldState } from '../domain/fold-state.ts';
import type { ActivityInterval, Session } from '../domain/layers.ts';
import { finishFold, initialFold, type Watermarks } from '../domain/machine-fold.ts';
import type { MachineRules } from '../domain/machine-input.ts';
import type { Checkpoint, LedgerWriter, SettledLayers } from '../domain/ports-ledger.ts';
import { lengthsWithin } from '../domain/session-lengths.ts';
import type { Span } from '../domain/spans.ts';
import { DAY_MS } from '../domain/time.ts';
import { noLayers } from './settled-layers.ts';

/**
 * The sessions of one machine whose badges are gone. Whatever is computed again leaves start, end, member and audience
 * of them as they are; how long the machine ran inside them, and their energy, follow the activity layer.
 */
export class FrozenSessions {
  readonly #machine: string;
  readonly #ledger: LedgerWriter;
  #until: number | undefined;
  /** Activity was computed again here. */
  #changed: Span | null = null;

  constructor(machine: string, ledger: LedgerWriter) {
    this.#machine = machine;
    this.#ledger = ledger;
  }

  /** Sessions that begin before this instant are frozen. */
  async until(): Promise<number> {
    this.#until ??= (await this.#ledger.frozenUntil(this.#machine)) ?? Number.MIN_SAFE_INTEGER;
    return this.#until;
  }

  /** The fold of a checkpoint; without one, that of a machine which begins at `from` and has heard nothing. */
  async fold(from: number, checkpoint?: Checkpoint): Promise<FoldState> {
    return checkpoint ? (JSON.parse(checkpoint.state) as FoldState) : initialFold(from, await this.until());
  }

  /** The ledger knows another instant now. */
  forget(): void {
    this.#until = undefined;
  }

  /** What may be replaced, and by what, of layers that were computed from `from` to `to` (null: added, or without end). */
  async spare(
    from: Watermarks | null,
    to: Watermarks | null,
    layers: SettledLayers,
  ): Promise<{ from: Watermarks | null; layers: SettledLayers }> {
    const until = await this.until();
    const [first, last] = [layers.activity[0], layers.activity.at(-1)];
    if (!from) {
      if (first && last) this.#note(first.start, Math.min(until, last.end));
      return { from, layers };
    }
    this.#note(Math.min(from.activity, from.energy), to ? Math.min(until, Math.max(to.activity, to.energy)) : until);
    const sessions = layers.sessions.filter((session) => session.start >= until);
    return { from: { ...from, session: Math.max(from.session, until) }, layers: { ...layers, sessions } };
  }

  #note(start: number, end: number): void {
    if (start >= end) return;
    const before = this.#changed ?? { start, end };
    this.#changed = { start: Math.min(start, before.start), end: Math.max(end, before.end) };
  }

  /** Brings the lengths inside frozen sessions up to date with the activity layer; their energy is to be told again. */
  async apply(state: FoldState, rules: MachineRules): Promise<void> {
    const changed = this.#changed;
    this.#changed = null;
    if (!changed) return;
    const until = await this.until();
    const rest = activityAhead(state, rules, until);
    const sessions: Session[] = [];
    for (const session of await this.#ledger.foldedSessions(this.#machine, changed.start, changed.end)) {
      const { start, end } = session;
      if (start >= until || end === null) continue;
      const settled = await this.#ledger.activity(this.#machine, start, end);
      sessions.push({ ...session, ...lengthsWithin([...settled, ...rest], start, end), energyWh: null });
    }
    await this.#ledger.replaceLayers(this.#machine, null, null, { ...noLayers(), sessions });
  }
}

/** The activity that is not settled yet, up to `until` at least: as if nothing came for a day, which decides what was before. */
export function activityAhead(state: FoldState, rules: MachineRules, until: number): ActivityInterval[] {
  return finishFold(state, Math.max(state.at, until) + DAY_MS, rules).activity;
}

/** The frozen sessions of a machine, for a past that is computed anew: their energy is to be told again. */
export async function frozenSessions(ledger: LedgerWriter, machine: string): Promise<Session[]> {
  const until = await ledger.frozenUntil(machine);
  if (until === null) return [];
  const sessions = await ledger.foldedSessions(machine, Number.MIN_SAFE_INTEGER, until);
  return sessions.filter(({ start }) => start < until).map((session) => ({ ...session, energyWh: null }));
}
