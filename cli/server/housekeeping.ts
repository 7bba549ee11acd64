import { schedule } from 'node-cron';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry as MetricsRegistry } from 'prom-client';
import { StorageError } from '../../domain/failure.ts';
import { type Retained, type RetentionSettings, retentionDue, retentionSentence } from '../../domain/retention.ts';
import { type RetentionParts, retain } from '../../ingest/retention.ts';

/** What housekeeping needs of the house. */
export interface HousekeepingOptions {
  parts: RetentionParts;
  settings: RetentionSettings;
  /** When it runs, in the form of cron, in UTC. */
  schedule: string;
  clock: () => number;
  log: Logger;
  metrics: MetricsRegistry;
  /** An invariant is broken: the process has to stop. */
  died(error: Error): void;
}

/**
 * Keeps the stores within their limits, by the clock. What is due is told by the time alone, so that a run that was
 * missed (the box slept) is made up by the next one; two never run at once. A failure is told, and tried again next time.
 */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #task: ReturnType<typeof schedule>;
  readonly #removed: Counter<'job'>;
  readonly #failures: Counter;
  #doneAt = 0;
  #running: Promise<void> | undefined;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    const registers = [options.metrics];
    const name = 'fabmeter_retention';
    const labelNames = ['job'] as const;
    const removed = 'Rows that retention packed or let go of, since the start';
    this.#removed = new Counter({ name: `${name}_rows_total`, help: removed, labelNames, registers });
    this.#failures = new Counter({ name: `${name}_failures_total`, help: 'Runs of retention that failed', registers });
    const doneAt = () => this.#doneAt / 1000;
    new Gauge({
      name: `${name}_done_seconds`,
      help: 'When retention last ended well (Unix time); 0: not since the start',
      registers,
      collect() {
        this.set(doneAt());
      },
    });
    const said = (text: unknown) => options.log.debug(String(text));
    this.#task = schedule(options.schedule, () => this.run().catch(options.died), {
      timezone: 'UTC',
      noOverlap: true,
      name: 'retention',
      // That a run was missed or left out matters to nobody: the next one makes up for it.
      logger: { info: said, warn: said, error: said, debug: said },
    });
  }

  /** Runs now; two calls at once are one run. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const { parts, settings, clock, log } = this.#options;
    try {
      for (const one of await retain(parts, retentionDue(settings, clock()))) this.#tell(one);
      this.#doneAt = clock();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (error.code === 'closed') return;
      this.#failures.inc();
      log.warn({ err: error }, `retention could not be done: ${error.message}; the next run takes what is due`);
    }
  }

  #tell(retained: Retained): void {
    if (retained.count === 0) return;
    this.#removed.inc({ job: retained.job }, retained.count);
    this.#options.log.info(retained, retentionSentence(retained, false));
  }

  /** Starts no more runs. One under way ends by itself as the stores close. */
  async stop(): Promise<void> {
    await this.#task.destroy();
  }
}
