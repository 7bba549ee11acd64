import type { FoldState } from '../domain/fold-state.ts';
import type { MachineRules } from '../domain/machine-input.ts';
import type { StoredFold } from '../domain/ports.ts';
import type { LedgerWriter, RowBytes } from '../domain/ports-ledger.ts';
import { OLD_CHECKPOINT_EVERY_MS, type Retained, type RetentionDue, type RetentionJob } from '../domain/retention.ts';
import { HOUR_MS } from '../domain/time.ts';
import { settingOfDigest } from './fold-rules.ts';
import { type FreezableMachine, freeze } from './freeze.ts';
import type { MachineProjection } from './machine-projection.ts';

/** What retention needs of the projector. */
export interface RetainedProjection {
  ledger: LedgerWriter;
  machines: ReadonlyMap<string, MachineProjection>;
  /** Writes everything that was projected, and commits it with what else was written. */
  save(): Promise<void>;
}

/**
 * Keeps the ledger within its limits: packs readings, freezes old sessions and forgets their badges, drops old states.
 * Each step is one short transaction; other work may be done between two. In the end the ledger is on the disk.
 */
export async function* retainLedger(
  { ledger, machines, save }: RetainedProjection,
  due: RetentionDue,
): AsyncGenerator<void, Retained[]> {
  const readings = nothing('readings');
  for (;;) {
    await save();
    const day = await ledger.packReadings(due.packBefore);
    if (!day) break;
    await save();
    readings.count += day.readings;
    readings.bytes += day.looseBytes;
    readings.packedBytes += day.bytes;
    yield;
  }
  const badges = nothing('badges');
  const states = nothing('states');
  for (const machine of await ledger.foldedMachines()) {
    await save();
    const projection = machines.get(machine);
    add(badges, await (projection ? projection.freeze(due) : freezeGone(ledger, machine, due)));
    add(states, await ledger.thinCheckpoints(machine, due.thinBefore, OLD_CHECKPOINT_EVERY_MS));
    await save();
    yield;
  }
  await save();
  await ledger.sync();
  await ledger.wipe();
  badges.oldestKept = await oldestBadge(ledger);
  return [readings, badges, states];
}

/** When the oldest badge that is kept was read; null: there is none. */
export async function oldestBadge(
  ledger: Pick<LedgerWriter, 'foldedMachines' | 'firstBadgeAt'>,
): Promise<number | null> {
  let oldest: number | null = null;
  for (const machine of await ledger.foldedMachines()) {
    const at = await ledger.firstBadgeAt(machine, Number.MIN_SAFE_INTEGER);
    if (at !== null && at < (oldest ?? Number.POSITIVE_INFINITY)) oldest = at;
  }
  return oldest;
}

/** A job that took nothing yet. */
export function nothing(job: RetentionJob): Retained {
  return { job, count: 0, bytes: 0, packedBytes: 0, oldestKept: null };
}

function add(sum: Retained, rows: RowBytes | null): void {
  sum.count += rows?.count ?? 0;
  sum.bytes += rows?.bytes ?? 0;
}

/** A machine that is no longer in the registry. */
async function freezeGone(ledger: LedgerWriter, machine: string, due: RetentionDue): Promise<RowBytes | null> {
  const fold = (await ledger.fold(machine)) as StoredFold;
  const frozen = await freeze(ledger, freezableFold(fold), due);
  if (frozen) await ledger.putFold({ ...fold, state: JSON.stringify(frozen.state) });
  return frozen;
}

/** Where another version of Fabmeter wrote the digest of a machine that is gone, its open session ends by its deadline. */
const UNKNOWN_RULES: Omit<MachineRules, 'machine'> = {
  signature: null,
  session: { idleTimeoutMs: HOUR_MS, graceMs: HOUR_MS, maxMs: HOUR_MS, repeatMs: HOUR_MS },
  ratedW: 0,
  hasActivity: true,
  nextClosing: () => null,
};

/** A machine as its fold tells of it, with the rules that it was computed with. */
export function freezableFold({ machine, state, rules: digest }: StoredFold): FreezableMachine {
  const rules = settingOfDigest(digest, { kind: '', name: '' })?.rules ?? { ...UNKNOWN_RULES, machine };
  return { machine, state: JSON.parse(state) as FoldState, rules };
}
