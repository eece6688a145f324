import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '#connectors/twilio/outbound/split-text';
import { parameters } from '#test/properties/parameters';

const withoutBlanks = (text: string) => text.replaceAll(/\s/g, '');

describe('a text longer than one message', () => {
  it('is left alone while it fits', () => {
    expect(splitText('  as written ', 1600)).toEqual(['  as written ']);
  });

  it('is cut at the end of a sentence rather than of a word', () => {
    const text = 'First one. Second one is longer! Third';
    expect(splitText(text, 34)).toEqual(['First one. Second one is longer!', 'Third']);
  });

  it('is cut between words when a sentence end would come too early', () => {
    expect(splitText('No. a b c d e f g h i j k', 15)).toEqual(['No. a b c d e f', 'g h i j k']);
  });

  it('is cut at the end of a Chinese sentence, which no blank follows', () => {
    expect(splitText('你好世界。我们很好', 8)).toEqual(['你好世界。', '我们很好']);
  });

  it('is never cut inside a character', () => {
    const pieces = splitText('🙂'.repeat(5), 5);
    expect(pieces).toEqual(['🙂🙂', '🙂🙂', '🙂']);
  });

  it('loses nothing but blanks at the cuts, and costs no piece more than its length', async () => {
    const words = fc.array(fc.oneof(fc.lorem({ maxCount: 6 }), fc.string({ unit: 'grapheme' })));
    await fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 60 }), (parts, limit) => {
        const text = parts.join(' ');
        const pieces = splitText(text, limit);
        expect(withoutBlanks(pieces.join(''))).toBe(withoutBlanks(text));
        expect(pieces.every((piece) => piece.length <= limit && piece.length > 0)).toBe(true);
        expect(pieces.every((piece) => piece.isWellFormed())).toBe(text.isWellFormed());
      }),
      parameters(2000),
    );
  });

  it('of plain words takes as few pieces as its length demands', async () => {
    await fc.assert(
      fc.property(fc.lorem({ maxCount: 400 }), (text) => {
        expect(splitText(text, 160).length).toBeLessThanOrEqual(Math.ceil(text.length / 160));
      }),
    );
  });
});
