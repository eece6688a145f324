import { describe, expect, it } from 'vitest';
import { awsSmsExceptions, awsSmsStatements } from './numbers/aws-sms.ts';
import {
  channelExceptions,
  emailStatements,
  smsStatements,
  twitterStatements,
} from './numbers/channels.ts';
import { systemExceptions, systemStatements } from './numbers/system.ts';
import { telegramExceptions, telegramStatements } from './numbers/telegram.ts';
import { testingExceptions, testingStatements } from './numbers/testing.ts';
import { twitterCostExceptions, twitterCostStatements } from './numbers/twitter-cost.ts';
import { whatsappExceptions, whatsappStatements } from './numbers/whatsapp.ts';
import { allPages, type Page, readPage } from './pages/page.ts';
import {
  disagreements,
  fact,
  numberIn,
  on,
  staleExceptions,
  unclaimedNumbers,
} from './pages/statements.ts';

const statements = [
  ...systemStatements,
  ...emailStatements,
  ...smsStatements,
  ...awsSmsStatements,
  ...twitterStatements,
  ...twitterCostStatements,
  ...telegramStatements,
  ...whatsappStatements,
  ...testingStatements,
];
const exceptions = [
  ...systemExceptions,
  ...channelExceptions,
  ...twitterCostExceptions,
  ...awsSmsExceptions,
  ...telegramExceptions,
  ...whatsappExceptions,
  ...testingExceptions,
];

/** Decisions and changes tell of their day, and the figures of reliability.md are those of single runs. */
const pages = allPages().filter(({ path }) => !/decisions|reliability|CHANGELOG/.test(path));
const of = <Item extends { readonly path: string }>(list: readonly Item[], { path }: Page) =>
  list.filter((each) => each.path === path);

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_, page) => {
  it('says the numbers that template and source say', () => {
    expect(of(statements, page).flatMap((each) => disagreements(page, each))).toEqual([]);
  });

  it('has no number that is tied to nothing', () => {
    const problems = unclaimedNumbers(page, of(statements, page), of(exceptions, page));
    expect(problems).toEqual([]);
    expect(of(exceptions, page).flatMap((each) => staleExceptions(page, each))).toEqual([]);
  });
});

describe('a number', () => {
  const page: Page = { path: 'a.md', text: '# A\n\nIt waits five\nminutes, at most.\n' };
  const says = (value: number) => on('a.md')`waits ${fact(value, 'wait of a.ts')} minutes`;

  it('is known in the ways it is written', () => {
    const written = ['5', 'five', 'Five', '1,600', '0.5', 'half an', 'a hundred', 'every', 'many'];
    expect(written.map(numberIn)).toEqual([5, 5, 5, 1600, 0.5, 0.5, 100, 1, undefined]);
  });

  it('is noticed when page and source differ, with the line and the source', () => {
    expect(disagreements(page, says(5))).toEqual([]);
    expect(disagreements(page, says(100))).toEqual([
      'a.md:3: "waits five\nminutes" says five, and wait of a.ts is 100',
    ]);
  });

  it('is noticed when its sentence is gone', () => {
    expect(disagreements({ ...page, text: '# A\n' }, says(5))).toEqual([
      'a.md does not say (any more): "waits 5 minutes"',
    ]);
    expect(staleExceptions(page, { path: 'a.md', reason: '', pieces: ['gone'] })).toEqual([
      'a.md does not say (any more): "gone"',
    ]);
  });

  it.each([
    'five failures bring it to the dead letters',
    'It is kept for 14 days.',
    'up to 1,000,000 letters',
    '| `buttons` | 3; `id` 256 |',
    'again in an hour',
    'about half an hour',
    'it is swept every minute',
    'into at most five.',
  ])('is noticed when it is tied to nothing: %s', (text) => {
    const planted = { path: 'a.md', text: `# A\n\n${text}\n` };
    expect(unclaimedNumbers(planted, [], [])[0]).toMatch(/^a\.md:3: ".*" is tied to nothing/);
  });

  it.each(['A second terminal', '`visibility 540`', '[a](b.md#3)', '1. first', 'SHA-256, v25.0'])(
    'is none: %s',
    (text) => expect(unclaimedNumbers({ path: 'a.md', text }, [], [])).toEqual([]),
  );

  it('of the dead-letter queue is the one that began this', () => {
    const consuming = readPage('docs/consuming/receive-events.md');
    const text = consuming.text.replace('100 receives bring', 'five receives bring');
    const planted = { ...consuming, text };
    expect(of(statements, planted).flatMap((each) => disagreements(planted, each))).toEqual([
      expect.stringMatching(
        /^docs\/consuming\/receive-events\.md:\d+: .* says five, and tries on Queues/,
      ),
    ]);
  });
});
