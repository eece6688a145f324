import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failures } from '#shared/errors';

const documented = new Set(
  [
    ...readFileSync('docs/errors.md', 'utf8').matchAll(
      /`([a-z]+(?:_[a-z]+)+|complaint|canceled|unbuildable)`/g,
    ),
  ].map(([, code = '']) => code),
);

/** Every `code: '…'` that a source writes, apart from zod's own. */
function codesIn(source: string): string[] {
  return [...source.matchAll(/\bcode: '([a-z_]+)'/g)]
    .map(([, code = '']) => code)
    .filter((code) => code !== 'custom');
}

/** Codes that nobody has told helpdesks about. */
function undocumented(sources: readonly string[]): string[] {
  return sources.flatMap(codesIn).filter((code) => !documented.has(code) && !(code in failures));
}

describe('error codes', () => {
  const sources = globSync('{connectors,functions,shared}/**/*.ts').map((path) =>
    readFileSync(path, 'utf8'),
  );

  it('are all documented', () => {
    expect(sources.flatMap(codesIn).length).toBeGreaterThan(40);
    expect([...new Set(undocumented(sources))]).toEqual([]);
  });

  it('are noticed when they are not', () => {
    expect(undocumented(["const error = { code: 'made_up_here', title: '' };"])).toEqual([
      'made_up_here',
    ]);
  });
});
