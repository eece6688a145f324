import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { startChild } from '#infra/local/process/child';
import { takeLock } from '#infra/local/process/lock';
import type { Reaper } from '#infra/local/process/reaper';
import { inputsHash } from './inputs-hash.ts';
import { readAssembly } from './read-assembly.ts';

const CdkJson = z.looseObject({ context: z.record(z.string(), z.unknown()).default({}) });

export interface Synthesis {
  /** Holds `package.json`, `cdk.json`, `infra/cdk/app.ts`. */
  readonly root: string;
  /** The stage, as a file of `infra/cdk/config` is called. */
  readonly stage: string;
  /** The folder of the assembly; a hash beside it remembers the sources it was made from. */
  readonly directory: string;
  readonly reaper: Reaper;
}

/**
 * Bundles the functions and synthesizes the stage, unless `directory` already holds what these sources give; or
 * copies what another stack of this working copy made of the same sources. Both steps run as the commands a
 * deployment uses. Returns what was done. Throws with the command's own words.
 */
export async function synthesize(synthesis: Synthesis): Promise<'made' | 'copied' | 'kept'> {
  const { root, stage, directory } = synthesis;
  const hash = `${stage} ${inputsHash(root)}`;
  if (holds(directory, hash)) return 'kept';
  const cache = join(root, 'node_modules', '.cache', 'switchboard');
  mkdirSync(cache, { recursive: true });
  const release = await waitForLock(join(cache, 'build.lock'));
  try {
    const common = join(cache, stage === 'local' ? 'cdk.out' : `cdk.out-${stage}`);
    const made = holds(common, hash);
    if (!made) await make(synthesis, common, hash);
    rmSync(stampOf(directory), { force: true });
    rmSync(directory, { recursive: true, force: true });
    cpSync(common, directory, { recursive: true });
    writeFileSync(stampOf(directory), hash);
    return made ? 'copied' : 'made';
  } finally {
    release();
  }
}

/** The stamp beside an assembly says what it was made of; without one it may be half written. A spoilt one is none. */
const stampOf = (directory: string) => `${directory}.inputs`;

function holds(directory: string, hash: string): boolean {
  const stamp = stampOf(directory);
  const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  return isCurrent && isReadable(directory);
}

function isReadable(directory: string): boolean {
  try {
    return readAssembly(directory).length > 0;
  } catch {
    return false;
  }
}

async function make(
  { root, stage, reaper }: Synthesis,
  directory: string,
  hash: string,
): Promise<void> {
  rmSync(stampOf(directory), { force: true });
  rmSync(directory, { recursive: true, force: true });
  await run(reaper, root, ['infra/build/build.ts'], {});
  await run(reaper, root, ['infra/cdk/app.ts'], {
    CDK_OUTDIR: directory,
    CDK_CONTEXT_JSON: JSON.stringify(context(root, stage)),
    // AWS's own rules take several seconds and change nothing in the template; the tests and a deployment run them.
    CDK_VALIDATION: 'false',
  });
  writeFileSync(stampOf(directory), hash);
}

async function waitForLock(file: string): Promise<() => void> {
  for (;;) {
    const lock = takeLock(file);
    if ('release' in lock) return lock.release;
    await sleep(50);
  }
}

/** The context that the CDK's command line would pass on: that of `cdk.json`, our stage, and its own switches. */
function context(root: string, stage: string): Record<string, unknown> {
  const cdkJson = CdkJson.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));
  return {
    ...cdkJson.context,
    stage,
    'aws:cdk:version-reporting': false,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:enable-path-metadata': true,
  };
}

async function run(
  reaper: Reaper,
  root: string,
  command: readonly string[],
  env: Record<string, string>,
): Promise<void> {
  const child = startChild(reaper, process.execPath, command, {
    cwd: root,
    env: { ...process.env, ...env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const { code } = await child.exited;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with code ${code}:\n${said.trim()}`);
}
