import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { startChild } from '#infra/local/process/child';
import type { Reaper } from '#infra/local/process/reaper';
import { buildLock } from './build-lock.ts';
import { inputsHash } from './inputs-hash.ts';

const CdkJson = z.looseObject({ context: z.record(z.string(), z.unknown()).default({}) });

export interface Synthesis {
  /** Holds `package.json`, `cdk.json`, `infra/app.ts`. */
  readonly root: string;
  /** Where the assembly goes; a hash beside it remembers what it was made of. */
  readonly directory: string;
  readonly reaper: Reaper;
}

/**
 * Bundles the functions and synthesizes stage `local`, unless `directory` already holds what these sources give.
 * Both run as the commands a deployment uses. Returns what was done. Throws with the command's own words.
 */
export async function synthesize({ root, directory, reaper }: Synthesis): Promise<'made' | 'kept'> {
  const stamp = `${directory}.inputs`;
  const hash = inputsHash(root);
  const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isCurrent && existsSync(join(directory, 'manifest.json'))) return 'kept';
  rmSync(stamp, { force: true });
  const release = await buildLock(root);
  try {
    await run(reaper, root, ['infra/build/build.ts'], {});
    await run(reaper, root, ['infra/app.ts'], {
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify(context(root)),
      // AWS's own rules take several seconds and change nothing in the template; the tests and a deployment run them.
      CDK_VALIDATION: 'false',
    });
  } finally {
    release();
  }
  writeFileSync(stamp, hash);
  return 'made';
}

/** What the CDK's command line would pass on: the context of `cdk.json`, our stage, and its own switches. */
function context(root: string): Record<string, unknown> {
  const cdkJson = CdkJson.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));
  return {
    ...cdkJson.context,
    stage: 'local',
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
