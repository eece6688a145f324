import { deflateRawSync } from 'node:zlib';
import { currentVersion, dictionaryOf } from './dictionaries.ts';

/**
 * Largest packed payload that a reference carries: the item then stays under the kilobyte that is written anyway. The
 * rest of it is a key, a pointer, and space for an expiry (test/store/cost.test.ts).
 */
export const mostPackedBytes = 800;
/** Longest text that is packed, and that is ever unpacked. A longer payload never packs to a small one. */
export const mostTextBytes = 65_536;

const dictionary = dictionaryOf(currentVersion);

/**
 * A payload small enough to ride in its reference: a byte with the version of the dictionary, then raw deflate.
 * Undefined where it does not fit. The text is canonical JSON, so ASCII.
 */
export function packRaw(text: string): Uint8Array | undefined {
  if (text.length > mostTextBytes) return undefined;
  const deflated = deflateRawSync(text, { level: 9, memLevel: 9, dictionary });
  if (deflated.length >= mostPackedBytes) return undefined;
  return Buffer.concat([Buffer.of(currentVersion), deflated]);
}
