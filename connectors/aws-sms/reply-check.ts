import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { AwsSmsAccount } from './account.ts';
import { checkReply } from './outbound/check-reply.ts';
import { fileOf, render } from './outbound/render.ts';

/** The limits of AWS, and recipients that it cannot reach. */
export const replyCheck = defineReplyCheck({
  account: AwsSmsAccount,
  check: checkReply,
  render,
  fileOf,
});
