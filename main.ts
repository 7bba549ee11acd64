import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** Short-lived messages fill whatever young space they get; more than this only takes memory. */
const YOUNG_SPACE = '--max-semi-space-size=4';
/** Threads may clear up after something large (`cli/server/clear-up.ts`). */
const CLEARING_UP = '--expose-gc';

/**
 * Begins the same process again with settings that can only be made before it begins: a young space that stays small,
 * few heaps of malloc for its many threads, and compiled code that is kept between starts. Where the system cannot do
 * that, it goes on as it is and takes more memory.
 */
function beginFrugally(): void {
  const { execve, execArgv, argv, execPath, env } = process;
  const [, , command = 'start'] = argv;
  const isServing = command === 'start' || command === 'demo' || command.startsWith('-');
  if (!execve || !isServing || execArgv.includes(YOUNG_SPACE)) return;
  execve(execPath, [execPath, ...execArgv, YOUNG_SPACE, CLEARING_UP, ...argv.slice(1)], {
    ...env,
    MALLOC_ARENA_MAX: env.MALLOC_ARENA_MAX ?? '2',
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? path.join(tmpdir(), 'node-compile-cache'),
  });
}

beginFrugally();
enableCompileCache();
// Opening hours are evaluated on wall time by a library that works in the zone of the process.
process.env.TZ = 'UTC';

const { main } = await import('./cli/main.ts');
await main();
