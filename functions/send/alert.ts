import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { appendAlert } from '#shared/aws/store/alert';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { MetaItem } from '#shared/table/items';

/** Tells the people who run the account that it cannot send, once an hour while it lasts. */
export async function raiseAlert(
  target: PublishTarget,
  { connector, account, channel }: MetaItem,
  { code, title }: DeliveryError,
  now: Date,
): Promise<void> {
  const receivedAt = now.toISOString();
  const { meta, entry } = await appendAlert(
    target.table,
    { connector, account, receivedAt },
    { kind: 'alert', id: `${code}:${receivedAt.slice(0, 13)}`, channel, code, title },
  );
  await publish(target, meta, entry);
}
