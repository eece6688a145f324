import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';

/**
 * The delivery of one of our own messages, told after the message itself.
 *
 * X has no delivery receipts. What it has is the activity of our own account: `dm.sent` and `post.create` are sent
 * when X has put the message into the conversation, where the recipient sees it. That is the strongest evidence X
 * gives, and it is what `delivered` means here. Where the store already holds the message under this id (we sent it
 * through the API), appending it again changes nothing and the status applies to ours; else a colleague wrote it
 * in X's own app, and it is new.
 */
export function withDelivery(
  message: ChannelMessage,
): readonly [ChannelMessage] | readonly [ChannelMessage, ChannelUpdate] {
  if (message.direction === 'inbound') return [message];
  return [
    message,
    {
      kind: 'status',
      id: 'delivered',
      status: 'delivered',
      target: { providerMessageId: message.providerMessageId },
      ...(message.occurredAt ? { occurredAt: message.occurredAt } : {}),
    },
  ];
}
