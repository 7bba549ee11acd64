import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/**
 * Short-lived messages fill whatever young space they get, and each thread lets its old space grow to a multiple of what
 * it needs before it clears up: more than this only takes memory.
 */
const SMALL_HEAPS = ['--max-semi-space-size=4', '--heap-growing-percent=50'];
/** Few heaps for many threads, and what was freed goes back to the system. */
const MALLOC = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };

/**
 * Begins the same process again with settings that can only be made before it begins: heaps that stay small, and
 * compiled code that is kept between starts. Where the system cannot do that, it goes on as it is and takes more memory.
 */
function beginFrugally(): void {
  const { execve, execArgv, argv, execPath, env } = process;
  const [, , command = 'start'] = argv;
  const isServing = command === 'start' || command === 'demo' || command.startsWith('-');
  if (!execve || !isServing || SMALL_HEAPS.some((flag) => execArgv.includes(flag))) return;
  execve(execPath, [execPath, ...execArgv, ...SMALL_HEAPS, ...argv.slice(1)], {
    ...MALLOC,
    ...env,
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? path.join(tmpdir(), 'node-compile-cache'),
  });
}

beginFrugally();
enableCompileCache();
// Opening hours are evaluated on wall time by a library that works in the zone of the process.
process.env.TZ = 'UTC';

const { main } = await import('./cli/main.ts');
await main();
