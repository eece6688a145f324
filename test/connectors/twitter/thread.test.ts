import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threadOf } from '#connectors/twitter/outbound/thread';
import { weightedLength } from '#connectors/twitter/outbound/weighted-length';
import { parameters } from '#test/properties/parameters';

const limits = { maxLength: 280, maxPosts: 25, isNumbered: false };
const family = '👨‍👩‍👧‍👦';
const link = 'https://shop.de/orders/123456789012345678901234567890?tab=returns';
const sentence = 'Your parcel left our warehouse in the morning. ';

const words = fc.constantFrom(
  ...[
    'parcel',
    'Grüße',
    '日本語',
    'e\u0301e\u0301',
    family,
    '🇩🇪',
    link,
    'example.com',
    '.',
    '…',
    ',',
  ],
  ...[
    ' ',
    '  ',
    '\n',
    '\n\n',
    '. ',
    '! ',
    '。',
    'x'.repeat(90),
    '日'.repeat(60),
    family.repeat(30),
  ],
);
const texts = fc.array(words, { minLength: 1, maxLength: 40 }).map((some) => some.join(''));
const visible = (text: string) => text.replace(/\s/g, '');

describe('a thread', () => {
  it('is one post where the text fits, without a number', () => {
    const text = 'x'.repeat(280);
    expect(threadOf(text, { ...limits, isNumbered: true })).toEqual([text]);
  });

  it('is cut between sentences, and holds all of them', () => {
    const posts = threadOf(sentence.repeat(10).trim(), limits);
    expect(posts).toEqual([sentence.repeat(5).trim(), sentence.repeat(5).trim()]);
  });

  it('is cut at a paragraph rather than in a full post', () => {
    const [first] = threadOf(`${'word '.repeat(35)}\n\n${'word '.repeat(40)}`, limits) ?? [];
    expect(first).toBe('word '.repeat(35).trim());
  });

  it('is fuller where borders would take too many posts', () => {
    const text = `${'a'.repeat(150)}. ${'b'.repeat(200)} ${'c'.repeat(200)}`;
    expect(threadOf(text, limits)).toHaveLength(3);
    expect(
      threadOf(`${'ab '.repeat(60)}. ${'cd '.repeat(125)}`, { ...limits, maxPosts: 2 }),
    ).toHaveLength(2);
  });

  it('leaves a link and a character whole, also where nothing else could be cut', () => {
    const posts = threadOf(`${family.repeat(139)}${link} ${family.repeat(100)}`, limits) ?? [];
    expect(posts.join('')).toContain(link);
    expect(posts.some((post) => post.includes(link))).toBe(true);
    for (const post of posts) expect(post.replaceAll(family, '')).toMatch(/^(https\S+)?\s*$/);
    const unknown = `https://status.unknown-domain/${'a'.repeat(200)}`;
    const others = threadOf(`${'日'.repeat(100)}${unknown}`, limits) ?? [];
    expect(others.some((post) => post.includes(unknown))).toBe(true);
  });

  it('ends each post with its number where the account says so', () => {
    const posts = threadOf(sentence.repeat(12), { ...limits, isNumbered: true }) ?? [];
    expect(posts.map((post) => post.slice(-4))).toEqual([' 1/3', ' 2/3', ' 3/3']);
    for (const post of posts) expect(weightedLength(post)).toBeLessThanOrEqual(280);
  });

  it('cannot hold more than its posts, and no character larger than one', () => {
    expect(threadOf('word '.repeat(200), { ...limits, maxPosts: 3 })).toBeUndefined();
    expect(threadOf(`e${'\u0323\u0303'.repeat(200)}`, limits)).toBeUndefined();
    expect(threadOf(`${link} ${link}`, { ...limits, maxLength: 22 })).toBeUndefined();
  });

  it('loses nothing but blanks, keeps the order, and fits into every post', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, isNumbered) => {
        const posts = threadOf(text, { ...limits, isNumbered });
        if (posts === undefined) return;
        const bare = posts.length > 1 && isNumbered ? posts.map(withoutNumber) : posts;
        expect(visible(bare.join(''))).toBe(visible(text));
        for (const post of posts) expect(weightedLength(post)).toBeLessThanOrEqual(280);
      }),
      parameters(500),
    );
  });
});

const withoutNumber = (post: string) => post.replace(/ \d+\/\d+$/, '');
