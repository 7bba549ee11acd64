import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { seedOfRun } from './seed-of-run.ts';

/** How many tests passed, failed and were left out. A file that does not load and an error outside a test count as failed. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts the tests of a run. */
export function countTests(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Counts {
  const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
  }
  return counts;
}

/** Ends a test run with a line `N passed, N failed`, alone on its line; the seed and what was skipped come before. */
export const countReporter: Reporter = {
  onTestRunEnd(modules, unhandled) {
    const { passed, failed, skipped } = countTests(modules, unhandled);
    const seed = seedOfRun(process.env);
    if (seed !== undefined) process.stdout.write(`generated cases of seed ${seed}\n`);
    if (skipped > 0) process.stdout.write(`${skipped} skipped\n`);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  },
};
