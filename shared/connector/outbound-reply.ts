import type { Channel } from '#shared/model/channel';
import type { Identity } from '#shared/model/identity';
import type { ReplyContent } from '#shared/model/reply-content';

/** The destination of a reply: everything of its route, taken from the conversation. */
export interface ReplyTarget {
  readonly channel: Channel;
  readonly visibility: 'private' | 'public';
  readonly conversationId: string;
  readonly businessIdentity: Identity;
  readonly customerIdentities: readonly [Identity, ...Identity[]];
  readonly customerName?: string;
  readonly threadKey?: string;
  readonly subject?: string;
  /** The provider's id of the message the caller chose to answer: a quotation, where the channel shows one. */
  readonly inReplyToProviderMessageId?: string;
  /** The provider's id of the message a reaction is about; absent where this conversation has no such message. */
  readonly reactsToProviderMessageId?: string;
  /**
   * In a public conversation: the provider's id of the customer's newest message when the reply was taken, among those
   * that they had not deleted; absent where there was none.
   */
  readonly lastInboundProviderMessageId?: string;
  /** The provider's ids in this conversation, oldest first, as far as they are kept (email: References). */
  readonly providerMessageIds: readonly string[];
  /** The author of the message that is answered, where that is not the customer. */
  readonly answeredAuthor?: Person;
  /** The people beside the customer who are copied unless the reply says otherwise. */
  readonly copied?: readonly Person[];
  /** The recipients as they were told when the reply was taken; absent before. They are never decided again. */
  readonly recipients?: Recipients;
}

/** A person who takes part in a conversation beside its customer. */
export interface Person {
  readonly identity: Identity;
  readonly displayName?: string;
}

/** The people one message goes to, on a channel that addresses several. */
export interface Recipients {
  readonly to: readonly Identity[];
  readonly cc: readonly Identity[];
  /** The others do not learn of them. */
  readonly bcc: readonly Identity[];
}

export interface OutboundReply {
  readonly messageId: string;
  readonly replyId: string;
  readonly content: ReplyContent;
  readonly authorName?: string;
  /** The subject of its own, where the reply names one. */
  readonly subject?: string;
  /** The addresses that the reply names itself, when it is taken; those of `ReplyTarget.recipients` hold later. */
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  /** A bot wrote it. */
  readonly isAutomatic?: true;
  /** A message of a campaign. */
  readonly isMarketing?: true;
  /** ISO 8601: the time at which the provider is to send it. Only where the channel honours it. */
  readonly sendAt?: string;
}
