import type { LedgerReader } from '../domain/ports.ts';
import type { JournalStore } from '../domain/ports-journal.ts';
import type { LedgerRetention, LedgerWriter } from '../domain/ports-ledger.ts';
import { OLD_CHECKPOINT_EVERY_MS, type Retained, type RetentionDue } from '../domain/retention.ts';
import { planFreeze } from './freeze.ts';
import { freezableFold, nothing, oldestBadge } from './ledger-retention.ts';
import { inOrder, journalDues, oldestKept } from './retention.ts';

/** What a plan reads. */
export interface RetentionPlanDeps {
  journal: JournalStore;
  ledger: LedgerReader & LedgerRetention & Pick<LedgerWriter, 'inputs'>;
  /** The newest batch that the ledger has read. */
  readTo: number;
  exportedTo: number | null;
}

/** What retention would take; reads only. */
export async function planRetention(deps: RetentionPlanDeps, due: RetentionDue): Promise<Retained[]> {
  const { journal, ledger } = deps;
  const readings: Retained = { ...nothing('readings'), ...(await ledger.looseReadings(due.packBefore)) };
  const badges: Retained = { ...nothing('badges'), oldestKept: await oldestBadge(ledger) };
  const states = nothing('states');
  for (const machine of await ledger.foldedMachines()) {
    const fold = await ledger.fold(machine);
    const plan = fold && (await planFreeze(ledger, freezableFold(fold), due));
    const went = plan ? await ledger.badges(machine, plan.until) : { count: 0, bytes: 0 };
    const old = await ledger.oldCheckpoints(machine, due.thinBefore, OLD_CHECKPOINT_EVERY_MS);
    badges.count += went.count;
    badges.bytes += went.bytes;
    states.count += old.count;
    states.bytes += old.bytes;
  }
  const oldest = await journal.oldest();
  const ofJournal: Retained[] = [];
  for (const one of journalDues(due, deps.readTo, deps.exportedTo))
    ofJournal.push({ job: one.job, ...(await journal.due(one)), oldestKept: oldestKept(oldest, one.job) });
  return inOrder([readings, badges, states, ...ofJournal]);
}
