import { randomUUID } from 'node:crypto';
import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import * as z from 'zod';
import type { SimulatedInbound, SimulatorWorld } from './simulator.ts';

const Settings = z.object({ smtpHost: z.string(), smtpPort: z.number().int() });

/** A mail program's letter. More than text comes from tests, which reach this function through the simulator. */
export interface SimulatedMail extends SimulatedInbound {
  readonly subject?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  /** Where it goes, when not to the account's own address: a reply address with its token. */
  readonly to?: string;
}

/** Sends a customer's mail to our door by SMTP and resolves with its Message-ID; rejects when the door refuses it. */
export async function deliverMail(
  message: SimulatedMail,
  world: SimulatorWorld,
): Promise<{ providerMessageId: string; status: number }> {
  const account = world.accounts.find(
    (each) => message.account === undefined || each.account === message.account,
  );
  if (!account) throw new Error(`no email account ${message.account ?? ''} to write to`);
  const { smtpHost, smtpPort } = Settings.parse(account.settings);
  const messageId = `<${randomUUID()}@${message.from.split('@')[1] ?? 'customer.example'}>`;
  const transport = new Mailer(
    new SMTPTransport({ host: smtpHost, port: smtpPort, secure: false, ignoreTLS: true }),
  );
  try {
    const sent = await transport.sendMail({
      from: { name: message.name ?? '', address: message.from },
      to: message.to ?? account.address,
      subject: message.subject ?? message.text.split('\n', 1)[0] ?? '',
      text: message.text,
      messageId,
      ...(message.inReplyTo ? { inReplyTo: message.inReplyTo } : {}),
      ...(message.references ? { references: [...message.references] } : {}),
      date: world.now(),
    });
    return { providerMessageId: messageId.slice(1, -1), status: Number(sent.response.slice(0, 3)) };
  } finally {
    transport.close();
  }
}
