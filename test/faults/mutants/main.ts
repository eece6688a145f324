import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildWithFailpoints } from '#test/faults/bundles/build';
import { textPlugin } from '#test/faults/bundles/text-plugin';
import { optionsOf } from '#test/faults/options';
import { run } from '#test/faults/run';
import { setStage } from '#test/faults/stage';
import { mutants } from './all.ts';
import type { Mutant } from './mutant.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const seed = 20261121;
/** A mutant may be lucky once. */
const maxRuns = 3;

/**
 * `npm run test:mutants [-- <parts of names>]`: builds the pipeline wrong in one way after the other, and fails when
 * the harness does not notice. The true pipeline goes first: a harness that always cries would catch them all.
 */
async function main(): Promise<void> {
  const wanted = argv.slice(2);
  const chosen = mutants.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  if (chosen.length === 0) throw new Error(`no mutant is called ${wanted.join(', ')}`);
  mkdirSync(join(project, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(project, 'node_modules/.cache/mutants-'));
  const survivors: string[] = [];
  try {
    const [problem] = await complaintsOf(folder, { name: 'the true pipeline', changes: [] }, seed);
    if (problem) throw new Error(`the true pipeline is accused: ${problem}`);
    stdout.write('unharmed  the true pipeline\n');
    for (const mutant of chosen) {
      const caught = await caughtBy(folder, mutant);
      stdout.write(
        `${caught ? 'killed  ' : 'SURVIVED'}  ${mutant.name}: ${caught ?? 'unnoticed'}\n`,
      );
      if (!caught) survivors.push(mutant.name);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  stdout.write(
    `${chosen.length - survivors.length} of ${chosen.length} mutants killed, seed ${seed}\n`,
  );
  if (survivors.length > 0) process.exitCode = 1;
}

/** Resolves with the first complaint that fits the mutant; others are told, and do not count. */
async function caughtBy(folder: string, mutant: Mutant): Promise<string | undefined> {
  for (let attempt = 0; attempt < maxRuns; attempt += 1) {
    const problems = await complaintsOf(folder, mutant, seed + attempt);
    const fitting = problems.find((each) => mutant.problem.test(each));
    if (fitting) return fitting;
    for (const each of problems.slice(0, 3)) stdout.write(`  does not count: ${each}\n`);
  }
  return undefined;
}

/** Lists what the harness says of one pipeline. A run that cannot be finished is a complaint, too. */
async function complaintsOf(
  folder: string,
  { name, changes, problem }: Pick<Mutant, 'name' | 'changes'> & Partial<Mutant>,
  runSeed: number,
): Promise<readonly string[]> {
  const bundles = await buildWithFailpoints(
    join(folder, name.replaceAll(/\W+/g, '-')),
    changes.length > 0 ? [textPlugin(name, changes)] : [],
  );
  // Nothing is wrong with the true pipeline, so it comes to rest, however busy the machine is.
  const patient = changes.length === 0 ? { patienceSeconds: 240 } : {};
  const asked = problem ? { problem } : {};
  const options = { ...optionsOf('mutant', runSeed), ...asked, ...patient };
  const stage = await setStage(options, [bundles]);
  try {
    const { violations, unrest, seconds } = await run(stage, { progress: () => undefined });
    stdout.write(`          ${seconds.toFixed(0)} s, seed ${runSeed}\n`);
    return [...violations, ...unrest];
  } catch (fault) {
    return [`the run broke off: ${String(fault)}`];
  } finally {
    await stage.stop();
  }
}

await main();
process.exit();
