/** `npm run check`: everything that must hold before a change goes in. It stops at the first step that fails. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** One step: a program of `node_modules/.bin` with its arguments. */
export interface Step {
  name: string;
  command: string[];
  /** Left out when this file is not there. */
  needs?: string;
}

const STEPS: Step[] = [
  { name: 'format, lint, fences, cycles', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'unused files, exports and packages', command: ['knip', '--no-progress'] },
  {
    name: 'the page',
    command: ['vite', 'build', 'dashboards/web', '--logLevel', 'warn'],
    needs: 'dashboards/web/index.html',
  },
  { name: 'tests', command: ['vitest', 'run'] },
];

const COUNTS = /^\d+ passed, \d+ failed$/;

/** Runs the steps in order and resolves to true when all succeed; the last line it writes is `N passed, N failed`. */
export async function check(root: string, steps: readonly Step[], write: (text: string) => void): Promise<boolean> {
  const timings: string[] = [];
  let counts: string | undefined;
  let isGood = true;
  for (const [index, step] of steps.entries()) {
    if (step.needs !== undefined && !existsSync(path.join(root, step.needs))) {
      timings.push(`   left out  ${step.name} (no ${step.needs})`);
      continue;
    }
    write(`\n── ${index + 1}/${steps.length} ${step.name}: ${step.command.join(' ')}\n`);
    const started = performance.now();
    const result = await runStep(root, step, write);
    counts = result.counts ?? counts;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    timings.push(`${result.isGood ? 'ok' : 'FAILED'} ${seconds.padStart(8)} s  ${step.name}`);
    isGood = result.isGood;
    if (!isGood) break;
  }
  write(`\n${timings.join('\n')}\n`);
  write(`${counts ?? `0 passed, ${isGood ? 0 : 1} failed`}\n`);
  return isGood;
}

/** Passes the output of a step on, but for the line of counts, which is kept for the end. */
function runStep(
  root: string,
  step: Step,
  write: (text: string) => void,
): Promise<{ isGood: boolean; counts: string | undefined }> {
  const [program = '', ...args] = step.command;
  const file = program.includes('/') ? program : path.join(root, 'node_modules/.bin', program);
  const env = { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  let counts: string | undefined;
  let rest = '';
  const forward = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (COUNTS.test(line)) counts = line;
      else write(`${line}\n`);
    }
  };
  child.stdout.on('data', forward);
  child.stderr.on('data', (chunk: Buffer) => write(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (rest !== '') write(`${rest}\n`);
      resolve({ isGood: code === 0, counts });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const isGood = await check(path.join(import.meta.dirname, '..'), STEPS, (text) => process.stdout.write(text));
  process.exitCode = isGood ? 0 : 1;
}
