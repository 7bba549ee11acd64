import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is looked up when somebody reads the metrics. */
export interface MetricsSources {
  pendingBytes(): number;
  connections(): number;
  /** Events in the journal that the projection has not read yet. */
  lagEvents(): number;
  /** Machines whose past is still to be computed again. */
  rebuildMachines(): number;
  isStorageDown(): boolean;
}

/** The house's figures for Prometheus. */
export class HouseMetrics {
  readonly registry = new Registry();
  readonly messages = new Counter({
    name: 'fabmeter_messages_stored_total',
    help: 'MQTT messages made durable',
    registers: [this.registry],
  });
  readonly events = new Counter({
    name: 'fabmeter_events_stored_total',
    help: 'Events made durable',
    registers: [this.registry],
  });
  readonly commits = new Histogram({
    name: 'fabmeter_journal_commit_seconds',
    help: 'How long one commit of the journal took, sync included',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
    registers: [this.registry],
  });
  readonly storageFailures = new Counter({
    name: 'fabmeter_storage_failures_total',
    help: 'How often storage failed',
    registers: [this.registry],
  });
  readonly refusals = new Counter({
    name: 'fabmeter_refusals_total',
    help: 'Logins, packets, topics and subscriptions that were refused',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  constructor(sources: MetricsSources) {
    const { registry } = this;
    collectDefaultMetrics({ register: registry, prefix: 'fabmeter_' });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    gauge('fabmeter_pending_bytes', 'Bytes accepted and not on disk yet', sources.pendingBytes);
    gauge('fabmeter_connections', 'MQTT connections open now', sources.connections);
    gauge('fabmeter_projection_lag_events', 'Events that the projection has not read yet', sources.lagEvents);
    gauge(
      'fabmeter_recompute_machines',
      'Machines whose past is still to be computed again under changed rules',
      sources.rebuildMachines,
    );
    gauge('fabmeter_storage_up', '1 when messages can be stored, else 0', () => (sources.isStorageDown() ? 0 : 1));
  }
}
