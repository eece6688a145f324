import { type Archive, archiveObject } from '#shared/aws/objects/archive';
import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';

export interface Quarantined {
  readonly connector: string;
  readonly account: string;
  readonly deduplicationId: string;
  readonly reason: string;
  readonly quarantinedAt: string;
  /** The queue message, as received. */
  readonly item: unknown;
}

/**
 * Stores an authentic but unreadable item with its reason and its body, so that it neither blocks its conversation nor
 * is lost. The key is derived from the item: a redelivery overwrites the same object.
 */
export async function quarantine(archive: Archive, quarantined: Quarantined): Promise<string> {
  const { connector, account, reason } = quarantined;
  const uri = await setAside(archive, 'quarantine', quarantined);
  count('ItemsQuarantined', connector);
  logger.warn('item quarantined', { connector, account, reason, uri });
  return uri;
}

/**
 * Stores an item that was read and is not passed on, with its reason: a person can find it, and let it in with
 * `./switchboard replay held`.
 */
export async function hold(archive: Archive, held: Quarantined): Promise<string> {
  const { connector, account, reason } = held;
  const uri = await setAside(archive, 'held', held);
  count('ItemsHeld', connector);
  logger.warn('item held', { connector, account, reason, uri });
  return uri;
}

async function setAside(
  archive: Archive,
  root: 'quarantine' | 'held',
  aside: Quarantined,
): Promise<string> {
  const { connector, account, deduplicationId, quarantinedAt } = aside;
  const name = hashOf(connector, account, deduplicationId);
  const key = `${root}/${quarantinedAt.slice(0, 10)}/${connector}/${account}/${name}.json`;
  return archiveObject(archive, key, canonicalJson(aside), 'application/json');
}
