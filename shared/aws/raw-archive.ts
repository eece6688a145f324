import { createHash } from 'node:crypto';
import { canonicalJson } from '#shared/canonical-json';
import type { IngressMessage } from '#shared/model/ingress';
import { type Archive, archiveObject } from './archive.ts';

export interface ArchivedItem {
  readonly uri: string;
  /** Hex, of the object's bytes. */
  readonly sha256: string;
}

/**
 * Keeps an item as it came, before anything is stored that refers to it, so that it can be read again by a later
 * normalizer (`switchboard replay`); providers have no way to ask for a missed or misread webhook. The key is
 * derived from the bytes: a redelivery writes the same object again, and a webhook that the provider repeats hours
 * later never overwrites what an entry refers to.
 */
export async function archiveItem(archive: Archive, item: IngressMessage): Promise<ArchivedItem> {
  const { connector, account, receivedAt } = item;
  const body = canonicalJson(item);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const key = `raw/${receivedAt.slice(0, 10)}/${connector}/${account}/${sha256}.json`;
  const uri = await archiveObject(archive, key, body, 'application/json');
  return { uri, sha256 };
}
