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
  const { connector, account, deduplicationId, reason, quarantinedAt } = quarantined;
  const name = hashOf(connector, account, deduplicationId);
  const key = `quarantine/${quarantinedAt.slice(0, 10)}/${connector}/${account}/${name}.json`;
  const uri = await archiveObject(archive, key, canonicalJson(quarantined), 'application/json');
  count('ItemsQuarantined', connector);
  logger.warn('item quarantined', { connector, account, reason, uri });
  return uri;
}
