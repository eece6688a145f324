import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildWithFailpoints } from './bundles/build.ts';
import { nextVersion } from './bundles/next-version.ts';
import { readOptions } from './options.ts';
import { reportOf } from './report.ts';
import { run } from './run.ts';
import { setStage } from './stage.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run test:faults`: builds two versions of the functions, runs them under fire and balances the books. */
async function main(): Promise<void> {
  const options = readOptions(argv.slice(2));
  const progress = (line: string) =>
    stdout.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`);
  progress(`seed ${options.seed}: ${options.messages} messages, ${options.replies} replies`);
  mkdirSync(join(project, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(project, 'node_modules/.cache/faults-'));
  const bundles = await Promise.all([
    buildWithFailpoints(join(folder, 'old')),
    buildWithFailpoints(join(folder, 'new'), [nextVersion]),
  ]);
  const stage = await setStage(options, bundles);
  try {
    const validation = await run(stage, { progress });
    stdout.write(reportOf(validation));
    const isProof = validation.violations.length + validation.shortcomings.length === 0;
    if (!isProof) process.exitCode = 1;
  } finally {
    await stage.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
process.exit();
