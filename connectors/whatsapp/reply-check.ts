import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { Account } from './account.ts';
import { checkContent } from './check-content.ts';
import { render } from './render.ts';

/** What Meta would refuse. That the customer has an address Meta can write to is for `render` to say. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: checkContent,
  render,
  fileOf: ({ file }) => file,
});
