import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { Gauge, type Registry as MetricsRegistry } from 'prom-client';
import type { MachineView } from '../../domain/layers.ts';
import type { Registry } from '../../domain/registry.ts';
import type { ExportStatus } from '../../ingest/export/series-exporter.ts';
import type { ExporterRequest, ExporterSetup, ExporterTold } from './exporter-thread.ts';

/** What the house does with what the exporter tells. */
export interface ExporterEars {
  log: Logger;
  metrics: MetricsRegistry;
  /** Events in the journal. */
  storedEvents(): number;
}

/** How long after a broken invariant the thread is started again: ingest goes on meanwhile. */
const RESTART_MS = 60_000;
/** The bell rings at most once in this time. */
const RING_MS = 25;

const STATES = { working: 'InfluxDB takes series', waiting: 'InfluxDB does not take series now; everything is kept' };

/** The exporter of series, in its thread. Whatever it meets, nothing else waits for it. */
export class ExporterLink {
  readonly #setup: ExporterSetup;
  readonly #ears: ExporterEars;
  readonly #shown = new Map<string, string>();
  #worker: Worker;
  #restart: NodeJS.Timeout | undefined;
  #ringing: NodeJS.Timeout | undefined;
  #loop = performance.eventLoopUtilization();
  #stopping: PromiseWithResolvers<void> | undefined;
  /** How the export fares; null until it began. */
  status: ExportStatus | null = null;

  constructor(setup: ExporterSetup, ears: ExporterEars) {
    this.#setup = { ...setup };
    this.#ears = ears;
    this.#worker = this.#begin();
    this.#measure();
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./exporter-thread.ts', import.meta.url), {
      workerData: this.#setup,
      name: 'exporter',
    });
    worker.on('message', (told: ExporterTold) => this.#hear(told));
    worker.on('error', (error: unknown) => this.#ears.log.error({ err: error }, 'the export to InfluxDB broke off'));
    worker.on('exit', () => this.#ended());
    return worker;
  }

  #ended(): void {
    if (this.#stopping) {
      this.#stopping.resolve();
      return;
    }
    if (this.status) this.status = { ...this.status, state: 'waiting', reason: 'the export broke off' };
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#worker = this.#begin();
    }, RESTART_MS);
  }

  /** Something came into the journal. Hundreds of commits a second are a few bells; they say how busy this thread is. */
  ring(): void {
    if (this.#ringing) return;
    this.#ringing = setTimeout(() => {
      this.#ringing = undefined;
      const loop = performance.eventLoopUtilization();
      this.#ask({ do: 'bell', busy: performance.eventLoopUtilization(loop, this.#loop).utilization });
      this.#loop = loop;
    }, RING_MS);
  }

  setRegistry(registry: Registry): void {
    this.#setup.registry = registry;
    this.#ask({ do: 'registry', registry });
  }

  /** The floor shows this of a machine; only another activity or session rings. */
  look({ machine, activity, since, session }: MachineView): void {
    const shown = `${activity} ${since} ${session?.id}`;
    if (this.#shown.get(machine) === shown) return;
    this.#shown.set(machine, shown);
    this.#ask({ do: 'look', machine, activity });
  }

  /** Ends at once; what was not confirmed is sent after the next start. */
  async stop(): Promise<void> {
    this.#stopping ??= Promise.withResolvers();
    clearTimeout(this.#ringing);
    if (this.#restart) {
      clearTimeout(this.#restart);
      return;
    }
    this.#ask({ do: 'stop' });
    await this.#stopping.promise;
  }

  #ask(request: ExporterRequest): void {
    this.#worker.postMessage(request);
  }

  #hear(told: ExporterTold): void {
    if (told.told === 'stopped') {
      this.#stopping?.resolve();
      return;
    }
    const before = this.status;
    this.status = told.status;
    this.#alarm(before, told.status);
  }

  /** Says each change of state once, and refused points as they come. */
  #alarm(before: ExportStatus | null, { state, reason, refused }: ExportStatus): void {
    const { log } = this.#ears;
    if (state !== (before?.state ?? 'working')) {
      if (state === 'working') log.info(STATES.working);
      else if (state === 'waiting') log.warn({ reason }, STATES.waiting);
      else
        log.error(
          { reason },
          'InfluxDB refuses the export: check address, database, user and token; everything is kept',
        );
    }
    const news = before ? refused - before.refused : 0;
    if (news > 0) log.warn({ points: news }, 'InfluxDB refused points; they are kept aside in export.db');
  }

  #measure(): void {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.#ears.metrics],
        collect() {
          this.set(read());
        },
      });
    const read = (value: (status: ExportStatus) => number) => () => (this.status ? value(this.status) : 0);
    gauge(
      'fabmeter_influx_up',
      '1 while InfluxDB takes series',
      read(({ state }) => (state === 'working' ? 1 : 0)),
    );
    gauge(
      'fabmeter_influx_set_up_wrong',
      '1 when a person has to act',
      read(({ state }) => (state === 'set-up-wrong' ? 1 : 0)),
    );
    gauge(
      'fabmeter_influx_points',
      'Points stored since the start',
      read(({ points }) => points),
    );
    gauge(
      'fabmeter_influx_refused_points',
      'Points that InfluxDB refused, since the beginning',
      read(({ refused }) => refused),
    );
    gauge(
      'fabmeter_influx_too_old_points',
      'Points older than InfluxDB keeps them',
      read(({ tooOld }) => tooOld),
    );
    gauge(
      'fabmeter_influx_lag_events',
      'Events in the journal that are not exported yet',
      read(({ seq }) => Math.max(0, this.#ears.storedEvents() - seq)),
    );
  }
}
