import type { ChannelCapabilities, ReplyField } from '#shared/connector/declaration';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';

/** The part of a reply that is checked. */
export type JudgedReply = Pick<ReplyCommand, 'content'> &
  Partial<Pick<ReplyCommand, 'fallbackTemplate' | 'inReplyToMessageId'>>;

/** Tells if a reply has each of the fields that not every channel can honour; all other fields are told, or hints. */
const isGiven: Readonly<Record<ReplyField, (reply: JudgedReply) => boolean>> = {
  inReplyToMessageId: ({ inReplyToMessageId }) => inReplyToMessageId !== undefined,
  fallbackTemplate: ({ fallbackTemplate }) => fallbackTemplate !== undefined,
  // `false` asks for nothing: every channel without a preview does that.
  'content.linkPreview': ({ content }) => content.type === 'text' && content.linkPreview === true,
  'content.url': ({ content }) => content.type === 'location' && content.url !== undefined,
  'content.contacts.origin': ({ content }) =>
    content.type === 'contacts' && content.contacts.some(({ origin }) => origin !== undefined),
};

/** Refuses the first field of a reply that the channel could only leave out, by its name. */
export function notHonoured(
  reply: JudgedReply,
  { channel, visibility }: { readonly channel: string; readonly visibility: 'private' | 'public' },
  { replyFields = {}, publicReplyFields = replyFields }: ChannelCapabilities,
): DeliveryError | undefined {
  const honoured = visibility === 'public' ? publicReplyFields : replyFields;
  const { type } = reply.content;
  for (const [field, given] of Object.entries(isGiven) as [
    ReplyField,
    (typeof isGiven)[ReplyField],
  ][]) {
    const types = honoured[field] ?? [];
    if (!given(reply) || types.includes(type)) continue;
    const title = `${field}: ${channel} cannot honour it${where(types, type)}`;
    return { code: 'invalid_reply', title, retryable: false };
  }
  return undefined;
}

function where(types: readonly ReplyContent['type'][], type: ReplyContent['type']): string {
  return types.length === 0 ? ' here' : ` with ${type}; allowed with: ${types.join(', ')}`;
}
