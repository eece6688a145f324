import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Content } from '#shared/model/content';
import { quotedIn } from './pages/code-tables.ts';
import { type Page, readPage, root, tableRows } from './pages/page.ts';

const page = readPage('docs/consuming/content-types.md');
const all = Content.options.map(({ shape }) => shape.type.value);

/** Every type that a recorded webhook becomes, of any connector. */
const incoming = new Set(
  globSync('test/fixtures/*/*.json', { cwd: root }).flatMap((path) =>
    contentTypes(JSON.parse(readFileSync(join(root, path), 'utf8'))),
  ),
);

function contentTypes(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Content.options.flatMap(({ shape }) => {
    const isOne = 'content' in value && shape.type.value === typeOf(value.content);
    return isOne ? [shape.type.value] : [];
  });
  return [...own, ...Object.values(value).flatMap(contentTypes)];
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
}

const rowsOf = (each: Page) =>
  tableRows(each).filter(({ heading }) => heading === 'From customers');

/** What the table of incoming types says otherwise than the model and the fixtures. */
function problems(each: Page): string[] {
  const rows = rowsOf(each).map(({ cells }) => ({
    type: quotedIn(cells[0] ?? '')[0] ?? '',
    example: quotedIn(cells[2] ?? '')[0] ?? '',
  }));
  const named = new Set(rows.map(({ type }) => type));
  return [
    ...[...incoming].filter((type) => !named.has(type)).map((type) => `no row for ${type}`),
    ...[...named].filter((type) => !incoming.has(type)).map((type) => `no webhook becomes ${type}`),
    ...rows.flatMap(({ type, example }) => {
      const value: unknown = JSON.parse(example);
      const read = Content.safeParse(value).data;
      const isWhole = JSON.stringify(read) === JSON.stringify(value);
      return isWhole && read?.type === type ? [] : [`the example of ${type} is none`];
    }),
  ];
}

describe('docs/consuming/content-types.md', () => {
  it('has a row and an example for each type that comes in', () => {
    expect(incoming.size).toBeGreaterThan(7);
    expect(problems(page)).toEqual([]);
  });

  it.each([
    ['| `order` |', '| `basket` |', ['no row for order', 'no webhook becomes basket']],
    ['"latitude": 53.5511', '"latitude": "53"', ['the example of location is none']],
    [
      '"kind": "button"',
      '"kind": "button", "gone": 1',
      ['the example of interactive_reply is none'],
    ],
  ])('is noticed when %s becomes %s', (from, to, said) => {
    expect(page.text).toContain(from);
    const changed = { ...page, text: page.text.replace(from, to) };
    expect(problems(changed)).toEqual(expect.arrayContaining(said));
  });

  it('names the other types among those of the business', () => {
    const [, section = ''] = /## From the business\n([\s\S]*?)\n## /.exec(page.text) ?? [];
    const others = all.filter((type) => !incoming.has(type));
    expect(others.length).toBeGreaterThan(3);
    expect(others.filter((type) => !section.includes(`\`${type}\``))).toEqual([]);
  });
});
