import { randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readConversation } from '#shared/aws/store/table';
import type { Message } from '#shared/model/message';
import type { ConversationItem } from '#shared/table/items';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import type { LocalStack } from '#test/support/stack/local-stack';
import { accountOf } from '#test/support/webhooks/signed-webhooks';
import { sendRawMail } from './mail.ts';

/** What SES finds out about a mail; the local SMTP server is told by headers. */
export const checks = {
  passed: [],
  failed: ['X-Test-Dmarc: fail', 'X-Test-Spf: fail', 'X-Test-Dkim: fail'],
  /** The domain has no DMARC policy, and nothing else vouches for the mail. */
  nothing: ['X-Test-Dmarc: gray', 'X-Test-Spf: fail', 'X-Test-Dkim: gray'],
  /** The domain has no DMARC policy; some domain's SPF and DKIM passed. */
  someDomain: ['X-Test-Dmarc: gray'],
} as const;
export type Check = keyof typeof checks;

export interface WrittenMail {
  readonly from?: string;
  readonly check?: Check;
  readonly messageId?: string;
  readonly headers?: readonly string[];
  readonly subject?: string;
  /** The body. Appears in one mail only: it is how the mail is found again. */
  readonly text: string;
  readonly contentType?: string;
  /** What a person reads of the body, where that is not the body itself. */
  readonly shownAs?: string;
  /** RCPT TO; our mailbox when absent. */
  readonly to?: string;
  /** MAIL FROM. */
  readonly envelopeFrom?: string;
  /** In place of all From headers. */
  readonly fromHeaders?: readonly string[];
}

/** A mail as it came to stand: as the normalized queue tells of it, and its conversation as the table has it. */
export interface ReceivedMail {
  readonly message: Message;
  readonly conversation: ConversationItem;
}

/** One of our replies, as SES handed it on. */
export interface SentMail {
  readonly to: string;
  readonly messageId: string;
  readonly raw: string;
  readonly header: (name: string) => string;
  /** Where an answer to it goes: our mailbox with the token. */
  readonly replyTo: string;
}

export interface Mailbox {
  readonly address: string;
  readonly rawOf: (mail: WrittenMail) => string;
  readonly write: (mail: WrittenMail) => Promise<ReceivedMail>;
  /** Sends it and does not wait: resolves with the code of the SMTP answer. */
  readonly post: (mail: WrittenMail) => Promise<number>;
  /** Answers as the helpdesk does, and resolves with the mail that left. */
  readonly reply: (conversationId: string, text: string) => Promise<SentMail>;
  readonly conversation: (conversationId: string) => Promise<ConversationItem>;
}

/** The mailbox of a running stack, with everybody who writes to it. */
export function openMailbox(stack: LocalStack): Mailbox {
  const { description, helpdesk, dynamodb } = stack;
  const { address } = accountOf(description, 'email');
  const table = { client: DynamoDBDocumentClient.from(dynamodb), name: description.table };
  const conversation = (conversationId: string) => readConversation(table, conversationId);
  const rawOf = (mail: WrittenMail) => rawMail(mail, address);
  const post = (mail: WrittenMail) =>
    sendRawMail(description, rawOf(mail), {
      from: mail.envelopeFrom ?? 'bounces@mta.example',
      to: mail.to ?? address,
    });
  return {
    address,
    rawOf,
    post,
    conversation,
    write: async (mail) => {
      await post(mail);
      const text = mail.shownAs ?? mail.text;
      const [event] = await helpdesk.waitFor(({ data }) => data.message?.text === text);
      const message = event?.data.message as Message;
      return { message, conversation: await conversation(message.conversationId) };
    },
    reply: async (conversationId, text) => {
      const replyId = randomUUID();
      const command = textReply(conversationId, replyId, text);
      const { status } = await replyByHttp(stack, conversationId, command);
      if (status !== 202) throw new Error(`the reply was answered ${status}`);
      await helpdesk.waitFor(
        ({ type, data }) => type.includes('.delivered.') && data.replyId === replyId,
      );
      return sentMail(description.providers['email'] ?? '', text);
    },
  };
}

function rawMail(mail: WrittenMail, address: string): string {
  const { from = 'Fred <fred@customer.example>', check = 'passed', messageId } = mail;
  return [
    ...checks[check],
    ...(mail.fromHeaders ?? [`From: ${from}`]),
    `To: ${address}`,
    'Date: Thu, 26 Nov 2026 23:00:00 +0000',
    `Message-ID: ${messageId ?? `<${randomUUID()}@mta.example>`}`,
    `Subject: ${mail.subject ?? 'Router'}`,
    ...(mail.headers ?? []),
    'MIME-Version: 1.0',
    `Content-Type: ${mail.contentType ?? 'text/plain'}; charset=utf-8`,
    '',
    mail.text,
  ].join('\r\n');
}

interface SimulatedMail {
  readonly to: string;
  readonly text: string;
  readonly messageId: string;
  readonly request: {
    readonly raw: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
  };
}

async function sentMail(provider: string, text: string): Promise<SentMail> {
  const all = (await (await fetch(`${provider}/_sent`)).json()) as SimulatedMail[];
  const sent = all.find((each) => each.text === text);
  if (!sent) throw new Error(`no mail was sent with the text ${text}`);
  const { to, messageId, request } = sent;
  const header = (name: string) =>
    request.headers.find((each) => each.name.toLowerCase() === name)?.value ?? '';
  const replyTo = /<([^<>]+)>\s*$/.exec(header('reply-to'))?.[1] ?? header('reply-to');
  return { to, messageId, raw: request.raw, header, replyTo };
}
