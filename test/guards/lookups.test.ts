import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './tree-rules.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Looks into a table by a word from outside: an object has more names than were written into it (`constructor`,
 * `__proto__`), so a table of words is a Map, or is asked by `Object.hasOwn` in the same statement.
 */
function openLookups({ path, text }: SourceFile): string[] {
  const tables = [...text.matchAll(/^(?:export )?const (\w+): Readonly<Record<string, /gm)];
  return tables.flatMap(([, name]) =>
    text
      .split(';')
      .filter((statement) => new RegExp(String.raw`(?<![\w.])${name}\[(?!['"\d])`).test(statement))
      .filter((statement) => !statement.includes(`Object.hasOwn(${name}, `))
      .map((statement) => `${path}: ${statement.trim().split('\n').at(-1)?.trim()}`),
  );
}

describe('tables of words', () => {
  it('are never looked into by a word from outside', () => {
    const files = sourceFiles(project, ['connectors', 'shared', 'functions']);
    expect(files.flatMap(openLookups)).toEqual([]);
  });

  it('that are, are noticed', () => {
    const table = "const words: Readonly<Record<string, string>> = { a: 'b' };\n";
    const found = (use: string) => openLookups({ path: 'planted.ts', text: table + use });
    expect(found('export const say = (word: string) => words[word] ?? word;\n')).toHaveLength(1);
    expect(found('export const say = (word: string) => words[word.trim()];\n')).toHaveLength(1);
    expect(found("export const say = words['a'];\n")).toEqual([]);
    expect(
      found('export const say = (w: string) => (Object.hasOwn(words, w) ? words[w] : w);\n'),
    ).toEqual([]);
  });
});
