import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchNetwork, benchRegistry } from './bench-registry.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const TOKEN = 'a-token-for-the-benchmark';
const POLL_MS = 50;

/** A Fabmeter process under measurement. */
export interface BenchHouse {
  folder: string;
  pid: number;
  mqttPort: number;
  httpPort: number;
  /** From spawn to the ready line. */
  readyMs: number;
  get(pathname: string, signal?: AbortSignal): Promise<Response>;
  post(pathname: string, body: unknown): Promise<Response>;
  stop(): Promise<void>;
}

/** How a house is started. */
export interface HouseOptions {
  /** Where its data stays; absent: a throw-away folder. */
  folder?: string;
  /** A command that runs it (strace). */
  prefix?: readonly string[];
  /** Options of Node. */
  nodeFlags?: readonly string[];
  /** Settings, as variables. */
  env?: Record<string, string>;
}

/** The folder of a house's data. */
export function dataFolder(folder: string): string {
  return path.join(folder, 'data');
}

/** Makes a throw-away folder. */
export function benchFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'fabmeter-bench-'));
}

/** Starts Fabmeter with the network of the benchmark. */
export async function startBenchHouse(network: BenchNetwork, options: HouseOptions = {}): Promise<BenchHouse> {
  const folder = options.folder ?? benchFolder();
  const registryFile = path.join(folder, 'bench-registry.json');
  writeFileSync(registryFile, JSON.stringify(benchRegistry(network)));
  const began = performance.now();
  const child = start(folder, registryFile, options);
  const { mqttPort, httpPort } = await readyLine(child);
  const readyMs = performance.now() - began;
  const headers = { authorization: `Bearer ${TOKEN}` };
  const pid = options.prefix ? tracedPid(child.pid as number) : (child.pid as number);
  return {
    folder,
    pid,
    mqttPort,
    httpPort,
    readyMs,
    get: (pathname, signal) => fetch(`http://127.0.0.1:${httpPort}${pathname}`, { headers, signal: signal ?? null }),
    post: (pathname, body) =>
      fetch(`http://127.0.0.1:${httpPort}${pathname}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        process.kill(pid, 'SIGTERM');
        await ended;
      }
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function start(
  folder: string,
  registryFile: string,
  { prefix = [], nodeFlags = [], env = {} }: HouseOptions,
): ChildProcess {
  const data = ['--data', dataFolder(folder), '--registry', registryFile];
  const ports = ['--host', '127.0.0.1', '--mqtt-port', '0', '--http-port', '0'];
  const [command, ...rest] = [...prefix, process.execPath, ...nodeFlags, MAIN, 'start', ...data, ...ports];
  const child = spawn(command as string, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env, FABMETER_ADMIN_TOKEN: TOKEN, FABMETER_LOG_LEVEL: 'error' },
  });
  // Whatever ends the benchmark ends what it measures.
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

function readyLine(child: ChildProcess): Promise<{ mqttPort: number; httpPort: number }> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Fabmeter ended with ${code} before it was ready: ${text}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /fabmeter ready mqtt=(\d+) http=(\d+)/.exec(text);
      if (found) resolve({ mqttPort: Number(found[1]), httpPort: Number(found[2]) });
    });
  });
}

function tracedPid(tracer: number): number {
  const children = readFileSync(`/proc/${tracer}/task/${tracer}/children`, 'utf8').trim().split(' ');
  return Number(children[0]);
}

/** The value of one metric of a house. */
export async function metric(house: BenchHouse, name: string): Promise<number> {
  const text = await (await house.get('/metrics')).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

/** Events that are stored and not projected yet. */
export function lagEvents(house: BenchHouse): Promise<number> {
  return metric(house, 'fabmeter_projection_lag_events');
}

/** Waits until everything that is stored is projected; tells how long that took, in ms. */
export async function untilProjected(house: BenchHouse): Promise<number> {
  const began = performance.now();
  while ((await lagEvents(house)) > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  return performance.now() - began;
}
