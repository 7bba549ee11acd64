import { defineConfig } from 'vitest/config';
import { countReporter } from './test/reporter.ts';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    reporters: ['default', countReporter],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC' },
    pool: 'forks',
  },
});
