import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createApp } from '../../api/app.ts';
import type { Need } from '../../api/need.ts';
import { createApiServer } from '../../api/server.ts';
import type { BrokerLimits } from '../../broker/limits.ts';
import { type Listener, listenTcp, listenTls, listenWebSocket } from '../../broker/listeners.ts';
import type { InfluxConfig } from '../../config.ts';
import type { RetentionSettings } from '../../domain/retention.ts';
import { Administrators } from '../../ingest/administrators.ts';
import type { ProjectorLimits } from '../../ingest/projector-limits.ts';
import type { ReceiveLimits } from '../../ingest/receive.ts';
import { RegistryDesk } from '../../ingest/registry-desk.ts';
import { Secrets } from '../../ingest/secrets.ts';
import { lockFolder } from '../../stores/sqlite/folder-lock.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteJournalWriter } from '../../stores/sqlite/journal-writer.ts';
import { ledgerCursor } from '../../stores/sqlite/ledger-cursor.ts';
import { SqliteRegistryStore } from '../../stores/sqlite/registry-store.ts';
import { clearUp } from './clear-up.ts';
import type { ExporterLink } from './exporter-link.ts';
import { LiveFloor } from './floor.ts';
import { Housekeeping } from './housekeeping.ts';
import { Ingest } from './ingest.ts';
import { ProjectorLink } from './projector-link.ts';
import { ReaderLink } from './reader-link.ts';
import { startExporter } from './start-exporter.ts';

/** Everything that the running house is told; limits come from `config.ts`. */
export interface ServerOptions {
  dataDir: string;
  host: string;
  mqttPort: number;
  httpPort: number;
  tls: { port: number; certificate: string; key: string } | null;
  adminToken: string | undefined;
  influx: InfluxConfig | undefined;
  anonymousMay: ReadonlySet<Need>;
  webRoot: string | null;
  /** Applied at the start, as `fabmeter apply` would; undefined: the stored one stays. */
  registryDocument: unknown;
  retention: RetentionSettings & { schedule: string; pauseMs: number };
  limits: ReceiveLimits & BrokerLimits & ProjectorLimits & { recentMessages: number; settleMsMax: number };
  clock: () => number;
  log: Logger;
  /** A thread broke an invariant: the process has to stop. */
  died(error: Error): void;
}

/** The ports that the house listens on. */
interface Doors {
  mqttPort: number;
  httpPort: number;
  mqttsPort: number | null;
}

/** A house that is open. */
export interface RunningServer extends Doors {
  /** The one-time key for the first administrator; null when there is one already. */
  setupKey: string | null;
  /** What applying the registry document did or refused; null when none was given. */
  applied: Awaited<ReturnType<RegistryDesk['apply']>> | null;
  stop(): Promise<void>;
}

/** The longest that requests under way may take when the house closes. */
const CLOSE_MS_MAX = 2000;
/** How often views that change by time alone are looked at. */
const TICK_MS = 250;
/** How long connectors wait for the projection to know a new registry, when it is busy or its store is down. */
const FOLLOW_MS_MAX = 2000;
/** How long the start waits for the projection of what was stored before. */
const CATCH_UP_MS_MAX = 300;

/** Opens the house: stores, threads, broker, HTTP. Throws a `StorageError` or the system's error of a port. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const house = new House(options);
  try {
    return await house.open();
  } catch (error) {
    await house.close();
    throw error;
  }
}

type Closing = () => unknown;

/** Puts the parts together; what was opened last is closed first. */
class House {
  readonly #options: ServerOptions;
  readonly #floor = new LiveFloor();
  readonly #closings: Closing[] = [];
  /** Settles when every part knows the registry that was applied last. */
  #followed: Promise<void> = Promise.resolve();
  #writer: SqliteJournalWriter | undefined;
  #projector: ProjectorLink | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  #file(name: string): string {
    return join(this.#options.dataDir, name);
  }

  async open(): Promise<RunningServer> {
    const options = this.#options;
    const lock = lockFolder(options.dataDir);
    this.#closings.push(() => lock.release());
    const { desk, administrators } = await this.#openRegistry();
    const applied = options.registryDocument === undefined ? null : await desk.apply(options.registryDocument, 'start');
    const ingest = await this.#openIngest(desk);
    const reader = await this.#openProjection(desk, ingest);
    const exporter = this.#openExport(desk, ingest);
    this.#openHousekeeping(ingest, exporter);
    const ports = await this.#openDoors(desk, administrators, ingest, reader);
    clearUp();
    const setupKey = administrators.isEmpty ? administrators.createSetupKey() : null;
    return { ...ports, setupKey, applied, stop: () => this.close() };
  }

  /** Closes whatever is open, in reverse order. */
  async close(): Promise<void> {
    for (const closing of this.#closings.splice(0).reverse()) await closing();
  }

  async #openRegistry(): Promise<{ desk: RegistryDesk; administrators: Administrators }> {
    const { dataDir, clock, adminToken } = this.#options;
    const secrets = Secrets.open(dataDir);
    const store = SqliteRegistryStore.open(this.#file('registry.db'));
    this.#closings.push(() => store.close());
    const desk = new RegistryDesk(store, secrets, clock);
    await desk.load();
    const administrators = new Administrators(store, secrets, clock);
    await administrators.load(adminToken);
    return { desk, administrators };
  }

  async #openIngest(desk: RegistryDesk): Promise<Ingest> {
    const { clock, limits, log } = this.#options;
    const readUpTo = ledgerCursor(this.#file('ledger.db'));
    const writer = new SqliteJournalWriter(this.#file('journal.db'), limits.recentMessages, readUpTo);
    this.#writer = writer;
    const ingest = new Ingest({ writer, desk, clock, limits, log });
    this.#closings.push(() => ingest.stop());
    await ingest.start();
    const journal = new SqliteJournalStore(this.#file('journal.db'));
    ingest.devices.loadCounts(await journal.counts());
    await journal.close();
    return ingest;
  }

  async #openProjection(desk: RegistryDesk, ingest: Ingest): Promise<ReaderLink> {
    const { limits, died } = this.#options;
    const files = {
      journalFile: this.#file('journal.db'),
      ledgerFile: this.#file('ledger.db'),
      registry: desk.document(),
    };
    const projector = new ProjectorLink(
      {
        ...files,
        limits,
        tickMs: TICK_MS,
        retryMs: limits.retryMs,
        catchUpMsMax: CATCH_UP_MS_MAX,
        retainPauseMs: this.#options.retention.pauseMs,
      },
      {
        views: (views) => this.#floor.take(views),
        replied: (machine, reply) => ingest.answerReader(machine, reply),
        rebuilding: (machines) => this.#logRebuild(machines),
        died,
      },
    );
    this.#projector = projector;
    // The journal's last commit comes before the projector reads for the last time; closing it again later is harmless.
    this.#closings.push(
      () => projector.stop(),
      () => ingest.stop(),
    );
    ingest.follow(projector, (await projector.ready()).online);
    const reader = new ReaderLink(files, () => projector.settle(limits.settleMsMax), died);
    this.#closings.push(() => reader.close());
    desk.onChange((registry) => {
      reader.setRegistry(registry.document);
      this.#followed = projector.setRegistry(registry.document, FOLLOW_MS_MAX).then(() => {
        ingest.devices.setRegistry(registry);
        this.#floor.keep(new Set(registry.machines.keys()));
      });
    });
    return reader;
  }

  #logRebuild(machines: number): void {
    const { log } = this.#options;
    if (machines > 0) log.info({ machines }, 'rules changed: the past of machines is computed again in the background');
    else log.info('the past is computed again under the rules that hold now');
  }

  /** Applies a document and waits until connectors may log in by it. */
  async #apply(desk: RegistryDesk, ...change: Parameters<RegistryDesk['apply']>): ReturnType<RegistryDesk['apply']> {
    const applied = await desk.apply(...change);
    await this.#followed;
    return applied;
  }

  #openExport(desk: RegistryDesk, ingest: Ingest): ExporterLink | null {
    const { dataDir, influx, log } = this.#options;
    const { registry: metrics } = ingest.metrics;
    const storedEvents = () => ingest.storedEvents;
    const registry = desk.document();
    const exporter = startExporter({ dataDir, influx, registry, floor: this.#floor, log, metrics, storedEvents });
    if (!exporter) return null;
    this.#closings.push(() => exporter.stop());
    ingest.alsoRing(() => exporter.ring());
    desk.onChange((changed) => exporter.setRegistry(changed.document));
    return exporter;
  }

  #openHousekeeping(ingest: Ingest, exporter: ExporterLink | null): void {
    const { retention: settings, clock, log, died } = this.#options;
    const [journal, projector] = [this.#writer, this.#projector];
    assert(journal && projector, 'the stores are open before they are kept within limits');
    const housekeeping = new Housekeeping({
      parts: {
        ledger: (due) => projector.retain(due),
        journal,
        exportedTo: () => exporter && (exporter.status?.batch ?? 0),
        pause: () => wait(settings.pauseMs),
      },
      settings,
      schedule: settings.schedule,
      clock,
      log,
      metrics: ingest.metrics.registry,
      died,
    });
    this.#closings.push(() => housekeeping.stop());
  }

  async #openDoors(
    desk: RegistryDesk,
    administrators: Administrators,
    ingest: Ingest,
    queries: ReaderLink,
  ): Promise<Doors> {
    const { clock, log, host, mqttPort, httpPort, tls, limits, anonymousMay, webRoot } = this.#options;
    const api = createApp(
      {
        queries,
        floor: this.#floor,
        registry: {
          document: () => desk.document(),
          apply: (...change) => this.#apply(desk, ...change),
          changes: (...page) => desk.changes(...page),
          signatures: (machine) => desk.signatures(machine),
        },
        rebuild: () => ingest.rebuild,
        administrators,
        connectors: ingest.devices,
        declarations: ingest.declarations,
        readiness: () => ingest.readiness(),
        metrics: ingest.metrics.registry,
        clock,
        anonymousMay,
        webRoot,
      },
      (error) => log.error({ err: error }, 'a request failed unexpectedly'),
    );
    const http = createApiServer(api);
    this.#closings.push(() => http.close(CLOSE_MS_MAX));
    const { broker } = ingest;
    await broker.start();
    this.#closings.push(() => broker.stop());
    const accept = broker.accept.bind(broker);
    listenWebSocket(accept, http.http, '/mqtt', limits.packetBytesMax);
    const open = async (listening: Promise<Listener>): Promise<number> => {
      const listener = await listening;
      this.#closings.push(() => listener.stopListening());
      return listener.port;
    };
    const complain = (error: Error) => log.error({ err: error }, error.message);
    return {
      mqttPort: await open(listenTcp(accept, mqttPort, host)),
      mqttsPort: tls ? await open(listenTls(accept, tls.port, host, tls, complain)) : null,
      httpPort: await http.listen(httpPort, host),
    };
  }
}
