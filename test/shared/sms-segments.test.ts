import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentsOfAll, smsSegments } from '#shared/reply/sms-segments';
import { parameters } from '#test/properties/parameters';

const x = (count: number) => 'x'.repeat(count);

/** Compared with Twilio's own calculator (sms-segments-calculator 1.3.0), which agrees on all of them. */
const cases: readonly (readonly [string, number, 'GSM-7' | 'UCS-2'])[] = [
  ['Hello', 1, 'GSM-7'],
  [x(160), 1, 'GSM-7'],
  [x(161), 2, 'GSM-7'],
  [x(306), 2, 'GSM-7'],
  [x(307), 3, 'GSM-7'],
  ['\u20ac'.repeat(80), 1, 'GSM-7'],
  ['\u20ac'.repeat(81), 2, 'GSM-7'],
  [`${x(152)}\u20ac${x(20)}`, 2, 'GSM-7'],
  [`${x(152)}\u20ac${x(151)}`, 2, 'GSM-7'],
  [`${x(152)}\u20ac${x(152)}`, 3, 'GSM-7'],
  ['é'.repeat(160), 1, 'GSM-7'],
  ['Ω', 1, 'GSM-7'],
  ['{}[]~|^\\', 1, 'GSM-7'],
  ['\n\r', 1, 'GSM-7'],
  ['\f', 1, 'GSM-7'],
  [x(1600), 11, 'GSM-7'],
  ['ç', 1, 'UCS-2'],
  ['ç'.repeat(70), 1, 'UCS-2'],
  ['ç'.repeat(71), 2, 'UCS-2'],
  ['🙂', 1, 'UCS-2'],
  ['🙂'.repeat(35), 1, 'UCS-2'],
  ['🙂'.repeat(36), 2, 'UCS-2'],
  [`${x(66)}🙂${x(10)}`, 2, 'UCS-2'],
  ['日本語', 1, 'UCS-2'],
  ['“quoted”', 1, 'UCS-2'],
  ['ё', 1, 'UCS-2'],
  ['\t', 1, 'UCS-2'],
  ['`', 1, 'UCS-2'],
];

describe('the segments of a text', () => {
  it.each(cases)('%j: %i in %s', (text, segments, encoding) => {
    expect(smsSegments(text)).toMatchObject({ segments, encoding });
  });

  it('name the first character that made them UCS-2', () => {
    expect(smsSegments('It’s 5 € 🙂').ucs2Character).toBe('’');
    expect(smsSegments('Ça va 🙂').ucs2Character).toBe('🙂');
    expect(smsSegments('5 €')).not.toHaveProperty('ucs2Character');
  });

  it('of several messages are added up, and one in UCS-2 is told', () => {
    expect(segmentsOfAll([x(161), 'ё'])).toEqual({
      segments: 3,
      encoding: 'UCS-2',
      ucs2Character: 'ё',
    });
    expect(segmentsOfAll([x(161), 'a'])).toEqual({ segments: 3, encoding: 'GSM-7' });
  });

  it('never become fewer when a text grows', async () => {
    const pieces = fc.constantFrom('a', '€', '🙂', 'ç', 'word ', x(50));
    await fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), pieces, (before, more) => {
        const text = before.join('');
        expect(smsSegments(text + more).segments).toBeGreaterThanOrEqual(
          smsSegments(text).segments,
        );
      }),
      parameters(1000),
    );
  });
});
