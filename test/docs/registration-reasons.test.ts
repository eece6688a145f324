import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quotedIn } from './pages/code-tables.ts';
import { type Page, readPage, root, tableRows } from './pages/page.ts';

const page = readPage('docs/channels/twitter.md');
const sources = globSync('connectors/twitter/{api,authorization,registration}/**/*.ts', {
  cwd: root,
});

/** The reasons that `webhooks` and `tokens` give of X. */
const given = new Set(
  sources.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const named = text.matchAll(/\breason: '(\w+)'|\bwrong\(\s*'(\w+)'/g);
    return [...named].map(([, reason, other]) => reason ?? other ?? '');
  }),
);

function listedOn(asked: Page): string[] {
  return tableRows(asked)
    .filter(({ header }) => header[0]?.includes('`reason`'))
    .flatMap(({ cells }) => quotedIn(cells[0] ?? ''));
}

const missing = (asked: Page) => [...given].filter((each) => !listedOn(asked).includes(each));

describe('the reasons of registering at X', () => {
  it('are all in the table of the page, and no others', () => {
    expect(given.size).toBeGreaterThan(20);
    expect(missing(page)).toEqual([]);
    expect(listedOn(page).filter((each) => !given.has(each))).toEqual([]);
  });

  it('are noticed when one is missing', () => {
    const text = page.text.replace('| `request_refused` |', '| another |');
    expect(missing({ ...page, text })).toEqual(['request_refused']);
  });
});
