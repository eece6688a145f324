import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { Account } from './account.ts';
import { checkContent } from './outbound/check/content.ts';
import { filesOf, render } from './outbound/render.ts';

/** Refuses a reply that Meta would refuse. `render` checks that Meta can write to the customer's address. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: checkContent,
  render,
  filesOf,
});
