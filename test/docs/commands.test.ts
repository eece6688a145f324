import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { capture } from '#test/cli/capture';
import { readOptions } from '#test/faults/options';
import { callsOf, loneOptions } from './pages/names.ts';
import { allPages, type Page, readPage, root } from './pages/page.ts';

const pages = allPages();
const local = readPage('docs/local.md');
const planted = (text: string): Page => ({ ...local, text: `${local.text}\n${text}\n` });
const withoutPlace = (problem: string) => problem.replace(/^\S+:\d+: /, '');

describe('the command line', () => {
  const help = new Map<string, string>();
  const helpOf = async (...args: string[]) => (await capture(args, '.')).data.join('\n');
  beforeAll(async () => {
    const usage = await helpOf('help');
    help.set('help', usage);
    for (const [, name = ''] of usage.matchAll(/^ {2}([a-z][a-z-]*) /gm)) {
      if (name !== 'help') help.set(name, await helpOf(name, '--help'));
    }
  });

  const has = (text: string, option: string) => new RegExp(`${option}(?![\\w-])`).test(text);
  const callProblems = (page: Page) =>
    callsOf(page, './switchboard').flatMap(({ command, options, place }) => {
      const told = help.get(command);
      if (told === undefined) return [`${place}: there is no command ${command}`];
      return options
        .filter((option) => !has(`${told} --help --json`, option))
        .map((option) => `${place}: ${command} takes no ${option}`);
    });
  const optionProblems = (page: Page) =>
    loneOptions(page)
      .filter(({ option }) => ![...help.values()].some((text) => has(text, option)))
      .map(({ option, place }) => `${place}: no command takes ${option}`);
  const unnamed = (page: Page) => {
    const called = new Set(callsOf(page, './switchboard').map(({ command }) => command));
    const spoken = (name: string) => called.has(name) || page.text.includes(`\`${name}`);
    return [...help.keys()].filter((name) => name !== 'help' && !spoken(name));
  };

  it('has the commands and options that are named', () => {
    expect(help.size).toBeGreaterThan(5);
    expect(pages.flatMap((page) => callsOf(page, './switchboard')).length).toBeGreaterThan(15);
    expect(pages.flatMap(callProblems)).toEqual([]);
    expect(pages.flatMap(optionProblems)).toEqual([]);
  });

  it('is noticed when it has not', () => {
    const page = planted('`./switchboard fax --text a` `./switchboard tail --gone`, `--away`');
    expect(callProblems(page).map(withoutPlace)).toEqual([
      'there is no command fax',
      'tail takes no --gone',
    ]);
    expect(optionProblems(page).map(withoutPlace)).toEqual(['no command takes --away']);
  });

  it('has no command that docs/cli.md does not name', () => {
    const page = readPage('docs/cli.md');
    expect(unnamed(page)).toEqual([]);
    expect(unnamed({ ...page, text: page.text.replaceAll('signal', 'another') })).toEqual([
      'signal',
    ]);
  });
});

describe('npx', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const installed = new Set<string>(
    Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap((name) =>
      Object.keys(packages[`node_modules/${name}`].bin ?? {}),
    ),
  );
  /** Outside the clone npx runs the package that has the name on npm; ours is not published there. */
  const problems = ({ path, text }: Page) =>
    [...text.matchAll(/\bnpx +(?:-[-\w]+ +)*([\w@/-]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !installed.has(name))
      .map((name) => `${path}: npx ${name} may run a package of somebody else`);
  const sources = globSync(['infra/**/*.ts', '.ci/*', '.github/**/*.yml'], { cwd: root });
  /** What has changed tells of what was. */
  const now = pages.filter(({ path }) => path !== 'CHANGELOG.md');

  it('is used for programs of our dependencies only', () => {
    const told = [...now, ...sources.map(readPage)];
    expect(told.filter(({ text }) => text.includes('npx ')).length).toBeGreaterThan(1);
    expect(told.flatMap(problems)).toEqual([]);
  });

  it('is noticed when it could run a package of somebody else', () => {
    const page = planted('`npx cdk deploy`, `npx --yes switchboard tail`\n$ npx switchboard tail');
    const problem = 'docs/local.md: npx switchboard may run a package of somebody else';
    expect(problems(page)).toEqual([problem, problem]);
  });
});

describe('scripts', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const ofNpm = ['ci', 'install', 'run', 'version'];
  const problems = (page: Page) =>
    [...callsOf(page, 'npm run'), ...callsOf(page, 'npm')]
      .filter(({ command }) => !(command in manifest.scripts) && !ofNpm.includes(command))
      .map(({ command, place }) => `${place}: package.json has no script ${command}`);

  it('that are named are those of package.json', () => {
    expect(pages.flatMap((page) => callsOf(page, 'npm run')).length).toBeGreaterThan(5);
    expect(pages.flatMap(problems)).toEqual([]);
    expect(problems(planted('`npm run gone`')).map(withoutPlace)).toEqual([
      'package.json has no script gone',
    ]);
  });

  it('take the options that are named', () => {
    const harness = callsOf(readPage('docs/reliability.md'), 'npm run').filter(
      ({ options }) => options.length > 0,
    );
    expect(harness.length).toBeGreaterThan(1);
    for (const { options } of harness) readOptions(options.flatMap((option) => [option, '1']));
    expect(() => readOptions(['--gone', '1'])).toThrow('--gone');
    expect(local.text).toContain('`-- --fresh`');
    expect(readFileSync(join(root, 'infra/local/start-options.ts'), 'utf8')).toContain('fresh: {');
  });
});
