import type { Stamp } from './event.ts';
import { AHEAD_MS_MAX, BEHIND_MS_MAX, localToInstant } from './time.ts';

/** When an event happened, as far as it is believed (`usage-model.md` §1). */
export interface Believed {
  at: number;
  clock?: 'rejected';
}

/**
 * Decides the instant of an event: the device's own when it is at most 120 s ahead of `receivedAt` and at most
 * 35 days behind it, else ours, marked as rejected. Wall time without a zone is read in `zone`.
 */
export function believe(stamp: Stamp, receivedAt: number, zone: string): Believed {
  if (stamp.clock === 'rejected') return { at: receivedAt, clock: 'rejected' };
  const claimed =
    stamp.at ?? (stamp.atLocal === undefined ? undefined : localToInstant(stamp.atLocal, zone, receivedAt));
  if (claimed === undefined) return { at: receivedAt };
  if (claimed > receivedAt + AHEAD_MS_MAX || claimed < receivedAt - BEHIND_MS_MAX) {
    return { at: receivedAt, clock: 'rejected' };
  }
  return { at: Math.trunc(claimed) };
}
