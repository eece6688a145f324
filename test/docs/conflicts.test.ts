import { expect, it } from 'vitest';
import { allPages, type Page } from './pages/page.ts';

/** Lines that a merge has left in a page: no tool refuses them there, as the compiler does in code. */
function leftByMerges(pages: readonly Page[]): string[] {
  return pages.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (/^(?:<{7}|>{7}|={7}$)/.test(line) ? `${path}:${index + 1}` : [])),
  );
}

it('no page holds what a merge has left', () => {
  expect(allPages().length).toBeGreaterThan(20);
  expect(leftByMerges(allPages())).toEqual([]);
});

it('a page that does is noticed', () => {
  const text = [
    'one',
    `${'<'.repeat(7)} HEAD`,
    'two',
    '='.repeat(7),
    'three',
    `${'>'.repeat(7)} b`,
  ];
  const page = { path: 'docs/planted.md', text: text.join('\n') };
  expect(leftByMerges([page])).toEqual([
    'docs/planted.md:2',
    'docs/planted.md:4',
    'docs/planted.md:6',
  ]);
});
