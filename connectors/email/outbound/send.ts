import {
  type Destination,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import type { Account } from '#connectors/email/account';
import { accountTag, tagNames } from '#connectors/email/account-tag';
import type { Credentials } from '#connectors/email/credentials';
import { loopSeal, sealedName, type Words } from '#connectors/email/loop-header';
import { replyToken, tokenAlias } from '#connectors/email/reply-token';
import { sesv2 } from '#shared/aws/sesv2';
import type { SendContext, SendOutcome, UploadOutcome } from '#shared/connector/sender';
import { sha256Of } from '#shared/ids';
import { composeMail } from './compose.ts';
import type { Mailbox } from './recipients.ts';
import type { MailRequest } from './render.ts';
import { sortFault } from './send-fault.ts';

/** A mail with the bytes of its files. */
interface ReadyMail extends MailRequest {
  readonly bytes?: readonly Uint8Array[];
}

/** Keeps the bytes for the attempt: they are part of the mail. */
export async function withBytes(
  mail: MailRequest,
  bytes: readonly Uint8Array[],
): Promise<UploadOutcome<ReadyMail>> {
  return { kind: 'uploaded', request: { ...mail, bytes } };
}

/**
 * Sends one mail, in one attempt. SES replaces our Message-ID, so the id it returns is what the customer's answer
 * will name; the reply token and the seal are registered beside it. The tags come back on every event about the mail, also when
 * the answer to this call is lost.
 */
export async function send(
  mail: ReadyMail,
  context: SendContext<Account, Credentials>,
): Promise<SendOutcome> {
  const words = sealedWords(mail);
  const seal = loopSeal(words, context.messageId, context.credentials.replyTokenKey);
  const raw = await composed(mail, seal, context);
  if (raw === undefined) return unbuildable;
  try {
    const { MessageId } = await sesv2.send(new SendEmailCommand(inputOf(raw, mail, context)), {
      abortSignal: AbortSignal.timeout(context.timeoutSeconds * 1000),
    });
    if (!MessageId) return unanswered;
    return {
      kind: 'sent',
      providerMessageId: MessageId,
      providerAliases: [tokenAlias(tokenOf(mail, context)), sealedName(seal, words)],
    };
  } catch (fault) {
    return sortFault(fault);
  }
}

/** The parts of a mail that a recipient reads. */
function sealedWords({ subject, text, html, bytes = [] }: ReadyMail): Words {
  return { subject, text, html, files: bytes.map(sha256Of) };
}

function tokenOf(
  { conversationId, from }: MailRequest,
  { credentials }: SendContext<Account, Credentials>,
): string {
  return replyToken(conversationId, from.address, credentials.replyTokenKey);
}

/** Apart from the call itself, because a fault here is certain: nothing was sent. */
async function composed(
  mail: ReadyMail,
  seal: string,
  { account, credentials, messageId, publicUrl }: SendContext<Account, Credentials>,
): Promise<Buffer | undefined> {
  try {
    return await composeMail(mail, {
      ...{ messageId, publicUrl, seal, bytes: mail.bytes ?? [] },
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
  mail: MailRequest,
  { account, messageId }: SendContext<Account, Credentials>,
): SendEmailCommandInput {
  return {
    FromEmailAddress: account.address,
    Destination: destinationOf(mail),
    Content: { Raw: { Data: raw } },
    EmailTags: [
      { Name: tagNames.message, Value: messageId },
      { Name: tagNames.account, Value: accountTag(account.address) },
    ],
    ...(account.configurationSet ? { ConfigurationSetName: account.configurationSet } : {}),
  };
}

/** The envelope: a raw mail has no Bcc header, and the people in it stand here alone. */
function destinationOf({ to, cc, bcc }: MailRequest): Destination {
  const addresses = (mailboxes: readonly Mailbox[]) => mailboxes.map(({ address }) => address);
  return {
    ToAddresses: addresses(to),
    ...(cc.length > 0 ? { CcAddresses: addresses(cc) } : {}),
    ...(bcc.length > 0 ? { BccAddresses: addresses(bcc) } : {}),
  };
}

const unbuildable: SendOutcome = {
  kind: 'failed',
  error: { code: 'unbuildable', title: 'no mail could be made of the reply', retryable: false },
};

const unanswered: SendOutcome = {
  kind: 'uncertain',
  error: { code: 'outcome_unknown', title: 'SES answered without a message id', retryable: true },
};
