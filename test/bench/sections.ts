import { acked } from './acked.ts';
import { bytesWritten } from './bytes.ts';
import { projectionLag } from './projection-lag.ts';
import type { BenchSection } from './row.ts';
import { slowDisk } from './slow-disk.ts';
import { steadyLoad } from './steady.ts';

/** All benchmarks, in the order in which they run. */
export const SECTIONS: readonly BenchSection[] = [acked, steadyLoad, slowDisk, projectionLag, bytesWritten];
