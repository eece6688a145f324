import { deflateRawSync } from 'node:zlib';
import { sha256Of } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import type { IngressMessage } from '#shared/model/ingress';
import { currentVersion, dictionaryOf } from './dictionaries.ts';

/**
 * An item as it is kept, so that it can be read again by a later normalizer (`switchboard replay`): providers have no
 * way to ask for a missed or misread webhook.
 */
export interface RawItem {
  /** Canonical JSON of the item. */
  readonly text: string;
  /** Hex, of the raw payload: the mail where the item names one, else the text. */
  readonly sha256: string;
  /** Its place in the archive, if it needs one. Derived from the text: a redelivery writes the same object again. */
  readonly key: string;
}

/** The stored raw item of a message: packed in its reference, or in the archive. */
export interface KeptRaw {
  readonly sha256: string;
  readonly packed?: Uint8Array;
  readonly key?: string;
}

/** The raw form of an item; `mail` is what its `raw` names. */
export function rawItem(item: IngressMessage, mail?: Uint8Array): RawItem {
  const { connector, account, receivedAt } = item;
  const text = canonicalJson(item);
  const hash = sha256Of(text);
  return {
    text,
    sha256: mail ? sha256Of(mail) : hash,
    key: `raw/${receivedAt.slice(0, 10)}/${connector}/${account}/${hash}.json`,
  };
}

/** The place of a message's raw item. One with a `key` is to be archived before anything refers to it. */
export function placeOf({ text, sha256, key }: RawItem): KeptRaw {
  const packed = packRaw(text);
  return packed ? { sha256, packed } : { sha256, key };
}

/**
 * Largest packed payload that a reference carries: the item then stays under the kilobyte that is written anyway. The
 * rest of it is a key, a pointer, and space for an expiry (test/store/cost.test.ts).
 */
export const maxPackedBytes = 800;
/** Longest text that is packed, and that is ever unpacked. A longer payload never packs to a small one. */
export const maxTextBytes = 65_536;

const dictionary = dictionaryOf(currentVersion);

/**
 * A payload small enough to ride in its reference: a byte with the version of the dictionary, then raw deflate.
 * Undefined where it does not fit. The text is canonical JSON, so ASCII.
 */
export function packRaw(text: string): Uint8Array | undefined {
  if (text.length > maxTextBytes) return undefined;
  const deflated = deflateRawSync(text, { level: 9, memLevel: 9, dictionary });
  if (deflated.length >= maxPackedBytes) return undefined;
  return Buffer.concat([Buffer.of(currentVersion), deflated]);
}
