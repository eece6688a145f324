import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import type { ReplyTarget } from '#shared/connector/sender';
import { Account } from './account.ts';
import { recipient } from './outbound/recipient.ts';
import { render } from './outbound/render.ts';
import { wireId } from './outbound/wire-id.ts';

/** Refuses a recipient whose address SES cannot write to, and a message to answer that no header can name. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: (_content, target) => firstOf([unsendable(target), unnamed(target)]),
  render,
});

function unsendable({ customerIdentities: [customer] }: ReplyTarget): ReplyProblem | undefined {
  if (recipient(customer.address) !== undefined) return undefined;
  const title = `the customer writes from "${customer.address}"; allowed: one plain address with an ASCII local part`;
  return { code: 'invalid_recipient', title };
}

function unnamed({ inReplyToProviderMessageId: id }: ReplyTarget): ReplyProblem | undefined {
  if (id === undefined || wireId(id, '').length > 0) return undefined;
  const title = 'inReplyToMessageId: names a mail whose Message-ID cannot be written';
  return { code: 'invalid_reply', title };
}
