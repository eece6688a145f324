import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { asCalled } from '#infra/cli/output/as-called';

const root = join(import.meta.dirname, '../..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'called as ')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell in a folder prints, with the place of the clone as `<clone>`. */
async function printed(cwd: string, program: string, ...args: string[]): Promise<string> {
  const called = `${program} `;
  const env = { ...process.env, LOCAL_DIR: join(folder, 'no-stack') };
  const said = await promisify(execFile)(program, args, { cwd, env }).catch((fault) => fault);
  return `${said.stdout}${said.stderr}`
    .replaceAll(called, '<program> ')
    .replaceAll(root, '<clone>');
}

describe('a hint names the program as it was called', () => {
  it('in the clone', async () => {
    expect(await printed(root, './switchboard', 'tail', '--odd')).toMatch(
      /\n {2}<program> tail --help\n$/,
    );
    expect(await printed(root, './switchboard', 'help')).toContain('More: docs/cli.md');
    expect(await printed(root, './switchboard', 'tail')).toMatch(/ PORT=0 npm start\n$/);
  });

  it('from another folder', async () => {
    const program = relative(folder, join(root, 'switchboard'));
    expect(await printed(folder, program, 'sned')).toContain('\n  <program> --help\n');
    const help = await printed(folder, program, 'reply', '--help');
    expect(help).toMatch('<program> reply <id>');
    expect(help).toContain('(<clone>/docs/consuming/reply.md)');
    expect(await printed(folder, program, 'tail')).toMatch(/ npm --prefix <clone> start\n$/);
  });

  it('through a link, and in quotes where a shell needs them', async () => {
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(root, 'switchboard'), join(folder, 'bin/sb'));
    symlinkSync('bin/sb', join(folder, 'linked'));
    for (const link of ['bin/sb', 'linked']) {
      const program = join(folder, link);
      expect(await printed(root, program, 'sned')).toContain(`\n  '${program}' --help\n`);
    }
  });

  it('and changes nothing else in a text', () => {
    const called = { program: '../sb', folder: '/clone/' };
    const text = './switchboard show a; ./switchboards, mydocs/a, /x/docs/b, (docs/c)';
    expect(asCalled(text, called)).toBe(
      '../sb show a; ./switchboards, mydocs/a, /x/docs/b, (/clone/docs/c)',
    );
    expect(asCalled('./switchboard tail', { ...called, program: "/o'b/sb" })).toBe(
      "'/o'\\''b/sb' tail",
    );
  });
});
