import { HOUR_MS } from '../domain/time.ts';

/** States are kept for every stretch of this length in which something came: a late event goes back to one of them. */
const CHECKPOINT_MS = 3 * HOUR_MS;

/** The last instant up to `at` for which a state is kept, when something came after the one before. */
export function checkpointBefore(at: number): number {
  return Math.floor(at / CHECKPOINT_MS) * CHECKPOINT_MS;
}
