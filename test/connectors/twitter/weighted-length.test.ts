import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import twitterText from 'twitter-text';
import { describe, expect, it } from 'vitest';
import { weightedLength } from '#connectors/twitter/outbound/weighted-length';
import { leanLibrariesPlugin } from '#infra/build/lean-libraries';
import { parameters } from '#test/properties/parameters';
import { scratchFolder } from '#test/support/runner/scratch';

/** Pieces that X weighs in a way of their own, put together in every order. */
const scrap = fc.constantFrom(
  ...[
    'a',
    'é',
    'e\u0301',
    '日本',
    'ไทย',
    '…',
    '“',
    '\u200d',
    '\u2066',
    '\u0000',
    '\ufeff',
    ' ',
    '\n',
    '\u00a0',
  ],
  ...[
    '😀',
    '👍🏽',
    '👨‍👩‍👧‍👦',
    '🇩🇪',
    '1️⃣',
    '❤️',
    '☺',
    '\ud83d',
    '(',
    ')',
    '.',
    ',',
    '/',
    '@',
    '#',
    '$',
    '-',
    '_',
  ],
  ...[
    'http://',
    'https://',
    'HTTPS://',
    'www.',
    'a.de',
    'b.co.uk',
    '日本.jp',
    'localhost',
    '.com',
    '.日本',
    'x.invalid',
  ],
  ...[
    '/a?b=c&d',
    '/(f)',
    '/a_(b)',
    ':8080',
    't.co/',
    'https://t.co/abc',
    '#x',
    '?q=1',
    'user@',
    'ü.de',
    'пример.рф',
  ],
);
const texts = fc.array(scrap, { maxLength: 14 }).map((some) => some.join(''));

describe('weightedLength', () => {
  // Each number is what parseTweet of X's own twitter-text 3.1.0 answers, at its root and in our way in.
  it.each([
    ['', 0],
    ['hello', 5],
    ['a\nb', 3],
    ['ç ã ß ø', 7],
    ['é in two code points: e\u0301', 23],
    ['Привет', 6],
    ['ไทย', 3],
    ['नमस्ते', 6],
    ['日本語', 6],
    ['한국어', 6],
    ['𝒳', 2],
    ['…', 2],
    ['“quoted” — text', 15],
    ['10 €', 5],
    ['😀', 2],
    ['👍🏽', 2],
    ['👨‍👩‍👧‍👦', 2],
    ['🇩🇪🇫🇷', 4],
    ['1️⃣', 2],
    ['❤️', 2],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', 2],
    ['http://a.de', 23],
    ['https://example.com/a/very/long/path?with=query&and=more#fragment', 23],
    ['see https://example.com.', 28],
    ['(https://example.com/a)', 25],
    ['https://example.com/a) and https://example.com/b!', 53],
    ['http://example.com中文テスト', 33],
    ['https://sub.host-name.co.uk/path?q=1中文', 27],
    ['example.com', 23],
    ['write to user@example.com', 25],
    ['$5.00 and 3.14 in v1.2.3', 24],
    ['http://localhost/abcdefghijklmnop', 33],
    // No link for X, and counted as one before.
    ['Hello.Thanks', 12],
    ['a-quite-long-name-for-a-domain.example', 38],
    // Links for X, and counted with their whole length before.
    ['http://日本語.jp/ガイド', 29],
    ['https://example.com/wiki/Katze_(Haustier)', 23],
    ['https://example.com/a|b_c,d;e~f!g*h', 23],
    ['http://a.co http://b.co', 47],
    [' éa.de', 24],
    ['éa.de', 24],
  ])('counts %j as %i', (text, weight) => {
    expect(weightedLength(text)).toBe(weight);
    expect(twitterText.parseTweet(text).weightedLength).toBe(weight);
  });

  it('counts every text as twitter-text does', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(weightedLength(text)).toBe(twitterText.parseTweet(text).weightedLength);
      }),
      parameters(2_000),
    );
  });

  it('counts the same in a bundle, which has no core-js', async () => {
    const folder = scratchFolder('weighted-');
    const file = join(
      import.meta.dirname,
      '../../../connectors/twitter/outbound/weighted-length.ts',
    );
    const { outputFiles, metafile } = await build({
      ...{ entryPoints: [file], bundle: true, minify: true, format: 'esm', platform: 'node' },
      ...{ mainFields: ['module', 'main'], metafile: true, write: false },
      plugins: [leanLibrariesPlugin],
    });
    const carried = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
    const polyfills = carried.filter(([input]) => input.includes('/core-js/modules/'));
    expect(polyfills.length).toBeGreaterThan(10);
    // What is left is esbuild's own wrapper of an empty module.
    expect(Math.max(...polyfills.map(([, { bytesInOutput }]) => bytesInOutput))).toBeLessThan(40);
    const path = join(folder, 'weighted-length.mjs');
    writeFileSync(path, outputFiles[0]?.contents ?? '');
    const bundled: { weightedLength: typeof weightedLength } = await import(path);
    fc.assert(
      fc.property(texts, (text) => {
        expect(bundled.weightedLength(text)).toBe(weightedLength(text));
      }),
      parameters(500),
    );
  });

  it('stays linear on texts made to be slow', () => {
    const texts = ['é', 'a.', '٠.', '.a', 'https://', 'https://é', '-', 'a.b/'].map((part) =>
      part.repeat(25_000 / part.length),
    );
    const before = process.cpuUsage();
    expect(texts.map(weightedLength)).toHaveLength(8);
    // Together they took more than five seconds when each was given to twitter-text as a whole.
    expect(process.cpuUsage(before).user).toBeLessThan(4_000_000);
  });
});
