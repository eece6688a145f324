import { env } from 'node:process';
import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the numbers of the run written down, beside what is printed. */
// biome-ignore lint/style/noProcessEnv: a configuration file is where settings come in
const report = env['VITEST_REPORT'];

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['test/planted/**', 'node_modules/**'],
    globalSetup: ['test/support/build.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    env: { POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_LOG_LEVEL: 'SILENT' },
    pool: 'forks',
    maxWorkers: 2,
    // Emulators and child processes start within a test; nothing here is a statement about speed.
    // On a busy CI machine a child process can start late; vitest reports what passed only the second time.
    retry: env['CI'] ? 1 : 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
