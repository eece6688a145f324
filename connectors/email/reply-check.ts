import { defineReplyCheck } from '#shared/connector/define-reply-check';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import { Account } from './account.ts';
import { checkFiles } from './outbound/check-files.ts';
import { filesOf } from './outbound/mail-files.ts';
import { identitiesOf } from './outbound/recipients.ts';
import { render } from './outbound/render.ts';
import { wireId } from './outbound/wire-id.ts';

/**
 * Refuses files that SES does not take, and a message to answer that no header can name. `render` refuses recipients
 * that SES cannot write to.
 */
export const replyCheck = defineReplyCheck({
  account: Account,
  check: (content, target) => firstOf([unnamed(target), checkFiles(content)]),
  render,
  filesOf,
  recipientsOf: ([mail]) => mail && identitiesOf(mail),
});

function unnamed({ inReplyToProviderMessageId: id }: ReplyTarget): ReplyProblem | undefined {
  if (id === undefined || wireId(id, '').length > 0) return undefined;
  const title = 'inReplyToMessageId: names a mail whose Message-ID cannot be written';
  return { code: 'invalid_reply', title };
}
