import { defineConfig } from 'vitest/config';
import { countReporter } from './test/reporter.ts';

/** Tests that only compute: as many files at once as there are cores. */
const rules = {
  name: 'rules',
  include: ['**/*.test.ts'],
  exclude: ['node_modules/**', 'cli/**', 'broker/**', 'test/*.test.ts', 'test/!(naive)/**'],
  sequence: { groupOrder: 1 },
  maxWorkers: '100%',
};

/** Tests that start processes, listen on ports or wait for what others do: one file at a time. */
const house = {
  name: 'house',
  include: ['cli/**/*.test.ts', 'broker/**/*.test.ts', 'test/**/*.test.ts'],
  exclude: ['test/naive/**'],
  sequence: { groupOrder: 2 },
  maxWorkers: 1,
};

export default defineConfig({
  test: {
    projects: [rules, house].map((test) => ({ extends: true, test })),
    setupFiles: ['test/seed.ts'],
    reporters: ['default', countReporter],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC' },
    pool: 'forks',
  },
});
