import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Terminal } from './terminal.ts';

/** `fabmeter bench`: runs the benchmarks in a process of their own; gives the exit code. */
export function runBench(
  { json, quick, only }: { json: string | undefined; quick: boolean; only: string[] },
  _terminal: Terminal,
): Promise<number> {
  const script = fileURLToPath(new URL('../test/bench/run.ts', import.meta.url));
  const options = [...(quick ? ['--quick'] : []), ...(json === undefined ? [] : ['--json', json])];
  const child = spawn(process.execPath, [script, ...options, ...only], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
