import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedId, entryOfMessageId, hashOf, messageIdOf } from '#shared/ids';
import { parameters } from './parameters.ts';

const parts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 });
const conversationId = parts.map((names) => derivedId('cnv', ...names));
const sequence = fc.integer({ min: 1, max: 999_999_999_999_999 });

describe('ids', () => {
  it('are 26 letters that survive every system, the same for the same parts', () => {
    fc.assert(
      fc.property(parts, (names) => {
        expect(derivedId('cnv', ...names)).toMatch(/^cnv_[a-z2-7]{26}$/);
        expect(derivedId('cnv', ...names)).toBe(derivedId('cnv', ...[...names]));
      }),
      parameters(1000),
    );
  });

  it('are others for other parts, also where the parts only are cut in other places', () => {
    fc.assert(
      fc.property(parts, parts, (some, others) => {
        const same = JSON.stringify(some) === JSON.stringify(others);
        expect(hashOf(...some) === hashOf(...others)).toBe(same);
        const joined = [some.join('')];
        if (some.length !== 1) expect(hashOf(...joined)).not.toBe(hashOf(...some));
      }),
      parameters(1000),
    );
  });

  it('of messages name their conversation and their number again', () => {
    fc.assert(
      fc.property(conversationId, sequence, fc.nat(999_999), (id, number, generation) => {
        const entry = entryOfMessageId(messageIdOf(id, { sequence: number, generation }));
        expect(entry).toEqual({ conversationId: id, sequence: number, generation });
      }),
      parameters(1000),
    );
  });

  it('of messages are read from nothing that is not exactly one', () => {
    const near = fc
      .tuple(conversationId, sequence, fc.nat(45), fc.string({ maxLength: 2 }))
      .map(([id, number, at, text]) => {
        const whole = messageIdOf(id, { sequence: number, generation: at % 3 });
        return whole.slice(0, at) + text + whole.slice(at + 1);
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const entry = entryOfMessageId(text);
        if (entry) expect(messageIdOf(entry.conversationId, entry)).toBe(text);
      }),
      parameters(2000),
    );
  });
});
