import { defineReplyCheck } from '#shared/connector/define-reply-check';
import type { ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyTarget } from '#shared/connector/sender';
import { Account } from './account.ts';
import { recipient } from './recipient.ts';
import { render } from './render.ts';

/** Refuses a recipient whose address SES cannot write to. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: (_content, target) => unsendable(target),
  render,
});

function unsendable({ customerIdentities: [customer] }: ReplyTarget): ReplyComplaint | undefined {
  if (recipient(customer.address) !== undefined) return undefined;
  const title = `the customer writes from "${customer.address}"; allowed: one plain address with an ASCII local part`;
  return { code: 'invalid_recipient', title };
}
