import { acked } from './acked.ts';
import { bytesWritten } from './bytes.ts';
import { foldRate } from './fold-rate.ts';
import { history } from './history.ts';
import { influxExport } from './influx-export.ts';
import { influxOutage } from './influx-outage.ts';
import { kept } from './kept.ts';
import { lateEvent } from './late-event.ts';
import { packed } from './packed.ts';
import { projectionLag } from './projection-lag.ts';
import { recompute } from './recompute.ts';
import { reports } from './reports.ts';
import type { BenchSection } from './row.ts';
import { slowDisk } from './slow-disk.ts';
import { steadyLoad } from './steady.ts';

/** All benchmarks, in the order in which they run. */
export const SECTIONS: readonly BenchSection[] = [
  acked,
  steadyLoad,
  slowDisk,
  history,
  projectionLag,
  bytesWritten,
  foldRate,
  recompute,
  lateEvent,
  packed,
  kept,
  reports,
  influxExport,
  influxOutage,
];
