import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';

/**
 * The delivery of a message our own account wrote, told after the message itself.
 *
 * X has no delivery receipts, but it tells the activity of our own account: `dm.sent` and `post.create` come when X has
 * put the message into the conversation, where the recipient sees it. That is the strongest evidence X gives, and the
 * meaning of `delivered` here. Where the store already holds the message under this id (we sent it through the API),
 * appending it again changes nothing and the status applies to ours; else a colleague wrote it in X's own app, and it
 * is new.
 */
export function deliveryOf(message: {
  readonly providerMessageId: string;
  readonly occurredAt?: string | undefined;
}): ChannelUpdate {
  return {
    kind: 'status',
    id: 'delivered',
    status: 'delivered',
    target: { providerMessageId: message.providerMessageId },
    ...(message.occurredAt ? { occurredAt: message.occurredAt } : {}),
  };
}

/** A message, followed by its delivery where it is our own. */
export function withDelivery(message: ChannelMessage): readonly (ChannelMessage | ChannelUpdate)[] {
  return message.direction === 'inbound' ? [message] : [message, deliveryOf(message)];
}
