import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { Account } from './account.ts';
import { checkContent } from './outbound/check-content.ts';
import { filesOf, render } from './outbound/render.ts';
import { usesOf } from './outbound/uses.ts';

/** Refuses a reply that X would refuse. `render` holds the limits of its text, and finds the post to answer. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: checkContent,
  render,
  usesOf,
  filesOf,
});
