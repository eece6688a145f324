import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { applyParked } from '#shared/aws/store/channel-update';
import { readItem } from '#shared/aws/store/table';
import { failpoint } from '#shared/failpoint';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import type { Outbound } from './outbound.ts';

/**
 * The end of a reply that was sent: publishes it, then applies what had come for its provider id before anybody
 * here knew that id. Repeated after a crash; each step changes nothing the second time.
 */
export async function finishSent(target: PublishTarget, { meta, entry }: Outbound): Promise<void> {
  await publish(target, meta, entry);
  failpoint('send.afterPublish');
  const { connector, account } = meta;
  const { providerMessageId } = entry;
  if (providerMessageId === undefined) return;
  const key = referenceKey(connector, account, providerMessageId);
  const reference = await readItem(target.table, ReferenceItem, key, true);
  const origin = { connector, account, receivedAt: target.now().toISOString() };
  const parked = reference?.parked ?? [];
  for (const changed of await applyParked(target.table, origin, parked, { providerMessageId })) {
    await publish(target, changed.meta, changed.entry);
  }
}
