import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Need } from '../../api/access.ts';
import { createApp } from '../../api/app.ts';
import { createApiServer } from '../../api/server.ts';
import { Broker } from '../../broker/broker.ts';
import type { BrokerLimits } from '../../broker/limits.ts';
import { type Listener, listenTcp, listenTls, listenWebSocket } from '../../broker/listeners.ts';
import type { Failure } from '../../domain/failure.ts';
import { formatInstant } from '../../domain/time.ts';
import { Administrators } from '../../ingest/administrators.ts';
import type { Replied } from '../../ingest/machine-projection.ts';
import type { ProjectorLimits } from '../../ingest/projector.ts';
import { type ReceiveLimits, Receiver } from '../../ingest/receive.ts';
import { RegistryDesk } from '../../ingest/registry-desk.ts';
import { Secrets } from '../../ingest/secrets.ts';
import { type FolderLock, lockFolder } from '../../stores/sqlite/folder-lock.ts';
import { SqliteJournalStore } from '../../stores/sqlite/journal-reader.ts';
import { SqliteJournalWriter } from '../../stores/sqlite/journal-writer.ts';
import { SqliteRegistryStore } from '../../stores/sqlite/registry-store.ts';
import { Devices } from './devices.ts';
import { LiveFloor } from './floor.ts';
import { HouseMetrics } from './metrics.ts';
import { ProjectorLink } from './projector-link.ts';
import { ReaderLink } from './reader-link.ts';

/** Everything that the running house is told; limits come from `config.ts`. */
export interface ServerOptions {
  dataDir: string;
  host: string;
  mqttPort: number;
  httpPort: number;
  tls: { port: number; certificate: string; key: string } | null;
  adminToken: string | undefined;
  anonymousMay: ReadonlySet<Need>;
  webRoot: string | null;
  /** Applied at the start, as `fabmeter apply` would; undefined: the stored one stays. */
  registryDocument: unknown;
  limits: ReceiveLimits & BrokerLimits & ProjectorLimits & { recentMessages: number; settleMsMax: number };
  clock: () => number;
  log: Logger;
  /** A thread broke an invariant: the process has to stop. */
  died(error: Error): void;
}

/** A house that is open. */
export interface RunningServer {
  mqttPort: number;
  httpPort: number;
  mqttsPort: number | null;
  /** The one-time key for the first administrator; null when there is one already. */
  setupKey: string | null;
  /** What applying the registry document did or refused; null when none was given. */
  applied: Awaited<ReturnType<RegistryDesk['apply']>> | null;
  stop(): Promise<void>;
}

/** The longest that requests under way may take when the house closes. */
const CLOSE_MS_MAX = 2000;
/** A badge older than this is not answered at its reader any more. */
const REPLY_MS_MAX = 30_000;

/** Opens the house: stores, threads, broker, HTTP. Throws a `StorageError` or the system's error of a port. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const lock = lockFolder(options.dataDir);
  try {
    return await openHouse(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openHouse(options: ServerOptions, lock: FolderLock): Promise<RunningServer> {
  const { clock, limits, log, died } = options;
  const file = (name: string) => join(options.dataDir, name);
  const secrets = Secrets.open(options.dataDir);
  const registryStore = SqliteRegistryStore.open(file('registry.db'));
  const desk = new RegistryDesk(registryStore, secrets, clock);
  await desk.load();
  const administrators = new Administrators(registryStore, secrets, clock);
  await administrators.load(options.adminToken);
  const applied = options.registryDocument === undefined ? null : await desk.apply(options.registryDocument, 'start');
  if (applied && 'kind' in applied) throw new RegistryRefused(applied);

  let stored = 0;
  const receiver = new Receiver({
    writer: new SqliteJournalWriter(file('journal.db'), limits.recentMessages),
    badges: desk,
    clock,
    limits,
    listener: {
      committed: (batch) => {
        stored += batch.events;
        metrics.messages.inc(batch.messages);
        metrics.events.inc(batch.events);
        metrics.commits.observe(batch.syncMs / 1000);
        projector.ring();
      },
      failed: (error) => {
        metrics.storageFailures.inc();
        log.error({ err: error }, 'storage failed; nothing is accepted until it works again');
      },
      recovered: () => log.info('storage works again'),
    },
  });
  const tail = await receiver.start();
  const journal = new SqliteJournalStore(file('journal.db'));
  const devices = new Devices({ desk, receiver, clock, refused: (reason) => metrics.refusals.inc({ reason }) });
  devices.loadCounts(await journal.counts());
  devices.setRegistry(desk.current());

  const floor = new LiveFloor();
  const broker = new Broker(devices, limits);
  const projector = new ProjectorLink(
    {
      journalFile: file('journal.db'),
      ledgerFile: file('ledger.db'),
      registry: desk.current().document,
      limits,
      tickMs: 250,
      retryMs: limits.retryMs,
    },
    { views: (views) => floor.take(views), replied: (machine, reply) => answerReader(machine, reply), died },
  );
  const answerReader = (machine: string, { input, reply }: Replied): void => {
    const connector = devices.source(input.reader.slice(0, input.reader.lastIndexOf('/')))?.facts.connector;
    if (connector?.firmware !== 'fabmeter' || Math.abs(clock() - input.at) > REPLY_MS_MAX) return;
    const answer = JSON.stringify({ result: reply, machine, t: formatInstant(input.at) });
    broker.publish(`fabmeter/1/${connector.device}/badge/reply`, answer);
  };
  const seqAtStart = tail.nextSeq - 1;
  const metrics = new HouseMetrics({
    pendingBytes: () => receiver.pendingBytes,
    connections: () => broker.connections,
    lagEvents: () => Math.max(0, seqAtStart + stored - projector.progress.cursor.seq),
    isStorageDown: () => receiver.failure !== undefined,
  });
  const { online } = await projector.ready();
  for (const id of online) {
    const source = devices.source(id);
    if (source && tail.lastReceivedAt > 0) receiver.noteOnline(source, false, tail.lastReceivedAt);
  }
  const reader = new ReaderLink(
    { journalFile: file('journal.db'), ledgerFile: file('ledger.db'), registry: desk.current().document },
    () => projector.settle(limits.settleMsMax),
    died,
  );
  desk.onChange((registry) => {
    devices.setRegistry(registry);
    floor.keep(new Set(registry.machines.keys()));
    projector.setRegistry(registry.document);
    reader.setRegistry(registry.document);
  });

  const api = createApp(
    {
      queries: reader,
      floor,
      registry: { document: () => desk.current().document, apply: (...change) => desk.apply(...change) },
      administrators,
      connectors: devices,
      readiness: () => {
        const reasons = [receiver.failure?.message, projector.failure].filter((reason) => reason !== undefined);
        return { ready: reasons.length === 0, reasons };
      },
      metrics: metrics.registry,
      clock,
      anonymousMay: options.anonymousMay,
      webRoot: options.webRoot,
    },
    (error) => log.error({ err: error }, 'a request failed unexpectedly'),
  );
  const http = createApiServer(api);
  await broker.start();
  listenWebSocket(
    (connection, address) => broker.accept(connection, address),
    http.http,
    '/mqtt',
    limits.packetBytesMax,
  );
  const accept = broker.accept.bind(broker);
  const listeners: Listener[] = [await listenTcp(accept, options.mqttPort, options.host)];
  if (options.tls) {
    const { port, certificate, key } = options.tls;
    listeners.push(
      await listenTls(accept, port, options.host, { certificate, key }, (error) =>
        log.error({ err: error }, error.message),
      ),
    );
  }
  const httpPort = await http.listen(options.httpPort, options.host);
  return {
    mqttPort: listeners[0]?.port ?? 0,
    mqttsPort: listeners[1]?.port ?? null,
    httpPort,
    setupKey: administrators.isEmpty ? administrators.createSetupKey() : null,
    applied,
    stop: async () => {
      await Promise.all(listeners.map((listener) => listener.close()).concat(broker.stop()));
      await http.close(CLOSE_MS_MAX);
      await receiver.stop();
      await projector.stop();
      await reader.close();
      await journal.close();
      await registryStore.close();
      lock.release();
    },
  };
}

/** The registry document given at the start was refused; nothing was changed. */
export class RegistryRefused extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.sentence);
    this.name = 'RegistryRefused';
    this.failure = failure;
  }
}
