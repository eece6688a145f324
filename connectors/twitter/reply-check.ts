import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { Account } from './account.ts';
import { render } from './outbound/render.ts';
import { usesOf } from './outbound/uses.ts';

/** `render` holds all of X's limits: the length of a post as X weighs it, and the post to answer. */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: () => undefined,
  render,
  usesOf,
});
