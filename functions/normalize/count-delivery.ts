import { pricesOfAccount } from '#connectors/capabilities';
import type { AccountSetting } from '#shared/accounts';
import type { PublishTarget } from '#shared/aws/publish/publish';
import type { Appended } from '#shared/aws/store/append/append';
import { countReceived } from '#shared/aws/store/spending/received';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { IngressMessage } from '#shared/model/ingress';

interface Counting {
  readonly target: PublishTarget;
  readonly accounts: readonly AccountSetting[];
}

/** Counts the use that the provider charges for a message that it has delivered for the first time. */
export async function countDelivery(
  { target, accounts }: Counting,
  item: IngressMessage,
  { use }: ChannelMessage,
  outcome: Appended['outcome'],
): Promise<void> {
  if (use === undefined || outcome !== 'appended') return;
  const prices = pricesOfAccount(accounts, item);
  if (prices?.perUse[use] === undefined) return;
  await countReceived(target.table, item, prices, use);
}
