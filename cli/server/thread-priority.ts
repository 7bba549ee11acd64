import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lets this thread step back behind the others when there is not enough processor for all: acknowledgements come first.
 *
 * `nice` is 0 to 19. Linux gives each thread a priority of its own; elsewhere nothing happens.
 */
export function stepBack(nice: number): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, nice);
  } catch {
    // Without it everything works, only less evenly under load.
  }
}
