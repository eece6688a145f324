import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './tree-rules.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** A schema of any JSON looks at every leaf: a hostile value ends it with the call stack. */
const followsDepth = /\bz(?:od)?\.json\(|\bcore\.json\(/;

describe('channel code', () => {
  it('has no schema that follows a provider to any depth', () => {
    const files = sourceFiles(project, ['connectors']);
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter(({ text }) => followsDepth.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('would be found with one', () => {
    expect(followsDepth.test('const raw = z.json().safeParse(value);')).toBe(true);
    expect(followsDepth.test('const raw = jsonOf(value);')).toBe(false);
  });
});
