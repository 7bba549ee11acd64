import { forgetBadges } from '../domain/badge-horizon.ts';
import { classDeadline } from '../domain/class-read.ts';
import type { FoldState } from '../domain/fold-state.ts';
import type { Session } from '../domain/layers.ts';
import { finishFold } from '../domain/machine-fold.ts';
import type { MachineRules } from '../domain/machine-input.ts';
import type { LedgerReader } from '../domain/ports.ts';
import type { LedgerRetention, LedgerWriter, RowBytes } from '../domain/ports-ledger.ts';
import { quietInstant, type RetentionDue } from '../domain/retention.ts';
import type { Span } from '../domain/spans.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { noLayers } from './settled-layers.ts';

/** A machine as it is when its old sessions are to be frozen; everything of it is in the ledger. */
export interface FreezableMachine {
  machine: string;
  state: FoldState;
  rules: MachineRules;
}

/** What freezing needs to read. */
export type FreezeReader = LedgerReader &
  Pick<LedgerRetention, 'frozenUntil' | 'firstBadgeAt'> &
  Pick<LedgerWriter, 'inputs'>;

/** Until when a machine's sessions can be frozen, and those before that are only in its fold; undefined: nothing is due. */
export async function planFreeze(
  ledger: FreezeReader,
  { machine, state, rules }: FreezableMachine,
  { now, freeze }: RetentionDue,
): Promise<{ until: number; unsettled: Session[] } | undefined> {
  const frozenUntil = (await ledger.frozenUntil(machine)) ?? Number.MIN_SAFE_INTEGER;
  const oldest = await ledger.firstBadgeAt(machine, Number.MIN_SAFE_INTEGER);
  if (oldest === null || oldest >= freeze.mustFrom) return undefined;
  const inFold = finishFold(state, now, rules).sessions;
  const stored = await ledger.foldedSessions(machine, Math.min(oldest, frozenUntil), freeze.latest);
  const badges = (await ledger.inputs(machine, oldest, freeze.latest)).filter((input) => input.kind === 'badge');
  const busy: Span[] = [
    ...[...stored, ...inFold].map(({ start, end }) => ({ start, end: end ?? Number.MAX_SAFE_INTEGER })),
    // The next badge of a class means something else while it is under way, whether or not it holds this machine.
    ...badges.map((badge) => ({ start: badge.at, end: badge.class ? classDeadline(rules, badge.at) : badge.at })),
  ];
  // Who badges in soon after a run began gets the run from its beginning, and a repeat is known by the read before it.
  const quietMs = Math.max(rules.session.graceMs, rules.session.repeatMs, MINUTE_MS) + SECOND_MS;
  const until = quietInstant(busy, quietMs, freeze);
  if (until === undefined || until <= frozenUntil) return undefined;
  return { until, unsettled: inFold.filter(({ start, end }) => start < until && end !== null) };
}

/** Freezes a machine's old sessions and forgets the badges that told them. `state`: its fold from now on; null: nothing was due. */
export async function freeze(
  ledger: LedgerWriter,
  machine: FreezableMachine,
  due: RetentionDue,
): Promise<(RowBytes & { state: FoldState; unsettled: Session[] }) | null> {
  const plan = await planFreeze(ledger, machine, due);
  if (!plan) return null;
  const { until, unsettled } = plan;
  const { machine: id, state } = machine;
  await ledger.replaceLayers(id, null, null, { ...noLayers(), sessions: unsettled });
  await ledger.putFrozenUntil(id, until);
  const went = await ledger.forgetBadges(id, until);
  for (const { at, state: text } of await ledger.checkpoints(id, Number.MIN_SAFE_INTEGER)) {
    const forgotten = JSON.stringify(forgetBadges(JSON.parse(text) as FoldState, until));
    if (forgotten !== text) await ledger.putCheckpoint(id, { at, state: forgotten });
    // Later states heard of later sessions alone.
    else if (at > until) break;
  }
  return { ...went, unsettled, state: forgetBadges(state, until) };
}
