#!/usr/bin/env node
// Plain JavaScript for whatever Node the machine has: it hands over to the runtime that npm installed with Fabmeter.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_MAJOR = 26;
const main = fileURLToPath(new URL('../main.ts', import.meta.url));

function findRuntime() {
  try {
    const home = path.dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return path.join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return Number.parseInt(process.versions.node, 10) >= LEAST_MAJOR ? process.execPath : undefined;
  }
}

function handOver(runtime) {
  const child = spawn(runtime, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C in a terminal reaches the child by itself: a second one would mean "at once" to it.
  const signals = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGINT'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  if (process.stdin.isTTY) process.on('SIGINT', () => undefined);
  child.on('error', (error) => {
    console.error(`Cannot start ${runtime}: ${error.message}. Run "npm ci" again.`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const runtime = findRuntime();
if (runtime === undefined) {
  console.error(
    `Fabmeter needs Node ${LEAST_MAJOR}, which "npm ci" installs beside it; this is Node ${process.versions.node}. Run "npm ci" first.`,
  );
  process.exit(1);
} else {
  handOver(runtime);
}
