import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { type Need, READING_NEEDS } from '../api/need.ts';
import { type Config, LIMITS, RETENTION_SCHEDULE } from '../config.ts';
import { type Failure, failure } from '../domain/failure.ts';
import { wallClock } from '../domain/time.ts';
import { readRegistryFile } from './registry-file.ts';
import { type RunningServer, type ServerOptions, startServer } from './server/server.ts';
import { FAILED, type Terminal, writeFailure } from './terminal.ts';

const WEB_ROOT = fileURLToPath(new URL('../dashboards/web/dist', import.meta.url));
/** Exit code after a broken invariant: whoever supervises the process starts it again. */
const BROKEN = 70;

/** Reading is open to everybody: only on a machine that shows simulated data. */
export const OPEN_TO_ALL: ReadonlySet<Need> = new Set(READING_NEEDS);

/** Opens the house as `config` says. Expected mistakes (a port in use, a bad registry) come back as a failure. */
export async function openServer(
  config: Config,
  special: { registryDocument: unknown; anonymousMay: ReadonlySet<Need> },
): Promise<RunningServer | Failure> {
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ fd: 2, sync: true }));
  for (const warning of config.warnings) log.warn(warning);
  const options: ServerOptions = {
    dataDir: config.dataFolder,
    host: config.host,
    mqttPort: config.mqttPort,
    httpPort: config.httpPort,
    tls: config.tls ?? null,
    adminToken: config.adminToken,
    influx: config.influx,
    webRoot: existsSync(WEB_ROOT) ? WEB_ROOT : null,
    limits: {
      ...LIMITS.broker,
      ...LIMITS.commit,
      ...LIMITS.project,
      recentMessages: LIMITS.recentMessages,
      settleMsMax: LIMITS.settleMsMax,
    },
    retention: { ...config.retention, schedule: RETENTION_SCHEDULE, pauseMs: LIMITS.retention.pauseMs },
    clock: wallClock,
    log,
    died: (error) => {
      log.fatal({ err: error }, 'an invariant is broken; stopping');
      process.exit(BROKEN);
    },
    ...special,
  };
  try {
    return await startServer(options);
  } catch (error) {
    return portFailure(error, config);
  }
}

function portFailure(error: unknown, config: Config): Failure {
  const { code, port } = error as { code?: string; port?: number };
  const option = port === config.httpPort ? '--http-port' : port === config.tls?.port ? '--mqtts-port' : '--mqtt-port';
  if (code === 'EADDRINUSE') {
    return failure(
      'conflict',
      `Cannot start: port ${port} is in use by another program; stop it, or choose another port with ${option}.`,
    );
  }
  if (code === 'EACCES' && port !== undefined) {
    return failure(
      'conflict',
      `Cannot start: this user may not listen on port ${port}; choose one above 1023 with ${option}.`,
    );
  }
  if (code === 'EADDRNOTAVAIL') {
    return failure('conflict', `Cannot start: this machine has no address ${config.host}; choose another with --host.`);
  }
  throw error;
}

/** `fabmeter start`: runs until it is told to stop; gives the exit code. */
export async function runServer(config: Config, terminal: Terminal): Promise<number> {
  const document = config.registryFile === undefined ? undefined : readRegistryFile(config.registryFile);
  if (document && 'kind' in document) return writeFailure(terminal, document);
  const server = await openServer(config, { registryDocument: document?.document, anonymousMay: new Set() });
  if ('kind' in server) return writeFailure(terminal, server);
  if (server.applied && 'kind' in server.applied) {
    await server.stop();
    return writeFailure(terminal, server.applied);
  }
  for (const { connector, secret } of server.applied?.secrets ?? []) {
    terminal.out(`secret of ${connector} (shown only this once): ${secret}\n`);
  }
  if (server.setupKey !== null) {
    terminal.out(`first administrator: open http://localhost:${server.httpPort}/setup#key=${server.setupKey}\n`);
  }
  terminal.out(`fabmeter ready mqtt=${server.mqttPort} http=${server.httpPort}\n`);
  return untilStopped(server);
}

/** Waits for SIGTERM or SIGINT, then closes the house; gives the exit code. */
export async function untilStopped(server: RunningServer): Promise<number> {
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  setTimeout(() => process.exit(FAILED), LIMITS.stopMs).unref();
  await server.stop();
  return 0;
}
