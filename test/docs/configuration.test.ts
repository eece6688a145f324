import { describe, expect, it } from 'vitest';
import { configurationProblems, connectorsOf, settingProblems } from './configuration.ts';
import { allPages, type Block, blocksOf, readPage } from './pages/page.ts';

/** What is told, drawn or run: shell.test.ts, readme.test.ts and consuming.test.ts have those. */
const others = ['sh', 'console', 'text', 'mermaid'];

const blocks = allPages()
  .flatMap(blocksOf)
  .filter(({ language, file }) => !others.includes(language) && file === '');

const sms = readPage('docs/channels/sms.md');
const block = (language: string, code: string): Block => ({
  page: sms,
  line: 7,
  language,
  file: '',
  code,
});

describe('a block of configuration', () => {
  it('stands on every page of a channel', () => {
    const pages = new Set(blocks.map(({ page }) => page.path));
    expect([...pages].toSorted()).toEqual(Object.keys(connectorsOf).toSorted());
  });

  it.each(blocks.map((each) => [`${each.page.path}:${each.line}`, each] as const))(
    'loads and synthesizes: %s',
    (_, each) => expect(configurationProblems(each)).toEqual([]),
  );

  it.each([
    ['ts', "{ connector: 'twilio', account: 'a', settings: { address: '1' } }", 'address'],
    ['ts', "{ connector: 'twilio', account: 'a', address: '+15005550006', planted: 1 }", 'planted'],
    ['ts', "{ connector: 'fax', account: 'a' }", 'given "fax", expected one of aws-sms'],
    ['ts', "{ connector: 'twilio' }", 'accounts[0].account: given nothing'],
    ['ts', "accounts: [], mail: { ruleSetName: 'a' },", 'accounts'],
    ['ts', "{ connector: 'twilio'", 'Unexpected'],
    ['json', '{ "accountSid": "AC…" }', 'Invalid input'],
    ['json', '{ "accountSid": "AC…", "authToken": "…", "planted": "…" }', 'reads no planted'],
    ['json', '// a comment\n{}', 'Unexpected token'],
    ['jsonc', '{}', 'no test knows a block of jsonc'],
    ['', 'a → b', 'no test knows a block of no language'],
  ])('is noticed when it does not: %s %s', (language, code, problem) => {
    expect(configurationProblems(block(language, code))).toEqual([
      expect.stringMatching(/^docs\/channels\/sms\.md:7: /),
    ]);
    expect(configurationProblems(block(language, code))[0]).toContain(problem);
  });
});

describe.each(Object.entries(connectorsOf))('%s', (path, connectors) => {
  it('names the settings and secrets that its connectors read, and no others', () => {
    expect(settingProblems(readPage(path), connectors)).toEqual([]);
  });
});

describe('a setting', () => {
  it.each([
    ['validitySeconds', 'planted', 'docs/channels/sms.md does not name `validitySeconds` of'],
    ['`validitySeconds`', '`planted`', 'twilio reads no `planted`'],
    ['| 14400 |', '| 3600 |', 'the default of `validitySeconds` is 14400'],
  ])('is noticed when %s becomes %s', (from, to, problem) => {
    const text = sms.text.replaceAll(from, to);
    expect(settingProblems({ ...sms, text }, ['twilio']).join('\n')).toContain(problem);
  });
});
