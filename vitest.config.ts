import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '.tools/**', 'cdk.out/**'],
    pool: 'forks',
    // Much of their time tests wait: for processes, sockets, browsers. Two at once are quicker even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A busy machine must not fail a test that is right.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './scripts/closing-line-reporter.ts'],
  },
});
