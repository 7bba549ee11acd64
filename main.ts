import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { builtMain } from './cli/bundle.ts';

/** Short-lived messages fill whatever young space they get; more than this only takes memory. */
const YOUNG_SPACE = '--max-semi-space-size=4';
/**
 * A thread that holds little lets little waste stand: the less it may ever hold, the sooner V8 clears up. The system's
 * service has less memory than this for all threads.
 */
const OLD_SPACE = '--max-old-space-size=1024';
/** Threads may clear up after something large (`cli/server/clear-up.ts`). */
const CLEARING_UP = '--expose-gc';

/**
 * Begins the same process again with settings that can only be made before it begins: spaces that stay small, few heaps
 * of malloc for its many threads, the bundle where there is one, and compiled code that is kept between starts. Where the
 * system cannot do that, it goes on as it is and takes more memory.
 */
function beginFrugally(): void {
  const { execve, execArgv, argv, execPath, env } = process;
  const [, , command = 'start'] = argv;
  const isServing = command === 'start' || command === 'demo' || command.startsWith('-');
  if (!execve || !isServing || execArgv.includes(YOUNG_SPACE)) return;
  const root = import.meta.dirname;
  const main = builtMain(root, path.join(root, 'dist')) ?? (argv[1] as string);
  // Whoever sets the same by hand comes last, and counts.
  execve(execPath, [execPath, YOUNG_SPACE, OLD_SPACE, CLEARING_UP, ...execArgv, main, ...argv.slice(2)], {
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
