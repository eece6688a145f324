import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '#test/support/runner/scratch';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
);

let stack: ReturnType<typeof spawn>;
let localDir: string;

/** The README's own start command without its install, which is how this test got here. */
beforeAll(async () => {
  localDir = scratchFolder('switchboard-readme-');
  const start = blocks.find(({ text }) => text.includes('npm start'))?.text.trim();
  expect(start).toBe('npm ci && npm start');
  stack = spawn('npm', ['start'], {
    env: { ...process.env, LOCAL_DIR: localDir, PORT: '0' },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    stack.once('exit', () => reject(new Error(`the stack ended: ${said}`)));
    stack.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (/^ready /m.test(said)) resolve();
    });
  });
}, 60_000);

afterAll(async () => {
  const ended = new Promise((resolve) => stack.once('exit', resolve));
  process.kill(-(stack.pid ?? 0), 'SIGINT');
  await ended;
  rmSync(localDir, { recursive: true, force: true });
});

/** Times, provider ids and reply ids differ with each run; our own ids do not, they are derived. */
function masked(output: string): string {
  return output
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replace(/\d\d:\d\d:\d\d/g, '<time>')
    .replace(/wamid\.[\w/+=-]+/g, '<wamid>')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>')
    .replace(/(cnv|msg)_(?!wjv7)[a-z2-7]+/g, '$1_<id>')
    .trimEnd();
}

describe('the README', () => {
  it('has no block that this test does not run', () => {
    expect(blocks.map(({ language }) => language).sort()).toEqual(
      ['console', 'console', 'console', 'console', 'console', 'mermaid', 'sh', 'sh'].sort(),
    );
    expect(readme.split('\n').length).toBeLessThanOrEqual(150);
  });

  it('names the test commands that CI calls', () => {
    const commands = blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => text.trim().split('\n'));
    const ci = readFileSync('.ci/run', 'utf8');
    for (const command of ['npm test', 'npm run test:faults']) {
      expect(commands).toContain(command);
      expect(ci).toMatch(new RegExp(`^[^#\n]*${command}`, 'm'));
    }
  });

  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(8);
    for (const path of links) expect(() => readFileSync(path)).not.toThrow(/ENOENT/);
  });

  const tour = blocks.filter(({ language }) => language === 'console');
  it.each(tour.map(({ text }) => [text.split('\n')[0] ?? '', text]))(
    'prints what it says: %s',
    async (command, text) => {
      const [program = '', ...parameters] = [...command.slice(2).matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      );
      const env = { ...process.env, LOCAL_DIR: localDir, NO_COLOR: '1' };
      const { stdout } = await run(program, parameters, { env });
      expect(masked(stdout)).toBe(masked(text.slice(command.length + 1)));
    },
  );
});
