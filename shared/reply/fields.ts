import type { ChannelCapabilities, ReplyField } from '#shared/connector/declaration';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import type { ScheduledReply } from './schedule.ts';

/** The part of a reply that is checked. */
export type ReplyToValidate = Pick<ReplyCommand, 'content'> &
  ScheduledReply &
  Partial<
    Pick<
      ReplyCommand,
      | ('fallbackTemplate' | 'inReplyToMessageId' | 'asText' | 'purpose' | 'author')
      | ('subject' | 'to' | 'cc' | 'bcc')
    >
  >;

/** Tells if a reply has each of the fields that not every channel can honour; all other fields are told, or hints. */
const isGiven: Readonly<Record<ReplyField, (reply: ReplyToValidate) => boolean>> = {
  inReplyToMessageId: ({ inReplyToMessageId }) => inReplyToMessageId !== undefined,
  fallbackTemplate: ({ fallbackTemplate }) => fallbackTemplate !== undefined,
  asText: ({ asText: allowsText }) => allowsText === true,
  sendAt: ({ sendAt }) => sendAt !== undefined,
  subject: ({ subject }) => subject !== undefined,
  to: ({ to }) => to !== undefined,
  cc: ({ cc }) => cc !== undefined,
  bcc: ({ bcc }) => bcc !== undefined,
  'content.html': ({ content }) => content.type === 'text' && content.html !== undefined,
  'content.attachments': ({ content }) =>
    content.type === 'text' && content.attachments !== undefined,
  'content.altText': ({ content }) => hasAltText(content),
  'content.variables': ({ content }) =>
    content.type === 'template' && content.variables !== undefined,
  // `false` asks for nothing: every channel without a preview does that.
  'content.linkPreview': ({ content }) => content.type === 'text' && content.linkPreview === true,
  'content.url': ({ content }) => content.type === 'location' && content.url !== undefined,
  'content.contacts.origin': ({ content }) =>
    content.type === 'contacts' && content.contacts.some(({ origin }) => origin !== undefined),
};

function hasAltText(content: ReplyContent): boolean {
  if (content.type === 'media') return content.altText !== undefined;
  const files = content.type === 'text' ? (content.attachments ?? []) : [];
  return files.some(({ altText }) => altText !== undefined);
}

/** Refuses the first field of a reply that the channel could only leave out, by its name. */
export function notHonoured(
  reply: ReplyToValidate,
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
    const elsewhere = visibility === 'public' ? (replyFields[field] ?? []) : [];
    const title = `${field}: ${channel} cannot honour it${insteadOf(types, type, elsewhere)}`;
    return { code: 'invalid_reply', title, retryable: false };
  }
  return undefined;
}

type Types = readonly ReplyContent['type'][];

/** Says what to do about a field that is not honoured: with another type, or in a private conversation, it may be. */
function insteadOf(types: Types, type: Types[number], inPrivate: Types): string {
  if (types.length > 0) {
    return ` with ${type}: leave it out, or send another type; allowed with: ${types.join(', ')}`;
  }
  const private_ = inPrivate.join(', ');
  return ` here: leave it out${private_ && `; allowed in a private conversation, with: ${private_}`}`;
}
