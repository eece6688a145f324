import { defineReplyCheck } from '#shared/connector/define-reply-check';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { segmentsToTell } from '#shared/reply/sms-segments';
import { AwsSmsAccount } from './account.ts';
import { checkReply } from './outbound/check-reply.ts';
import { filesOf, render, type SmsRequest } from './outbound/render.ts';

/** The limits of AWS, and recipients that it cannot reach. */
export const replyCheck = defineReplyCheck({
  account: AwsSmsAccount,
  check: checkReply,
  render,
  filesOf,
  describe: segmentsIn,
});

/** The segments that carriers bill. An MMS is billed otherwise. */
function segmentsIn(requests: readonly SmsRequest[]): OwnMetadata {
  const texts = requests.flatMap(({ operation, input: { MessageBody } }) =>
    operation === 'SendTextMessage' && MessageBody !== undefined ? [MessageBody] : [],
  );
  return segmentsToTell(texts);
}
