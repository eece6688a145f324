import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/json';
import { anyText, jsonValue, reordered } from './json-values.ts';
import { parameters } from './parameters.ts';

describe('canonical JSON', () => {
  it('reads back as the value it was', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(isDeepStrictEqual(JSON.parse(canonicalJson(value)), value)).toBe(true);
      }),
      parameters(2000),
    );
  });

  it('is the same bytes whatever the order of keys', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
      }),
      parameters(2000),
    );
  });

  it('is printable ASCII, whatever the texts', () => {
    fc.assert(
      fc.property(fc.oneof(jsonValue, anyText), (value) => {
        expect(canonicalJson(value)).toMatch(/^[\x20-\x7e]*$/);
      }),
      parameters(2000),
    );
  });

  it('is written the same way where the value is deeper than the stack', () => {
    const levels = fc.integer({ min: 1, max: 120_000 });
    fc.assert(
      fc.property(levels, fc.constantFrom('[', '{"a":'), anyText, (depth, opening, text) => {
        const inmost = canonicalJson(text);
        const closing = opening === '[' ? ']' : '}';
        const nested = opening.repeat(depth) + inmost + closing.repeat(depth);
        expect(canonicalJson(JSON.parse(nested)) === nested).toBe(true);
      }),
      parameters(10),
    );
  });

  it('would be told apart from plain JSON, which keeps the order and the emoji', () => {
    const plain = fc.check(
      fc.property(jsonValue, (value) => JSON.stringify(reordered(value)) === JSON.stringify(value)),
      parameters(2000),
    );
    expect(plain.failed).toBe(true);
  });
});
