import { defineReplyCheck } from '#shared/connector/define-reply-check';
import { AwsAccount } from './aws-account.ts';
import { checkContent } from './check-content.ts';
import { render } from './render.ts';

/** Meta's limits: AWS passes a message on as it is. */
export const replyCheck = defineReplyCheck({
  account: AwsAccount,
  check: checkContent,
  render,
  fileOf: ({ file }) => file,
});
