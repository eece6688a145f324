import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { StackDescription } from '#infra/local/description';
import { accountOf } from '#test/support/webhooks/signed-webhooks';

export interface Letter {
  readonly from: string;
  readonly text: string;
  readonly subject?: string;
  readonly messageId?: string;
  readonly date?: Date;
  readonly to?: string;
  readonly attachments?: readonly { readonly filename: string; readonly content: Buffer }[];
}

/** Hands a mail to the mail door by SMTP; resolves with the code of the server's answer. */
export async function sendMail(stack: StackDescription, letter: Letter): Promise<number> {
  const to = accountOf(stack, 'email').address;
  return handOver(stack, {
    to,
    subject: 'Hello',
    ...letter,
    attachments: [...(letter.attachments ?? [])],
  });
}

/** Hands a mail over byte by byte, to the envelope's recipient. */
export async function sendRawMail(
  stack: StackDescription,
  raw: string | Buffer,
  envelope: { readonly from: string; readonly to: string },
): Promise<number> {
  return handOver(stack, { raw, envelope });
}

async function handOver(
  { smtp }: StackDescription,
  mail: Parameters<InstanceType<typeof Mailer>['sendMail']>[0],
): Promise<number> {
  const transport = new Mailer(new SMTPTransport({ ...smtp, secure: false, ignoreTLS: true }));
  try {
    const { response } = await transport.sendMail(mail);
    return Number(response.slice(0, 3));
  } finally {
    transport.close();
  }
}
