import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collectedReplies, ownReplies, ownWords } from './cases.ts';
import { totalOf } from './measure.ts';
import { ours } from './strippers.ts';
import { figuresOf, keptFigures, pagePath, withTables } from './table.ts';

const kept = keptFigures();
const [own] = kept;
const now = figuresOf('ours', '', ours);
const collected = collectedReplies();

describe('the tables of docs/channels/email-quotes.md', () => {
  const page = readFileSync(pagePath, 'utf8');

  it('are made of the figures', () => {
    expect(withTables(page, kept)).toBe(page);
    expect(kept.map(({ name }) => name)).toEqual([
      'ours',
      'email-reply-parser',
      'planer',
      'node-email-reply-parser',
    ]);
  });

  it('are noticed when they were changed by hand', () => {
    const changed = page.replace(/^\| all \| (\d+) \| (\d+)/m, '| all | $1 | 999');
    expect(changed).not.toBe(page);
    expect(withTables(changed, kept)).not.toBe(changed);
  });

  it('have in our column what the code gives now', () => {
    console.log(
      `measured again: ${collected.length} collected replies, ${ownWords().length} mails of own words, ${ownReplies().length} own replies`,
    );
    expect(own?.ownWords).toEqual(now.ownWords);
    expect(own?.ownReplies).toEqual(now.ownReplies);
    if (collected.length > 0) expect(own?.collected).toEqual(now.collected);
  });

  it('show that nothing of the own words is lost, and no library does better', () => {
    const [first, ...libraries] = kept;
    expect(totalOf(first?.ownWords ?? {}).lossy).toBe(0);
    expect(totalOf(first?.ownReplies ?? {}).lossy).toBe(0);
    const exact = totalOf(first?.collected ?? {}).exact;
    for (const { collected, ownWords } of libraries) {
      expect(totalOf(collected).exact).toBeLessThan(exact);
      expect(totalOf(ownWords).lossy).toBeGreaterThan(0);
    }
  });
});
