import { describe, expect, it } from 'vitest';
import { anchorOf, brokenLinks } from './pages/links.ts';
import { allPages, type Page, readPage } from './pages/page.ts';

const local = readPage('docs/local.md');
const planted = (text: string): Page => ({ ...local, text: `${local.text}\n${text}\n` });

describe('links', () => {
  it('lead to files and headings', () => {
    expect(allPages().flatMap(brokenLinks)).toEqual([]);
  });

  it.each([
    ['[a](gone.md)', 'gone.md links to nothing'],
    ['[a](#gone)', 'docs/local.md has no heading "gone"'],
    ['[a](consuming/reply.md#gone)', 'docs/consuming/reply.md has no heading "gone"'],
  ])('are noticed when they do not: %s', (text, problem) => {
    expect(brokenLinks(planted(text))).toEqual([expect.stringContaining(problem)]);
    expect(
      brokenLinks(planted('[a](consuming/receive-events.md#a-consumer) [b](#logs-and-aws-tools)')),
    ).toEqual([]);
  });

  it('name headings as GitHub does', () => {
    expect(anchorOf('What a `tail` takes, and more: [a](b)')).toBe('what-a-tail-takes-and-more-a');
  });
});
