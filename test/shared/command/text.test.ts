import { describe, expect, it } from 'vitest';
import { readCommand } from '#shared/command/read-command';
import { reasonsFor, reply, text, withContent } from './reasons-for.ts';

describe('a text', () => {
  it.each(['', ' \n\t', '\u200b\u2060', '\u2028\u2029', '\ufe0f', '\u00ad'])(
    'with nothing to read is refused: %j',
    (blank) => {
      expect(reasonsFor(JSON.stringify(withContent({ ...text, text: blank })))).toHaveLength(1);
      const buttons = { type: 'buttons', text: blank, buttons: [{ id: 'a', title: 'A' }] };
      expect(reasonsFor(JSON.stringify(withContent(buttons)))).toHaveLength(1);
    },
  );

  it.each(['.', '👍', '\u200d👩', '1', ' x '])('of one character is a text: %j', (words) => {
    expect(readCommand(JSON.stringify(withContent({ ...text, text: words })))).toMatchObject({
      content: { text: words },
    });
  });

  it.each([
    ['100001 characters; allowed: 100000 or fewer', 'x'.repeat(100_001)],
    ['455996 bytes as ASCII JSON; allowed: 450000', '漢'.repeat(75_999)],
  ])('that no channel has room for is text_too_long by either way: %s', (words, long) => {
    const body = JSON.stringify(withContent({ ...text, text: long }));
    expect(reasonsFor(body, 'text_too_long')).toEqual([`content.text: ${words}`]);
  });

  it('too long beside another mistake is invalid', () => {
    const content = { ...text, text: 'x'.repeat(100_001) };
    expect(reasonsFor(JSON.stringify({ ...withContent(content), extra: 1 }))).toHaveLength(2);
  });

  it('that fits leaves room for so much beside it', () => {
    const metadata = { note: 'n'.repeat(60_001) };
    expect(reasonsFor(JSON.stringify({ ...reply, metadata }))).toEqual([
      expect.stringMatching(/^\d+ bytes beside the text as ASCII JSON; allowed: 60000$/),
    ]);
  });
});
