import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { oldestNode, outerPath } from './nodes.ts';
import { type Block, root } from './page.ts';
import { isAsSaid, type Step } from './transcript.ts';

/** What is never in a clone, and what belongs to the stacks of others. */
const notCloned = /^(\.git|\.local.*)$/;

/** A folder that looks like a clone after `npm ci`, and whose `.local` is its own. */
export function linkedClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-clone-'));
  for (const name of readdirSync(root).filter((each) => !notCloned.test(each))) {
    symlinkSync(join(root, name), join(folder, name));
  }
  mkdirSync(join(folder, '.home'));
  // A refusal ends a block, as the reader would.
  writeFileSync(join(folder, '.home/.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
  symlinkSync(oldestNode.path, join(folder, '.home/node'));
  return folder;
}

/** A reader's shell in a clone: the machine's own Node comes first, and nothing of ours is set. */
export function shell(folder: string, script: string, more: NodeJS.ProcessEnv = {}): ChildProcess {
  const home = join(folder, '.home');
  return spawn('sh', ['-euc', `{ ${script}\n} 2>&1`], {
    cwd: folder,
    detached: true,
    env: {
      ...more,
      PATH: `${home}:${outerPath}`,
      CURL_HOME: home,
      LOCAL_DIR: join(folder, '.local'),
      HOME: env['HOME'],
      // Starts of Node take half the time; it changes nothing of what they do.
      NODE_COMPILE_CACHE: env['NODE_COMPILE_CACHE'],
      NO_COLOR: '1',
      npm_config_update_notifier: 'false',
      // Where npx links the clone's own command.
      npm_config_cache: join(home, 'npm'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

/** Longer than anything on the pages takes. */
const longestSeconds = 60;

/** Runs a script to its end, or until it has printed what is waited for. */
export async function run(
  folder: string,
  script: string,
  { until, env: more = {} }: { until?: (printed: string) => boolean; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = shell(folder, script, more);
  const end = () => process.kill(-(child.pid ?? 0), 'SIGINT');
  const late = setTimeout(end, longestSeconds * 1000);
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (until?.(printed)) end();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(late);
  return { code, printed };
}

/** What a step of a transcript printed otherwise than the page says, and nothing where it is as said. */
export async function stepProblem(
  folder: string,
  { command, says }: Step,
  place: string,
  more: NodeJS.ProcessEnv = {},
): Promise<string | undefined> {
  const follows = / tail(?! --once)/.test(command);
  const { printed } = await run(folder, command, {
    env: more,
    ...(follows ? { until: (text: string) => isAsSaid(says, text) } : {}),
  });
  if (isAsSaid(says, printed)) return undefined;
  return `${place}: $ ${command}\nprints\n${printed}\nand not\n${says}`;
}

/** The blocks of a page in one shell, one after the other; the block in which it ended when it failed. */
export async function blocksProblem(
  folder: string,
  blocks: readonly Block[],
  more: NodeJS.ProcessEnv = {},
): Promise<string | undefined> {
  const mark = (line: number) => `<<<${line}>>>`;
  const script = blocks.map(({ code, line }) => `echo '${mark(line)}'\n${code}`).join('\n');
  const { code, printed } = await run(folder, script, { env: more });
  if (code === 0) return undefined;
  const [, line = '', said = ''] = /.*<<<(\d+)>>>\n([\s\S]*)$/.exec(printed) ?? [];
  return `${blocks[0]?.page.path}:${line}: the block ends with ${code}\n${said}`;
}

const definition = /(?:^|[\s;(]|export )(\w+)=/g;
const use = /\$\{?([A-Za-z_]\w*)/g;

/** Variables that a block uses, and neither it nor an earlier one of its page sets. */
export function unsetVariables(blocks: readonly Block[]): string[] {
  const set = new Set<string>();
  return blocks.flatMap(({ page, line, code }) => {
    for (const [, name = ''] of code.matchAll(definition)) set.add(name);
    return [...code.matchAll(use)]
      .map(([, name = '']) => name)
      .filter((name) => !set.has(name))
      .map((name) => `${page.path}:${line}: $${name} is set in no block above`);
  });
}
