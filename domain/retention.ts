import type { Span } from './spans.ts';
import { BEHIND_MS_MAX, DAY_MS, formatInstant, HOUR_MS } from './time.ts';

/** Badge events are kept so long at most: three months is what the CNIL says of access control. */
export const BADGE_DAYS_MAX = 90;
/** And so long at least: what late devices bring, with the days that it takes to find a quiet moment. */
export const BADGE_DAYS_MIN = 40;
/** Readings are packed so many days later at most: before that any of them may still be late. */
export const PACK_AFTER_DAYS_MAX = BEHIND_MS_MAX / DAY_MS;
/** Of states that no late event goes back to one in so long is kept. */
export const OLD_CHECKPOINT_EVERY_MS = 7 * DAY_MS;

/** How long things are kept (`design.md` §2, "What is kept"). */
export interface RetentionSettings {
  /** Readings of days that ended so long ago are packed. */
  packAfterDays: number;
  /** Messages as they were received. */
  messageDays: number;
  /** Badge events with a token, and the journal. */
  badgeDays: number;
  quarantineDays: number;
  /** Of each connector no more than so many quarantined messages are kept. */
  quarantinePerConnector: number;
}

/** What is due at one instant: everything before these (UTC ms) may go, as far as every reader is past it. */
export interface RetentionDue {
  now: number;
  packBefore: number;
  messagesBefore: number;
  /** Journal and badge events. A day before they have to be gone, because jobs do not run at every moment. */
  badgesBefore: number;
  quarantineBefore: number;
  quarantinePerConnector: number;
  /** Before this instant one state of a machine a week is kept. */
  thinBefore: number;
  freeze: FreezeWindow;
}

/** Where a machine's sessions may be parted into those that stay as they are and those that badges still tell. */
export interface FreezeWindow {
  /** Badges before this one have to go. */
  mustFrom: number;
  /** The best instant: sessions that reach over it keep their badges. */
  best: number;
  /** No later than this: late events reach back to it. */
  latest: number;
}

/** The one place that knows how long things are kept: what is due at `now`. */
export function retentionDue(settings: RetentionSettings, now: number): RetentionDue {
  const daysAgo = (days: number) => now - days * DAY_MS;
  const badgesBefore = daysAgo(settings.badgeDays - 1);
  return {
    now,
    packBefore: Math.floor(daysAgo(settings.packAfterDays) / DAY_MS) * DAY_MS,
    messagesBefore: daysAgo(settings.messageDays),
    badgesBefore,
    quarantineBefore: daysAgo(settings.quarantineDays),
    quarantinePerConnector: settings.quarantinePerConnector,
    thinBefore: daysAgo(BADGE_DAYS_MIN),
    freeze: { mustFrom: badgesBefore, best: badgesBefore + DAY_MS, latest: now - BEHIND_MS_MAX - HOUR_MS },
  };
}

/**
 * The instant before which a machine's sessions are frozen: nobody holds the machine then, and for `quietMs` before it
 * nobody did and no badge was read, so that what comes after it can be told from the badges after it alone.
 *
 * It is the last such instant up to `best`, else the first one after it; undefined when the machine is busy all the
 * time. `busy` are sessions (an open one has no end) and badges.
 */
export function quietInstant(busy: readonly Span[], quietMs: number, window: FreezeWindow): number | undefined {
  let { best } = window;
  const spans = busy.map(({ start, end }) => ({ start, end: end + quietMs })).sort((a, b) => a.start - b.start);
  for (const { start, end } of spans.toReversed()) if (start < best && end >= best) best = start;
  if (best >= window.mustFrom) return best;
  best = window.best;
  for (const { start, end } of spans) if (start < best && end >= best) best = end + 1;
  return best <= window.latest ? best : undefined;
}

/** The jobs of retention, in the order in which they run. */
export const RETENTION_JOBS = ['readings', 'badges', 'states', 'messages', 'journal', 'quarantine'] as const;
/** One job of retention. */
export type RetentionJob = (typeof RETENTION_JOBS)[number];

/** What a job took, or would take. */
export interface Retained {
  job: RetentionJob;
  /** Rows or readings; 0: nothing was due. */
  count: number;
  /** Bytes that they took. */
  bytes: number;
  /** Bytes of what stands in their place. */
  packedBytes: number;
  /** Of what is kept the oldest instant, UTC ms; null: nothing is, or it is not known. */
  oldestKept: number | null;
}

const WORDS: Record<RetentionJob, [done: string, due: string]> = {
  readings: ['packed % readings', 'would pack % readings'],
  badges: ['forgot % badge events', 'would forget % badge events'],
  states: ['dropped % old states', 'would drop % old states'],
  messages: ['let go of % messages as received', 'would let go of % messages as received'],
  journal: ['let go of % events of the journal', 'would let go of % events of the journal'],
  quarantine: ['let go of % quarantined messages', 'would let go of % quarantined messages'],
};

/** A job's line for people. */
export function retentionSentence({ job, count, bytes, packedBytes, oldestKept }: Retained, isDryRun: boolean): string {
  const words = WORDS[job][isDryRun ? 1 : 0].replace('%', String(count));
  const size = packedBytes > 0 ? `${bytes} bytes became ${packedBytes}` : `${bytes} bytes`;
  return `${job}: ${words} (${size})${oldestKept === null ? '' : `; kept from ${formatInstant(oldestKept)} on`}`;
}
