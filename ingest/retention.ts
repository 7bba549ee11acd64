import type { JournalDue, JournalOldest, JournalRetention, JournalTaken } from '../domain/ports-journal.ts';
import { RETENTION_JOBS, type Retained, type RetentionDue, type RetentionJob } from '../domain/retention.ts';

/** Who keeps what within its limits. */
export interface RetentionParts {
  /** The ledger's jobs; `readTo`: the newest batch of the journal that a synced ledger has read. */
  ledger(due: RetentionDue): Promise<{ retained: Retained[]; readTo: number }>;
  journal: JournalRetention;
  /** The newest batch that is exported; null: nothing is exported. */
  exportedTo(): number | null;
  /** Between two steps, for everything that waits. */
  pause(): Promise<void>;
}

/** What every part of the journal may take, given how far its readers are. */
export function journalDues(due: RetentionDue, readTo: number, exportedTo: number | null): JournalDue[] {
  const upTo = Math.min(readTo, exportedTo ?? readTo);
  const { badgesBefore, messagesBefore, quarantineBefore, quarantinePerConnector: perConnector } = due;
  return [
    { job: 'messages', receivedBefore: messagesBefore, upTo },
    // No store of series has to do with badges: those do not wait for it.
    { job: 'journal', receivedBefore: badgesBefore, upTo, badgesBefore, badgesUpTo: readTo },
    { job: 'quarantine', receivedBefore: quarantineBefore, perConnector },
  ];
}

/** What is the oldest of what each job of the journal keeps. */
export function oldestKept(oldest: JournalOldest, job: JournalDue['job']): number | null {
  return { messages: oldest.messagesTo, journal: oldest.receivedTo, quarantine: oldest.quarantined }[job];
}

/**
 * Keeps everything within its limits, in small steps; tells what went, job by job. The ledger comes first: the journal
 * lets go only of what a ledger on the disk has read. Killed in between, the next run goes on. Rejects with a `StorageError`.
 */
export async function retain(parts: RetentionParts, due: RetentionDue): Promise<Retained[]> {
  const { retained, readTo } = await parts.ledger(due);
  const sums = new Map<RetentionJob, JournalTaken>();
  for (const journalDue of journalDues(due, readTo, parts.exportedTo())) {
    const sum: JournalTaken = { count: 0, bytes: 0, packedBytes: 0 };
    sums.set(journalDue.job, sum);
    for (let taken = await parts.journal.retain(journalDue); taken; taken = await parts.journal.retain(journalDue)) {
      sum.count += taken.count;
      sum.bytes += taken.bytes;
      sum.packedBytes += taken.packedBytes;
      await parts.pause();
    }
  }
  await parts.journal.wipe();
  const oldest = await parts.journal.oldest();
  const ofJournal = [...sums].map(([job, sum]) => ({
    job,
    ...sum,
    oldestKept: oldestKept(oldest, job as JournalDue['job']),
  }));
  return inOrder([...retained, ...ofJournal]);
}

/** In the order in which the jobs run. */
export function inOrder(retained: readonly Retained[]): Retained[] {
  return retained.toSorted((a, b) => RETENTION_JOBS.indexOf(a.job) - RETENTION_JOBS.indexOf(b.job));
}
