import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commentsOf, riddles } from './comment-rules.ts';
import { sourceFiles } from './tree-rules.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const files = sourceFiles(project, ['infra', 'functions', 'connectors', 'shared']);

describe('the comments of the product', () => {
  it('say plainly what a thing is or does', () => {
    expect(files.flatMap(({ text }) => commentsOf(text)).length).toBeGreaterThan(1000);
    expect(riddles(files)).toEqual([]);
  });

  it.each([
    ['/** What is left of a reply. */', 'opens with “What”'],
    ['/**\n * Whether it is late.\n */', 'opens with “Whether”'],
    ['/** Of each part, the last. */', 'opens with “Of”'],
    ['  /** How long it waits. */', 'opens with “How”'],
    ['// Asked by nobody.', 'says “nobody”'],
    ['/** A reply of ours. */', 'says “of ours”'],
    ['/* Taken by\n   whoever comes. */', 'says “whoever”'],
  ])('are noticed when one is %s', (text, problem) => {
    expect(riddles([{ path: 'shared/planted.ts', text: `const a = 1;\n${text}\n` }])).toEqual([
      expect.stringMatching(new RegExp(`^shared/planted.ts:2 ${problem}`)),
    ]);
  });

  it('may use such words within a sentence or in code', () => {
    const text = `/** Tells what is left, and how it got there. */\nconst nobody = '// What';\n`;
    expect(riddles([{ path: 'shared/planted.ts', text }])).toEqual([]);
  });
});
