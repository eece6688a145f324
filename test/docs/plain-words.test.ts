import { describe, expect, it } from 'vitest';
import { allPages, type Page, readPage } from './pages/page.ts';
import {
  commandLineTexts,
  exceptions,
  idleExceptions,
  literalsOf,
  replaced,
  wordProblems,
  wordsOf,
} from './pages/plain-words.ts';

const pages = allPages().map(wordsOf);
const texts = commandLineTexts();
const problemsIn = (text: string) =>
  wordProblems([wordsOf({ ...readPage('README.md'), text })], exceptions);

describe('words that were replaced by plain ones', () => {
  it('do not come back in the pages', () => {
    expect(pages.length).toBeGreaterThan(25);
    expect(wordProblems(pages, exceptions)).toEqual([]);
  });

  it('do not come back in what the command line says', () => {
    expect(texts.length).toBeGreaterThan(40);
    expect(texts.map(({ text }) => text).join('\n')).toContain('no stack is running in');
    expect(wordProblems(texts, exceptions)).toEqual([]);
  });

  it.each([
    ['The door answers.', 'door'],
    ['An update is parked.', 'parked'],
    ['There are no signs of reading here.', 'no signs'],
    ['It is sent in its turn.', 'its turn'],
    ['Evidence settles them.', 'settles'],
    ['The complaint names the field.', 'complaint'],
    ['Nobody knows.', 'Nobody'],
    ['At most 20 letters.', 'letters'],
  ])('are noticed when they do: %s', (text, word) => {
    expect(problemsIn(text)).toEqual([
      expect.stringMatching(new RegExp(`^README\\.md:1: "${word}" \\(.*\\); write: `)),
    ]);
  });

  it('are noticed in a text of the command line, and not in its code', () => {
    const source = "// the door\nimport a from './doors.ts';\nconst b = await import('./door');\n";
    const page: Page = { path: 'infra/cli/a.ts', text: `${source}throw new Error('no door');\n` };
    expect(wordProblems([literalsOf(page)], [])).toEqual([
      expect.stringMatching(/^infra\/cli\/a\.ts:4: "door"/),
    ]);
  });

  it('may stand in names, in other meanings and where an exception says why', () => {
    const names =
      '`parked.ts`, [a](decisions/door.md), dead letters, ASCII letters, it signs, it turns';
    expect(problemsIn(names)).toEqual([]);
    const email = pages.filter(({ path }) => path === 'docs/channels/email.md');
    expect(wordProblems(email, [])).not.toEqual([]);
    for (const { reason } of [...exceptions, ...replaced]) expect(reason).not.toBe('');
    expect(idleExceptions(pages, exceptions)).toEqual([]);
    const idle = { path: 'docs/local.md', text: 'a unicorn', reason: 'planted' };
    expect(idleExceptions(pages, [idle])).toEqual(['docs/local.md does not say "a unicorn"']);
  });
});
