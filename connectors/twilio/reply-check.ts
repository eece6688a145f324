import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import type { ReplyTarget } from '#shared/connector/sender';
import type { ReplyContent } from '#shared/model/reply-content';
import { Account } from './account.ts';
import { declaration } from './declaration.ts';
import { checkInteractive, checkTemplate } from './outbound/check-content.ts';
import { checkMedia } from './outbound/check-media.ts';
import { fileOf } from './outbound/message-request.ts';
import { render } from './outbound/render.ts';
import { splitText } from './outbound/split-text.ts';

const { maxTextLength, maxTextParts } = declaration.channels.sms;

/** E.164 (Message resource, "To"). */
const phoneNumber = /^\+[1-9]\d{1,14}$/;
/** The address behind `whatsapp:` or `rcs:`: a number, or an id of the channel's own. */
const channelAddress = /^[+\w.-]{2,100}$/;

/** Refuses a recipient that Twilio cannot write to, a text of too many messages, and other content that Twilio does not take. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: (content, target) =>
    firstOf([unreachable(target), tooManyParts(content), checkContent(content, target)]),
  render,
  fileOf,
});

/** Messages from a short code (error 21265) or an alphanumeric sender (21211) arrive and cannot be answered. */
function unreachable({
  channel,
  customerIdentities: [customer],
  businessIdentity,
}: ReplyTarget): ReplyProblem | undefined {
  const { address, kind } = customer;
  const form = channel === 'sms' ? phoneNumber : channelAddress;
  if (form.test(address)) {
    return address === businessIdentity.address
      ? problem(`the customer's address is our own, ${address}`)
      : undefined;
  }
  const what = kind === 'short_code' ? 'a short code' : 'a sender name';
  return problem(
    `the customer writes from "${address}": ${what} cannot be answered; allowed: a number like +14155550100`,
  );
}

function checkContent(content: ReplyContent, target: ReplyTarget): ReplyProblem | undefined {
  switch (content.type) {
    case 'media':
      return checkMedia(content, target);
    case 'template':
      return checkTemplate(content, target);
    case 'buttons':
    case 'list':
    case 'link_button':
      return checkInteractive(content);
    default:
      return undefined;
  }
}

function problem(title: string): ReplyProblem {
  return { code: 'recipient_unreachable', title };
}

/** No character is cut in half, so a text within the length may need one message more. */
function tooManyParts(content: ReplyContent): ReplyProblem | undefined {
  if (content.type !== 'text') return undefined;
  const parts = splitText(content.text, maxTextLength).length;
  if (parts <= maxTextParts) return undefined;
  const title = `the text needs ${parts} messages of ${maxTextLength} characters; allowed: ${maxTextParts}`;
  return { code: 'text_too_long', title };
}
