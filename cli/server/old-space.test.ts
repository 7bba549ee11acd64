import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Tells whether a thread of each moment may grow beyond 2 GB: before, while it is wide, and after. */
const SCRIPT = `
  import { Worker } from 'node:worker_threads';
  import { widenOldSpace } from '${new URL('./old-space.ts', import.meta.url).href}';
  const thread = "import { parentPort } from 'node:worker_threads'; import v8 from 'node:v8'; " +
    "parentPort.postMessage(v8.getHeapStatistics().heap_size_limit > 2 ** 31)";
  const isWide = () => new Promise((resolve) => new Worker(thread, { eval: true }).once('message', resolve));
  const said = [await isWide()];
  const narrow = widenOldSpace();
  said.push(await isWide());
  narrow();
  console.log([...said, await isWide()].join());
`;

describe('widenOldSpace()', () => {
  it.each([
    ['is for threads that begin meanwhile', ['--max-old-space-size=512'], 'false,true,false'],
    ['leaves a larger limit alone', ['--max-old-space-size=5000'], 'true,true,true'],
  ])('%s', (_, flags, expected) => {
    const said = execFileSync(process.execPath, [...flags, '--input-type=module', '-e', SCRIPT], { encoding: 'utf8' });
    expect(said.trim()).toBe(expected);
  });
});
