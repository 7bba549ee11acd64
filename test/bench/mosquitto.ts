import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { benchFolder } from './bench-house.ts';

const PLACES = [
  '/usr/sbin/mosquitto',
  '/usr/local/sbin/mosquitto',
  '/usr/bin/mosquitto',
  '/opt/homebrew/sbin/mosquitto',
];
const START_MS_MAX = 5000;
const POLL_MS = 20;

/** A Mosquitto that stores nothing and limits nothing. */
export interface Mosquitto {
  version: string;
  port: number;
  stop(): Promise<void>;
}

/** Starts Mosquitto on a free port; undefined when it is not installed. */
export async function startMosquitto(): Promise<Mosquitto | undefined> {
  const program = PLACES.find((place) => existsSync(place));
  if (!program) return undefined;
  const folder = benchFolder();
  const port = await freePort();
  const file = path.join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'set_tcp_nodelay true',
    'log_dest none',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child = spawn(program, ['-c', file], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  await untilOpen(port, child);
  const help = spawnSync(program, ['-h'], { encoding: 'utf8' }).stdout;
  return {
    version: /version ([\d.]+)/.exec(help)?.[1] ?? '',
    port,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  const began = performance.now();
  while (!(await isOpen(port))) {
    if (child.exitCode !== null || performance.now() - began > START_MS_MAX)
      throw new Error('Mosquitto does not start');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
