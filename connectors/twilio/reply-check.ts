import { defineReplyCheck } from '#shared/connector/define-reply-check';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { ReplyContent } from '#shared/model/reply-content';
import { segmentsToTell } from '#shared/reply/sms-segments';
import { Account } from './account.ts';
import { declaration } from './declaration.ts';
import { checkInteractive, checkTemplate } from './outbound/check-content.ts';
import { checkMedia } from './outbound/check-media.ts';
import { filesOf, type MessageRequest } from './outbound/message-request.ts';
import { piecesOf, render } from './outbound/render.ts';

const { maxTextLength, maxTextParts } = declaration.channels.sms;

/** E.164 (Message resource, "To"). */
const phoneNumber = /^\+[1-9]\d{1,14}$/;
/** The address behind `whatsapp:` or `rcs:`: a number, or an id of the channel's own. */
const channelAddress = /^[+\w.-]{2,100}$/;

/** Refuses a recipient that Twilio cannot write to, a text of too many messages, and content that it does not take. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: (content, target, account) =>
    firstOf([
      unreachable(target),
      oneWay(target),
      tooManyParts(content, account),
      checkContent(content, target),
    ]),
  render,
  filesOf,
  describe: (requests, { channel }) => (channel === 'sms' ? segmentsIn(requests) : {}),
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

/** Refuses a sender name that writes to the United States or Canada, where only numbers may send. */
function oneWay({
  channel,
  businessIdentity,
  customerIdentities: [customer],
}: ReplyTarget): ReplyProblem | undefined {
  const { address } = businessIdentity;
  const isName = channel === 'sms' && !/^\+?\d+$/.test(address);
  if (!isName || !customer.address.startsWith('+1')) return undefined;
  return problem(
    `"${address}" is a sender name, which cannot write to ${customer.address}: the United States and Canada take numbers only`,
  );
}

/** The segments that carriers bill, counted before Twilio's Smart Encoding; files are billed otherwise. */
function segmentsIn(requests: readonly MessageRequest[]): OwnMetadata {
  const texts = requests.flatMap(({ body, mediaUrl, file }) =>
    body === undefined || mediaUrl || file ? [] : [body],
  );
  return segmentsToTell(texts);
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
function tooManyParts(
  content: ReplyContent,
  { numberedParts = false }: Account,
): ReplyProblem | undefined {
  if (content.type !== 'text') return undefined;
  const parts = piecesOf(content.text, numberedParts).length;
  if (parts <= maxTextParts) return undefined;
  const title = `the text needs ${parts} messages of ${maxTextLength} characters; allowed: ${maxTextParts}`;
  return { code: 'text_too_long', title };
}
