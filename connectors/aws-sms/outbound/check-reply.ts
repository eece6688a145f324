import { declaration } from '#connectors/aws-sms/declaration';
import { maxBytesOf, mediaLimits } from '#connectors/aws-sms/media-limits';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import type { ReplyContent } from '#shared/model/reply-content';
import { splitText } from './split-text.ts';

type Problem = ReplyProblem | undefined;
type Media = Extract<ReplyContent, { type: 'media' }>;

const { maxTextLength, maxTextParts } = declaration.channels.sms;

/** E.164, which is all that `DestinationPhoneNumber` takes. */
const phoneNumber = /^\+[1-9]\d{1,14}$/;

/** Finds the reason for which AWS would refuse a reply, as far as it is known before. */
export function checkReply(content: ReplyContent, target: ReplyTarget): Problem {
  const reachable = unreachable(target);
  switch (content.type) {
    case 'text':
      return firstOf([reachable, tooManyParts(content.text)]);
    case 'media':
      return firstOf([reachable, notStored(content), notCarried(content), captionTooLong(content)]);
    default:
      return reachable;
  }
}

function unreachable({
  customerIdentities: [{ address, kind }],
  businessIdentity,
}: ReplyTarget): Problem {
  if (address === businessIdentity.address) {
    const title = `the customer's address is our own, ${address}`;
    return { code: 'recipient_unreachable', title };
  }
  if (phoneNumber.test(address)) return undefined;
  const what = kind === 'short_code' ? 'a short code' : 'a sender name';
  const title = `the customer writes from "${address}": ${what} cannot be answered; allowed: a number like +14155550100`;
  return { code: 'recipient_unreachable', title };
}

/** No character is cut in half, so a text within the length may need one message more. */
function tooManyParts(text: string): Problem {
  const parts = splitText(text, maxTextLength).length;
  if (parts <= maxTextParts) return undefined;
  const title = `the text needs ${parts} messages of ${maxTextLength} characters; allowed: ${maxTextParts}`;
  return { code: 'text_too_long', title };
}

function notStored({ url, providerMediaId, voice }: Media): Problem {
  if (providerMediaId !== undefined) {
    const title = 'content.providerMediaId: AWS keeps no files; allowed is content.url with s3:';
    return { code: 'invalid_reply', title };
  }
  if (voice === true) {
    const title = 'content.voice: an MMS has no voice messages; send the file without it';
    return { code: 'invalid_reply', title };
  }
  if (url?.startsWith('s3:')) return undefined;
  const title = 'content.url: AWS takes the file of an MMS from S3 alone; allowed is s3:';
  return { code: 'invalid_reply', title };
}

function notCarried({ contentType }: Media): Problem {
  if (maxBytesOf(contentType) !== undefined) return undefined;
  const given = JSON.stringify(contentType.slice(0, 100));
  const title = `content.contentType: given ${given}, allowed: ${mediaLimits.contentTypes.join(', ')}`;
  return { code: 'content_not_supported', title };
}

function captionTooLong({ caption = '' }: Media): Problem {
  if (caption.length <= maxTextLength) return undefined;
  const title = `content.caption has ${caption.length} characters; allowed: ${maxTextLength}`;
  return { code: 'text_too_long', title };
}
