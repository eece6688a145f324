import { describe, expect, it } from 'vitest';
import { weightedLength } from '#connectors/twitter/outbound/weighted-length';

describe('weightedLength', () => {
  // Each number is what parseTweet of X's own twitter-text 3.1.0 answers.
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
  ])('counts %j as %i', (text, weight) => {
    expect(weightedLength(text)).toBe(weight);
  });

  it('counts words joined by a dot as a link, because they may be one', () => {
    expect(weightedLength('Hello.Thanks')).toBe(23);
    expect(weightedLength('a-quite-long-name-for-a-domain.example')).toBe(38);
  });

  it('stays linear on texts made to be slow', () => {
    const texts = ['é', 'a.', 'https://', 'https://é', '-', 'a.b/'].map((part) =>
      part.repeat(100_000 / part.length),
    );
    expect(texts.map(weightedLength)).toHaveLength(6);
  });
});
