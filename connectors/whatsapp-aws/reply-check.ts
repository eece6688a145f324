import { checkContent } from '#connectors/whatsapp/outbound/check/content';
import { filesOf, render } from '#connectors/whatsapp/outbound/render';
import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { AwsAccount } from './account.ts';

/** Meta's limits: AWS passes a message on as it is. */
export const replyCheck = defineReplyCheck({
  account: AwsAccount,
  check: checkContent,
  render,
  filesOf,
});
