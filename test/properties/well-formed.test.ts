import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormed } from '#shared/storable';
import { jsonValue } from './json-values.ts';
import { parameters } from './parameters.ts';

/** Every text of a value, keys too. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return [...keys, ...Object.values(value).flatMap(textsOf)];
}

describe('well-formed values', () => {
  it('hold no half of a surrogate pair, in no text and no key', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(textsOf(wellFormed(value)).every((text) => text.isWellFormed())).toBe(true);
      }),
      parameters(2000),
    );
  });

  it('are what they were where nothing was wrong with them', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        fc.pre(textsOf(value).every((text) => text.isWellFormed()));
        expect(isDeepStrictEqual(wellFormed(value), value)).toBe(true);
      }),
      parameters(2000),
    );
  });

  it('do not change a second time', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const once = wellFormed(value);
        expect(isDeepStrictEqual(wellFormed(once), once)).toBe(true);
      }),
      parameters(1000),
    );
  });

  it('differ from the values they were made of where a half was in them', () => {
    const halves = fc.check(
      fc.property(jsonValue, (value) => textsOf(value).every((text) => text.isWellFormed())),
      parameters(2000),
    );
    expect(halves.failed).toBe(true);
  });
});
