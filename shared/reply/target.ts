import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { ConnectorError } from '#shared/errors';
import type { Conversation } from '#shared/model/conversation';

/** The fields of a conversation that decide where its replies go. */
export type ReplyRoute = Pick<
  Conversation,
  | 'id'
  | 'channel'
  | 'visibility'
  | 'businessIdentity'
  | 'customerIdentities'
  | 'customerName'
  | 'threadKey'
  | 'subject'
>;

/** The target of a reply from the conversation alone, without the messages before the reply. */
export function targetIn(conversation: ReplyRoute): ReplyTarget {
  const [first, ...others] = conversation.customerIdentities;
  if (!first) throw new ConnectorError('unknown_conversation', 'a conversation with nobody');
  const { id, channel, visibility, businessIdentity } = conversation;
  const { customerName, threadKey, subject } = conversation;
  return {
    ...{ conversationId: id, channel, visibility, businessIdentity },
    customerIdentities: [first, ...others],
    providerMessageIds: [],
    ...(customerName ? { customerName } : {}),
    ...(threadKey ? { threadKey } : {}),
    ...(subject ? { subject } : {}),
  };
}
