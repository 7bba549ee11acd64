import path from 'node:path';
import { type Environment, SETTINGS, SettingReader, type Values } from './cli/settings.ts';
import { type Failure, failure } from './domain/failure.ts';
import { BADGE_DAYS_MAX, BADGE_DAYS_MIN, PACK_AFTER_DAYS_MAX, type RetentionSettings } from './domain/retention.ts';
import { didYouMean } from './domain/suggestion.ts';

/**
 * Every number that bounds a queue, a batch, a packet or a wait, with its unit in its name.
 *
 * The groups are handed to the rooms that hold them; tests of those rooms stand at each limit and one past it.
 */
export const LIMITS = Object.freeze({
  /** What the broker admits. */
  broker: Object.freeze({
    /** The largest MQTT packet. A Tasmota or Shelly message has 0.2 to 6 kB; a connector that kept a day sends arrays. */
    packetBytesMax: 262_144,
    connectionsMax: 12_000,
    /** Behind one address may stand a whole network with its router, and tests that open 5,000. */
    connectionsPerAddressMax: 6000,
    /** QoS 2 packets of one connector that wait for their release. */
    inflightMax: 1000,
    topicLevelsMax: 20,
    topicBytesMax: 1024,
    /** The longest keepalive that is admitted: after 1.5 times this a silent connection is closed. */
    keepaliveSMax: 3600,
    /** How long a connection may take until it has logged in: 1,000 devices come back at once after a power cut. */
    connectTimeoutMs: 15_000,
    /** How long a connector may leave its replies unread; longer would hold up its own acknowledgements. */
    drainTimeoutMs: 8000,
  }),
  /** How messages become durable. */
  commit: Object.freeze({
    /** The longest that power readings wait for company in one commit. Badges do not wait. */
    powerWaitMsMax: 50,
    /** A batch of this many messages goes at once. */
    messagesEnough: 256,
    /** While so many bytes are not on disk yet nothing more is taken, so that sockets are not read on. */
    pendingBytesMax: 8_388_608,
    /** How often storage is tried again after a failure. */
    retryMs: 1000,
    /** Quarantined messages kept per connector and hour; more are only counted. */
    quarantinePerHour: 600,
  }),
  /** How the journal becomes layers. */
  project: Object.freeze({
    /** Bytes of events read at once. */
    readBytes: 4_194_304,
    /** How long the ledger's transaction may stay open. */
    flushMs: 1000,
    /** How many events it may hold. */
    flushEvents: 200_000,
    /** How many inputs of a past that is computed again are folded between two looks at the clock. */
    rebuildInputs: 256,
    /** After so long what came meanwhile is projected first: a reader waits for its reply. */
    rebuildMs: 15,
  }),
  /** How series are sent to InfluxDB. */
  export: Object.freeze({
    /** Points of one body: what every version of InfluxDB takes. */
    bodyPoints: 5000,
    /** Bytes of events read at once. */
    readBytes: 2_097_152,
    /** How long points wait for company when there are few. */
    lingerMs: 150,
    /** How often changes are looked for that no bell tells. */
    tickMs: 500,
    /** While ingest is busy the export rests after each piece of work, at most so long: it catches up later. */
    restMsMax: 1000,
    /** How long InfluxDB may take for one body. */
    deadlineMs: 15_000,
    /** The first wait after a failure; it doubles with each further one. */
    backOffMsMin: 250,
    backOffMsMax: 10_000,
    /** How long to wait while address, database, user or token are wrong. */
    setUpRetryMs: 30_000,
  }),
  /** How long things are kept, beside what is a setting. */
  retention: Object.freeze({
    /** Messages as they were received. */
    messageDays: 7,
    quarantineDays: 30,
    /** Quarantined messages kept per connector. */
    quarantinePerConnector: 2000,
    /** Between two steps of a job everything else comes first for so long. */
    pauseMs: 20,
  }),
  /** Messages of the journal's end that are read at the start, to recognise what is sent again. */
  recentMessages: 20_000,
  /** How long a query waits for the projection to reach what was acknowledged before it. */
  settleMsMax: 100,
  /** How long an orderly stop may take before the process ends anyway. What was acknowledged is on disk in any case. */
  stopMs: 10_000,
});

/** When retention runs, in the form of cron, in UTC: every hour, because a box may be switched off at night. */
export const RETENTION_SCHEDULE = '17 * * * *';

/** Variables that other commands read; not settings of the server. */
const OTHER_VARIABLES = ['FABMETER_URL', 'FABMETER_TOKEN'];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const ADMIN_TOKEN_LENGTH_MIN = 16;

/** How detailed the log is. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where series are sent to. */
export interface InfluxConfig {
  url: string;
  database: string;
  user: string | undefined;
  token: string | undefined;
}

/** What a running Fabmeter was told, checked. Paths are absolute; a port of 0 means a free one. */
export interface Config {
  dataFolder: string;
  host: string;
  mqttPort: number;
  httpPort: number;
  tls: { port: number; certificate: string; key: string } | undefined;
  registryFile: string | undefined;
  influx: InfluxConfig | undefined;
  retention: RetentionSettings;
  logLevel: LogLevel;
  adminToken: string | undefined;
  /** Sentences for the log: variables that look like ours and are not known. */
  warnings: string[];
}

/** The environment of this process; nothing else reads it. */
export function environment(): Environment {
  return process.env;
}

/** Joins command line, environment and defaults, and checks every value; all complaints at once. */
export function readConfig(flags: Values, env: Environment, fallbacks: Values = {}): Config | Failure {
  const reader = new SettingReader(flags, env, fallbacks);
  const config: Config = {
    dataFolder: path.resolve(reader.text('data') ?? './data'),
    host: reader.text('host') ?? '',
    mqttPort: reader.port('mqtt-port'),
    httpPort: reader.port('http-port'),
    tls: readTls(reader),
    registryFile: reader.file('registry'),
    influx: readInflux(reader),
    retention: readRetention(reader),
    logLevel: reader.choice('log-level', LOG_LEVELS),
    adminToken: reader.text('admin-token'),
    warnings: [...unknownVariables(env), ...weakToken(reader.text('admin-token'))],
  };
  checkPorts(reader, config);
  if (reader.complaints.length === 0) return config;
  const [first] = reader.complaints;
  return failure('bad-parameter', `Cannot start: ${first?.path} ${first?.message}`, reader.complaints);
}

function readTls(reader: SettingReader): Config['tls'] {
  const certificate = reader.file('tls-cert');
  const key = reader.file('tls-key');
  const port = reader.port('mqtts-port');
  if (certificate === undefined && key === undefined) {
    if (reader.isGiven('mqtts-port'))
      reader.complain('mqtts-port', 'needs a certificate: give --tls-cert and --tls-key');
    return undefined;
  }
  if (certificate !== undefined && key !== undefined) return { port, certificate, key };
  if (key === undefined) reader.complain('tls-cert', 'needs its private key: give --tls-key');
  else reader.complain('tls-key', 'needs its certificate: give --tls-cert');
  return undefined;
}

function readRetention(reader: SettingReader): RetentionSettings {
  const late = 'a device may be 35 days late, and what it says of a session has to find its badges';
  const law = 'badges at machines are kept for three months at most';
  const packing = 'what is younger than three days may still be late, and late events reach back 35 days';
  const { messageDays, quarantineDays, quarantinePerConnector } = LIMITS.retention;
  return {
    packAfterDays: reader.wholeNumber('pack-after-days', 1, PACK_AFTER_DAYS_MAX, packing),
    badgeDays: reader.wholeNumber('badge-days', BADGE_DAYS_MIN, BADGE_DAYS_MAX, `${law}; ${late}`),
    messageDays,
    quarantineDays,
    quarantinePerConnector,
  };
}

function readInflux(reader: SettingReader): InfluxConfig | undefined {
  const url = reader.text('influx-url');
  const database = reader.text('influx-database');
  const user = reader.text('influx-user');
  const token = reader.text('influx-token');
  if (url === undefined) {
    const stray = (['influx-database', 'influx-user', 'influx-token'] as const).find((name) => reader.isGiven(name));
    if (stray) reader.complain(stray, 'needs the address of InfluxDB: give --influx-url');
    return undefined;
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    reader.complain('influx-url', 'must be an address such as http://127.0.0.1:8086');
  if (database === undefined) reader.complain('influx-url', 'needs the name of a database: give --influx-database');
  return { url, database: database ?? '', user, token };
}

function checkPorts(reader: SettingReader, { mqttPort, httpPort, tls }: Config): void {
  if (mqttPort !== 0 && mqttPort === httpPort) reader.complain('http-port', `must not be the MQTT port (${mqttPort})`);
  if (tls && tls.port !== 0 && (tls.port === mqttPort || tls.port === httpPort)) {
    reader.complain('mqtts-port', `is already taken by another listener (${tls.port})`);
  }
}

function weakToken(token: string | undefined): string[] {
  const isWeak = token !== undefined && token.length < ADMIN_TOKEN_LENGTH_MIN;
  return isWeak
    ? [`FABMETER_ADMIN_TOKEN is short and can be guessed; give it at least ${ADMIN_TOKEN_LENGTH_MIN} characters`]
    : [];
}

function unknownVariables(env: Environment): string[] {
  const known = [...SETTINGS.map((setting) => setting.env as string), ...OTHER_VARIABLES];
  return Object.keys(env)
    .filter((name) => name.startsWith('FABMETER_') && !known.includes(name))
    .map((name) => `The variable ${name} is not known${didYouMean(name, known)}`);
}
