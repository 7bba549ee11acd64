/** A started Fabmeter, as a process of its own, for tests that look at it from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const NODE = path.join(ROOT, 'node_modules/.bin/node');
const START_MS_MAX = 40_000;

/** The token of every started Fabmeter's administrator. */
export const ADMIN_TOKEN = 'an-administrator-token-for-tests';

/** How a Fabmeter is started. */
export interface StartOptions {
  /** The data folder. */
  data: string;
  /** Written to a file outside the data folder and given with `--registry`. */
  registry?: unknown;
  /** Ports to listen on; absent: free ones. */
  mqttPort?: number;
  httpPort?: number;
  /** More options of the command line. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A program with its arguments that starts Fabmeter in its place, such as `prlimit`. */
  through?: readonly string[];
}

/** How a process ended. */
export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** One stored event, as `GET /api/v1/events` gives it. */
export type EventLine = Record<string, unknown> & { seq: number; connector: string; kind: string; at: string };

/** An empty folder that is gone after the test. */
export function throwAwayFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function spawnFabmeter(args: readonly string[], options: Pick<StartOptions, 'env' | 'through'>): Child {
  const { env = {}, through = [] } = options;
  const [program = NODE, ...rest] = [...through, NODE, 'main.ts', ...args];
  const inherited = Object.entries(process.env).filter(([name]) => !/^(FABMETER_|VITEST|NODE_OPTIONS)/.test(name));
  const child = spawn(program, rest, {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), FABMETER_ADMIN_TOKEN: ADMIN_TOKEN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Child(child);
}

/** A child process with everything that it wrote. */
class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  out = '';
  err = '';
  isOver = false;

  constructor(child: ChildProcess) {
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.isOver = true;
        resolve({ code, out: this.out, err: this.err });
      });
    });
  }
}

/** Runs a command of Fabmeter that ends by itself. */
export function runFabmeter(
  args: readonly string[],
  options: Pick<StartOptions, 'env' | 'through'> = {},
): Promise<Ended> {
  const child = spawnFabmeter(args, options);
  onTestFinished(() => void child.process.kill('SIGKILL'));
  return child.ended;
}

/** A Fabmeter that said that it is ready. */
export class RunningFabmeter {
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly #child: Child;

  constructor(child: Child) {
    const [, mqtt, http] = READY.exec(child.out) ?? [];
    this.#child = child;
    this.mqttPort = Number(mqtt);
    this.httpPort = Number(http);
  }

  get pid(): number {
    return this.#child.process.pid ?? 0;
  }

  get isOver(): boolean {
    return this.#child.isOver;
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<Ended> {
    return this.#child.ended;
  }

  /** Everything written to stdout until now. */
  get out(): string {
    return this.#child.out;
  }

  /** Everything written to stderr until now. */
  get err(): string {
    return this.#child.err;
  }

  /** Ends the process as the power switch does. */
  kill(): Promise<Ended> {
    this.#child.process.kill('SIGKILL');
    return this.#child.ended;
  }

  /** Asks the process to end in order. */
  stop(): Promise<Ended> {
    this.#child.process.kill('SIGTERM');
    return this.#child.ended;
  }

  /** Asks the API as the administrator. */
  api(route: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...(init.headers as Record<string, string> | undefined) };
    return fetch(`http://127.0.0.1:${this.httpPort}${route}`, { ...init, headers });
  }

  /** The body of an answer that has to be a success. */
  async json<T = Record<string, unknown>>(route: string): Promise<T> {
    const response = await this.api(route);
    if (!response.ok) throw new Error(`${route} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Every stored event; `query` such as `?connector=plug-1` chooses. */
  async events(query = ''): Promise<EventLine[]> {
    const text = await (await this.api(`/api/v1/events${query}`)).text();
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as EventLine]));
  }

  /** One figure of `/metrics`, such as `fabmeter_refusals_total{reason="login"}`; 0 when it is not there. */
  async metric(name: string): Promise<number> {
    const text = await (await this.api('/metrics')).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? 0 : Number(line.slice(name.length + 1));
  }
}

const READY = /^fabmeter ready mqtt=(\d+) http=(\d+)$/m;

/** Starts Fabmeter without waiting: it may be ready or be refused. It is gone after the test in any case. */
export async function tryToStart(options: StartOptions): Promise<RunningFabmeter | Ended> {
  const { data, registry, mqttPort = 0, httpPort = 0, args = [] } = options;
  const place = ['--data', data, '--host', '127.0.0.1', '--mqtt-port', `${mqttPort}`, '--http-port', `${httpPort}`];
  const document = registry === undefined ? [] : ['--registry', registryFile(registry)];
  const child = spawnFabmeter(['start', ...place, ...document, ...args], options);
  onTestFinished(async () => {
    child.process.kill('SIGKILL');
    await child.ended;
  });
  await until('Fabmeter is ready or has ended', () => READY.test(child.out) || child.isOver, START_MS_MAX);
  return child.isOver ? child.ended : new RunningFabmeter(child);
}

function registryFile(registry: unknown): string {
  const file = path.join(throwAwayFolder(), 'registry.json');
  writeFileSync(file, JSON.stringify(registry));
  return file;
}

/** Starts Fabmeter and waits for its ready line; throws what it said when it ends instead. */
export async function startFabmeter(options: StartOptions): Promise<RunningFabmeter> {
  const started = await tryToStart(options);
  if (started instanceof RunningFabmeter) return started;
  throw new Error(`Fabmeter ended with ${started.code}: ${started.out}${started.err}`);
}
