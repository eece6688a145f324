import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import { bareContentType } from '#shared/media/bare-content-type';
import type { ReplyContent } from '#shared/model/reply-content';
import { cannotSendMms, mediaLimits } from './media-types.ts';

type MediaContent = Extract<ReplyContent, { type: 'media' }>;
type Problem = ReplyProblem | undefined;

/** The longest caption of WhatsApp's; Twilio's own channels take a `Body`. */
export const maxCaption = { whatsapp: 1024, others: 1600 };

/** Refuses a file that Twilio would refuse. Its address and, where it is ours, its size are checked elsewhere. */
export function checkMedia(
  content: MediaContent,
  { channel, businessIdentity }: Pick<ReplyTarget, 'channel' | 'businessIdentity'>,
): Problem {
  const { contentTypes, captioned } = mediaLimits(channel);
  const type = bareContentType(content.contentType);
  return firstOf([
    channel === 'sms' ? noMms(businessIdentity.address) : undefined,
    notOurs(content),
    voice(content),
    contentTypes.includes(type) ? undefined : notTaken(content, contentTypes),
    caption(content, captioned.includes(type), channel),
  ]);
}

function noMms(address: string): Problem {
  if (!cannotSendMms(address)) return undefined;
  const allowed = 'numbers of the United States, Canada and Australia, and short codes';
  const title = `"${address}" cannot send files: MMS is sent from ${allowed}`;
  return { code: 'content_not_supported', title };
}

function notTaken({ contentType }: MediaContent, allowed: readonly string[]): Problem {
  const title = `content.contentType is "${contentType.slice(0, 100)}"; allowed: ${allowed.join(', ')}`;
  return { code: 'content_not_supported', title };
}

function notOurs({ providerMediaId }: MediaContent): Problem {
  if (providerMediaId === undefined) return undefined;
  const title = 'content.providerMediaId: Twilio keeps no files to send; allowed: content.url';
  return { code: 'invalid_reply', title };
}

function voice(content: MediaContent): Problem {
  if (content.voice !== true) return undefined;
  const title = 'content.voice: Twilio has no voice messages; send the file without it';
  return { code: 'invalid_reply', title };
}

function caption(
  { caption: words = '', contentType }: MediaContent,
  isShown: boolean,
  channel: ReplyTarget['channel'],
): Problem {
  if (words === '') return undefined;
  if (!isShown) {
    const title = `content.caption: ${channel} shows none with ${contentType.slice(0, 100)}; send it as a text of its own`;
    return { code: 'invalid_reply', title };
  }
  const allowed = channel === 'whatsapp' ? maxCaption.whatsapp : maxCaption.others;
  if (words.length <= allowed) return undefined;
  const title = `content.caption has ${words.length} characters; allowed: ${allowed}`;
  return { code: 'text_too_long', title };
}
