import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { StackDescription } from '#infra/local/description';
import { accountOf } from './signed-webhooks.ts';

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
  const transport = new Mailer(
    new SMTPTransport({ ...stack.smtp, secure: false, ignoreTLS: true }),
  );
  try {
    const to = accountOf(stack, 'email').address;
    const { response } = await transport.sendMail({
      to,
      subject: 'Hello',
      ...letter,
      attachments: [...(letter.attachments ?? [])],
    });
    return Number(response.slice(0, 3));
  } finally {
    transport.close();
  }
}
