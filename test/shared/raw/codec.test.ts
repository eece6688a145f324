import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/json';
import { dictionary1 } from '#shared/raw/dictionary-1';
import { maxPackedBytes, maxTextBytes, packRaw } from '#shared/raw/item';
import { unpackRaw } from '#shared/raw/unpack';

/** Stored once, readable for ever: no byte of it changes, whatever the packing becomes. */
const golden = {
  packed:
    'AaNEP9RLVhCvuPv7uLj6GeIKCksDAwsDA3MDAzMDA4LBgjALMy2ZWBqaGxgaGZuYmpnj0oWW9MMzUotSFTKLFXIrFfKLUlKL7BWSE9NAFU2qJXrCMTS3NDU2MIW4EiV3oCccIwMjM11DQ10jwxBDAysDENIzNDKOUqoFAA==',
  text: canonicalJson({
    account: 'main',
    connector: 'whatsapp',
    deduplicationId: 'message:wamid.GOLDEN1',
    payload: {
      entryId: '900800700600',
      field: 'messages',
      id: 'wamid.GOLDEN1',
      message: {
        ...{ from: '491701234567', id: 'wamid.GOLDEN1' },
        text: { body: 'Where is my order? café' },
        ...{ timestamp: '1795305600', type: 'text' },
      },
    },
    receivedAt: '2026-11-21T10:00:00.123Z',
  }),
};

describe('a packed raw payload', () => {
  it('of version 1 is read for ever, byte for byte', () => {
    expect(unpackRaw(Buffer.from(golden.packed, 'base64'))).toBe(golden.text);
    const hash = createHash('sha256').update(dictionary1).digest('hex');
    expect(hash).toBe('111fa8e0fb57ac9122d09dfcf8c20613ecff452f00d5dcfc7d0e97b362f07f8c');
  });

  it('gives back the very text, or is none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson({ connector: 'whatsapp', payload: value });
        const packed = packRaw(text);
        if (packed) expect(unpackRaw(packed)).toBe(text);
        expect(packed?.length ?? 0).toBeLessThanOrEqual(maxPackedBytes);
      }),
    );
  });

  it('is none where the text is too long, however well it packs', () => {
    expect(packRaw('y'.repeat(maxTextBytes))?.[0]).toBe(1);
    expect(packRaw('y'.repeat(maxTextBytes + 1))).toBeUndefined();
  });
});

describe('bytes that are none', () => {
  const deflated = (text: string) => Buffer.concat([Buffer.of(1), deflateRawSync(text)]);

  it.each([
    ['of an unknown version', Buffer.of(7, 1, 2), 'dictionary 7; this release has 1'],
    [
      'cut off',
      Buffer.from(golden.packed, 'base64').subarray(0, 40),
      '40 bytes cannot be unpacked',
    ],
    ['of nothing', Buffer.of(), 'without a byte'],
    [
      'that hold a thousand times themselves',
      deflated('y'.repeat(5_000_000)),
      'cannot be unpacked',
    ],
  ])('%s are told as such', (_, bytes, reason) => {
    expect(() => unpackRaw(bytes)).toThrow(reason);
  });
});
