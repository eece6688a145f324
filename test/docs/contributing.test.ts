import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { contract } from '#test/connectors/contract/contract';
import { noRecordings } from '#test/connectors/contract/reading';
import { harnesses } from '#test/connectors/harnesses';
import { nightlyFiles } from '#test/support/runner/nightly-files';
import { allPages, codeSpans, type Page, readPage, root, tableRows } from './pages/page.ts';

const testing = readPage('docs/contributing/testing.md');
const planted = (page: Page, text: string): Page => ({ ...page, text: `${page.text}\n${text}\n` });

const sources = globSync('test/**/*.ts', { cwd: root }).map((path) => readPage(path).text);
const read = (variable: string) =>
  sources.some((text) => new RegExp(`env\\['${variable}'\\]|\\('${variable}'\\)`).test(text));

/** What is wrong with the commands for vitest that a page names. */
function commandProblems(page: Page): string[] {
  return codeSpans(page).flatMap(({ text }) => {
    const [, before = '', path, title] =
      /^((?:[A-Z_]+=\S+ )*)npx vitest(?: run)? (test\/[\w./-]+)(?: -t '([^']+)')?$/.exec(text) ??
      [];
    if (path === undefined) return [];
    const unread = [...before.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name);
    if (!existsSync(join(root, path))) return [`there is no ${path}`];
    return [
      ...unread.filter((name) => !read(name)).map((name) => `no test reads ${name}`),
      ...(title && !readPage(path).text.includes(title) ? [`${path} has no test "${title}"`] : []),
    ];
  });
}

describe('commands that run one test', () => {
  it('name files, tests and variables that are there', () => {
    const pages = allPages().filter(({ path }) => /ontributing/i.test(path));
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flatMap(commandProblems)).toEqual([]);
  });

  it('are noticed when they do not', () => {
    const commands = [
      '`npx vitest run test/gone.test.ts`',
      "`npx vitest run test/store/append.test.ts -t 'is gone'`",
      '`FC_GONE=7 npx vitest run test/properties/ids.test.ts`',
    ];
    expect(commandProblems(planted(testing, commands.join(' ')))).toEqual([
      'there is no test/gone.test.ts',
      'test/store/append.test.ts has no test "is gone"',
      'no test reads FC_GONE',
    ]);
  });
});

describe('docs/contributing/testing.md', () => {
  const smaller = (page: Page) =>
    tableRows(page)
      .filter(({ heading }) => heading === 'Sizes')
      .map(({ cells }) => cells[0]?.replaceAll('`', ''));

  it('says of every file that has two sizes which these are', () => {
    const sized = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/guards/**'] }).filter(
      (path) => /\b(bySize|deathsAt)[<(]|small: \d/.test(readPage(path).text),
    );
    expect(sized.length).toBeGreaterThan(5);
    expect(smaller(testing).toSorted()).toEqual([...sized, ...nightlyFiles].toSorted());
    const row = '## Sizes\n\n| file | `npm test` | nightly |\n| --- | --- | --- |\n| a | 1 | 2 |';
    expect(smaller(planted(testing, row))).toContain('a');
  });

  const named = (page: Page) =>
    tableRows(page)
      .filter(({ heading }) => heading === 'Suites')
      .map(({ cells }) => cells[0]?.replaceAll('`', ''));

  it('says of every suite what it proves and how long it takes', () => {
    const suites = globSync('test/**/*.test.ts', { cwd: root }).map((path) =>
      path.split('/').slice(0, 2).join('/'),
    );
    expect(named(testing).toSorted()).toEqual([...new Set(suites)].toSorted());
    for (const { cells } of tableRows(testing).filter(({ heading }) => heading === 'Suites')) {
      expect(cells[2]).toMatch(/^\d+ (s|min)$/);
    }
  });
});

describe('the contract of all connectors', () => {
  const counted = (connector: ConnectorId) => {
    const subject = { declaration: declarations[connector], harness: harnesses[connector] };
    const reasons = contract.map(({ unless }) => unless?.(subject));
    // Recorded payloads are not everywhere: the page counts as if they were.
    return reasons.filter((reason) => reason === undefined || reason === noRecordings).length;
  };

  it('has as many tests, and each connector runs as many of them, as the page says', () => {
    expect(testing.text).toContain(`the same ${contract.length} tests for every connector`);
    const rows = tableRows(testing).filter(({ header }) => header[1] === 'tests');
    const said = rows.map(({ cells }) => [cells[0]?.replaceAll('`', ''), Number(cells[1])]);
    const ids = Object.keys(declarations) as ConnectorId[];
    for (const id of ids) expect(counted(id), id).toBeGreaterThanOrEqual(40);
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries(ids.map((id) => [id, counted(id)])),
    );
  });
});

describe('CHANGELOG.md', () => {
  const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  const problems = ({ text }: Page) => {
    const [first, ...versions] = [...text.matchAll(/^## (.*)$/gm)].map(([, name = '']) => name);
    const odd = [...text.matchAll(/^### (.*)$/gm)].map(([, name = '']) => name);
    return [
      ...(first === '[Unreleased]' ? [] : [`begins with ${first}`]),
      ...versions.filter((name) => !/^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/.test(name)),
      ...odd.filter((name) => !kinds.includes(name)),
    ];
  };

  it('has the form of Keep a Changelog', () => {
    const page = readPage('CHANGELOG.md');
    expect(problems(page)).toEqual([]);
    expect(problems(planted(page, '## 1.0\n\n### News'))).toEqual(['1.0', 'News']);
  });
});

describe('docs/contributing/glossary.md', () => {
  const words = (page: Page) =>
    tableRows(page).flatMap(({ cells }) => cells[0]?.split(', ').filter(Boolean) ?? []);
  const twice = (page: Page) => words(page).filter((word, at, all) => all.indexOf(word) < at);

  it('explains each word once', () => {
    const page = readPage('docs/contributing/glossary.md');
    expect(words(page).length).toBeGreaterThan(40);
    expect(twice(page)).toEqual([]);
    expect(twice(planted(page, '| word | meaning |\n| --- | --- |\n| lease | a house |'))).toEqual([
      'lease',
    ]);
  });
});

describe('words of the code', () => {
  const explained = new Set(
    tableRows(readPage('docs/contributing/glossary.md')).flatMap(({ cells }) =>
      (cells[0] ?? '').split(', '),
    ),
  );
  /** Names of technologies, which are no words of this project. */
  const foreign = new Set(['aws']);
  const missing = (names: readonly string[]) =>
    names.filter(
      (name) =>
        ![name, name.replace(/s$/, ''), `${name} queue`, name.replaceAll('-', ' ')].some(
          (each) => explained.has(each) || foreign.has(each),
        ),
    );

  it('stand in the glossary: folders, functions, queues and indexes', () => {
    const folders = globSync(
      ['shared/*/', 'shared/aws/*/', 'shared/aws/store/*/', 'functions/*/'],
      {
        cwd: root,
      },
    ).map((path) => basename(path));
    expect(folders.length).toBeGreaterThan(25);
    expect(missing(folders.filter((name) => !name.includes('.')))).toEqual([]);
    const queues = [
      ...['ingress', 'mail-ingress', 'statuses', 'normalized'],
      ...['replies', 'outbound', 'media', 'mail'],
    ];
    expect(missing(queues.map((name) => `${name} queue`))).toEqual([]);
    expect(missing(['due', 'dirty', 'inbox', 'parked', 'lane', 'takeover', 'claim check'])).toEqual(
      [],
    );
    expect(missing(['turnstile', 'attempts', 'own-tries'])).toEqual(['turnstile']);
  });
});

describe('the workflow for GitHub', () => {
  const runs = (text: string) =>
    [...text.matchAll(/^ *- run: (.*)$/gm)].map(([, command = '']) => command);

  const workflow = (name: string) =>
    readFileSync(join(root, `.github/workflows/${name}.yml`), 'utf8');

  it('runs what every other CI runs, and nothing else', () => {
    const text = workflow('ci');
    expect(runs(text)).toEqual(['.ci/run']);
    expect(runs(`${text}\n      - run: npm test`)).toHaveLength(2);
  });

  it('runs every case once a night', () => {
    expect(runs(workflow('nightly'))).toEqual(['npm ci', 'npm run test:nightly']);
  });
});
