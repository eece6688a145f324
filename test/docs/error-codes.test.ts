import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryError } from '#shared/model/delivery-status';
import { errorCodes } from '#shared/model/error-code';
import { harnesses } from '#test/connectors/harnesses';
import { tableProblems, unknownCodes, unnamedCodes } from './pages/code-tables.ts';
import { allPages, type Page, readPage, root } from './pages/page.ts';
import { parseSource, propertyTexts, textsIn } from './pages/syntax.ts';

const everyCode = Object.values(errorCodes).flat();
const isCode = (text: string) => (everyCode as readonly string[]).includes(text);
const table = readPage('docs/errors.md');
const planted = (page: Page, text: string): Page => ({ ...page, text: `${page.text}\n${text}\n` });

/** Each connector's page. What it does not say itself comes from shared code, and docs/errors.md explains it. */
const pages = Object.entries(harnesses).map(([connector, { page }]) => [connector, page] as const);

interface Source {
  readonly path: string;
  readonly texts: ReadonlySet<string>;
  /** What is called an error. */
  readonly errors: readonly string[];
}
let sources: readonly Source[];

beforeAll(() => {
  sources = globSync('{connectors,functions,shared}/**/*.ts', { cwd: root })
    .filter((path) => path !== 'shared/model/error-code.ts')
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
});

function readSource(path: string, text: string): Source {
  const tree = parseSource(text);
  return { path, texts: textsIn(tree), errors: propertyTexts(tree, 'error') };
}

const said = (folder: string) =>
  new Set(
    sources
      .filter(({ path }) => path.startsWith(folder))
      .flatMap(({ texts }) => [...texts])
      .filter(isCode),
  );

/** Texts that look like a code and are told to HTTP callers, of which no type says what they may be. */
const untypedCodes = (list: readonly Source[]) =>
  list.flatMap(({ path, errors }) =>
    errors
      .filter((text) => /^[a-z]+(_[a-z]+)+$/.test(text) && !isCode(text))
      .map((text) => `${path}: '${text}' is not in shared/model/error-code.ts`),
  );

describe('the table of error codes', () => {
  it('is what the compiler lets a source say', () => {
    const error = { title: '', retryable: false };
    const known: DeliveryError = { ...error, code: 'sent_in_part' };
    // @ts-expect-error: a code that is not in the table
    const unknown: DeliveryError = { ...error, code: 'made_up_here' };
    expect([known.code, unknown.code].filter(isCode)).toEqual(['sent_in_part']);
  });

  it('has nothing that no source says', () => {
    const everywhere = said('');
    expect(everyCode.filter((code) => !everywhere.has(code))).toEqual([]);
    expect(said('connectors/email/').has('sent_in_part')).toBe(false);
  });

  it('has every code that is answered to HTTP callers', () => {
    expect(untypedCodes(sources)).toEqual([]);
    const wrong = readSource('a.ts', "json(401, { error: 'made_up_here' })");
    expect(untypedCodes([wrong])).toEqual([
      "a.ts: 'made_up_here' is not in shared/model/error-code.ts",
    ]);
  });

  it('is the one on the page', () => {
    expect(tableProblems(table, errorCodes)).toEqual([]);
  });

  it('is noticed when it is not', () => {
    const row = '## The recipient\n\n| code | means |\n| --- | --- |\n| `made_up_here` | |';
    const { 'The recipient': codes, ...others } = errorCodes;
    const more = { ...others, 'The recipient': [...codes, 'undocumented_here'] };
    expect(tableProblems(planted(table, row), more)).toEqual([
      expect.stringMatching(/^docs\/errors\.md:\d+: `made_up_here` is not in shared/),
      'docs/errors.md: "The recipient" has no row for `undocumented_here` of shared/model/error-code.ts',
    ]);
  });
});

describe('every page', () => {
  it('speaks of no code that does not exist', () => {
    expect(allPages().flatMap(unknownCodes)).toEqual([]);
  });

  it.each([
    ['| our code |\n| --- |\n| `made_up_here` |'],
    ['It fails with `made_up_here`.'],
    ['| x | `failed`, `made_up_here` |'],
    ['An alert `made_up_here` tells of it.'],
  ])('is noticed when it says %j', (text) => {
    const page = planted(readPage('docs/channels/sms.md'), `\n${text}`);
    expect(unknownCodes(page)).toEqual([
      expect.stringMatching(/^docs\/channels\/sms\.md:\d+: `made_up_here` is not in/),
    ]);
  });
});

describe.each(pages)('the page of %s', (connector, path) => {
  const page = readPage(path);

  it('names every code that the connector says', () => {
    const codes = said(`connectors/${connector}/`);
    // What a door answers stands in docs/errors.md alone.
    for (const code of errorCodes['Refused requests']) codes.delete(code);
    expect(codes.size).toBeGreaterThan(2);
    expect(unnamedCodes(page, codes)).toEqual([]);
  });

  it('is noticed when one is missing', () => {
    const text = page.text.replaceAll('`credentials_rejected`', '`another`');
    expect(unnamedCodes({ ...page, text }, ['credentials_rejected'])).toEqual([
      `${path} does not name \`credentials_rejected\``,
    ]);
  });
});
