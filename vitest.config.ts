import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { Sequencer } from './test/support/runner/sequencer.ts';
import { size } from './test/support/runner/size.ts';
import { projectsOf } from './test/support/runner/test-projects.ts';

/** Where `.ci/run` wants the numbers of the run written down, beside what is printed. */
// biome-ignore lint/style/noProcessEnv: a configuration file is where settings come in
const report = env['VITEST_REPORT'];

/** Node keeps what it has compiled here: workers and the many processes that tests start need half the time. */
env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('node_modules/.cache/switchboard/compiled', import.meta.url),
);

export default defineConfig({
  test: {
    environment: 'node',
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    env: {
      ...{ POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_LOG_LEVEL: 'SILENT' },
      // Tests of the templates ask for AWS's own rules where they are what is tested (test/infra/synthesis.ts).
      CDK_VALIDATION: 'false',
    },
    globalSetup: ['test/support/runner/build.ts'],
    pool: 'forks',
    // More than there are cores: many of the slow files only wait, for timeouts and pauses of minutes.
    maxWorkers: 4,
    // Files share a process where that is safe: what one has replaced, the next must not meet.
    restoreMocks: true,
    unstubGlobals: true,
    sequence: { sequencer: Sequencer },
    // Emulators and child processes start within a test; nothing here is a statement about speed.
    // On a busy CI machine a child process can start late; vitest reports what passed only the second time.
    retry: env['CI'] ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: projectsOf(size).map((test) => ({ extends: true as const, test })),
  },
});
