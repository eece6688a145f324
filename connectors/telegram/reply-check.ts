import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { TelegramAccount } from './account.ts';
import { checkReply } from './outbound/check-reply.ts';
import { filesOf, render } from './outbound/render.ts';

export const replyCheck = defineReplyCheck({
  account: TelegramAccount,
  check: checkReply,
  render,
  filesOf,
});
