import { canonicalJson } from '#shared/canonical-json';
import { sha256Of } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';
import { packRaw } from '#shared/raw/pack';
import { type Archive, archiveObject } from './archive.ts';

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

/** Where the raw item of a message is: in its reference, packed, or in the archive. */
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

/** Writes an item into the archive. */
export async function archiveItem(archive: Archive, { key, text }: RawItem): Promise<void> {
  await archiveObject(archive, key, text, 'application/json');
}
