import { inflateRawSync } from 'node:zlib';
import { dictionaryOf } from './dictionaries.ts';
import { maxTextBytes } from './item.ts';

/**
 * The text that `packRaw` was given. Throws for a dictionary that this release does not have, for damaged bytes, and
 * for bytes that hold more than any payload that was packed.
 */
export function unpackRaw(packed: Uint8Array): string {
  const [version] = packed;
  if (version === undefined) throw new Error('a packed raw payload without a byte');
  const dictionary = dictionaryOf(version);
  try {
    return inflateRawSync(packed.subarray(1), {
      dictionary,
      maxOutputLength: maxTextBytes,
    }).toString();
  } catch (cause) {
    const bytes = packed.length;
    throw new Error(`a raw payload of ${bytes} bytes cannot be unpacked`, { cause });
  }
}
