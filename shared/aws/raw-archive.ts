import { createHash } from 'node:crypto';
import { canonicalJson } from '#shared/canonical-json';
import { hashOf } from '#shared/ids';
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
 * derived from the item: a redelivery overwrites the same object with the same bytes.
 */
export async function archiveItem(archive: Archive, item: IngressMessage): Promise<ArchivedItem> {
  const { connector, account, deduplicationId, receivedAt } = item;
  const body = canonicalJson(item);
  const name = hashOf(connector, account, deduplicationId);
  const key = `raw/${receivedAt.slice(0, 10)}/${connector}/${account}/${name}.json`;
  const uri = await archiveObject(archive, key, body, 'application/json');
  return { uri, sha256: createHash('sha256').update(body).digest('hex') };
}
