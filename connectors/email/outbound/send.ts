import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Account } from '#connectors/email/account';
import { accountTag, tagNames } from '#connectors/email/account-tag';
import type { Credentials } from '#connectors/email/credentials';
import { loopSeal, sealedName } from '#connectors/email/loop-header';
import { replyToken, tokenAlias } from '#connectors/email/reply-token';
import { sesv2 } from '#shared/aws/sesv2';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { composeMail } from './compose.ts';
import { recipient } from './recipient.ts';
import type { MailRequest } from './render.ts';
import { sortFault } from './send-fault.ts';

/**
 * Sends one mail, in one attempt. SES replaces our Message-ID, so the id it returns is what the customer's answer
 * will name; the reply token and the seal are registered beside it. The tags come back on every event about the mail, also when
 * the answer to this call is lost.
 */
export async function send(
  mail: MailRequest,
  context: SendContext<Account, Credentials>,
): Promise<SendOutcome> {
  const to = recipient(mail.to.address);
  if (to === undefined) return unsendable;
  const raw = await composed(mail, context);
  if (raw === undefined) return unbuildable;
  try {
    const { MessageId } = await sesv2.send(new SendEmailCommand(inputOf(raw, to, context)), {
      abortSignal: AbortSignal.timeout(context.timeoutSeconds * 1000),
    });
    if (!MessageId) return unanswered;
    return {
      kind: 'sent',
      providerMessageId: MessageId,
      providerAliases: aliasesOf(mail, context),
    };
  } catch (fault) {
    return sortFault(fault);
  }
}

/** The reply token, and the seal by which the mail is known again if it comes back. */
function aliasesOf(
  mail: MailRequest,
  { credentials, messageId }: SendContext<Account, Credentials>,
): string[] {
  const { replyTokenKey } = credentials;
  const token = replyToken(mail.conversationId, mail.from.address, replyTokenKey);
  return [tokenAlias(token), sealedName(loopSeal(mail, messageId, replyTokenKey), mail)];
}

/** Apart from the call itself, because a fault here is certain: nothing was sent. */
async function composed(
  mail: MailRequest,
  { account, credentials, messageId }: SendContext<Account, Credentials>,
): Promise<Buffer | undefined> {
  try {
    return await composeMail(mail, {
      messageId,
      replyTokenKey: credentials.replyTokenKey,
      replyDomain: account.replyDomain,
      region: await sesv2.config.region(),
    });
  } catch {
    return undefined;
  }
}

function inputOf(
  raw: Buffer,
  to: string,
  { account, messageId }: SendContext<Account, Credentials>,
): SendEmailCommandInput {
  return {
    FromEmailAddress: account.address,
    Destination: { ToAddresses: [to] },
    Content: { Raw: { Data: raw } },
    EmailTags: [
      { Name: tagNames.message, Value: messageId },
      { Name: tagNames.account, Value: accountTag(account.address) },
    ],
    ...(account.configurationSet ? { ConfigurationSetName: account.configurationSet } : {}),
  };
}

const unsendable: SendOutcome = {
  kind: 'failed',
  error: {
    code: 'invalid_recipient',
    title:
      'the address of the customer cannot be written to: one plain address with an ASCII local part is needed',
    retryable: false,
  },
};

const unbuildable: SendOutcome = {
  kind: 'failed',
  error: { code: 'unbuildable', title: 'no mail could be made of the reply', retryable: false },
};

const unanswered: SendOutcome = {
  kind: 'uncertain',
  error: { code: 'outcome_unknown', title: 'SES answered without a message id', retryable: true },
};
