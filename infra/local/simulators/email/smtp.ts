import { randomUUID } from 'node:crypto';
import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import { domainOf } from './address.ts';
import { composed, type Letter } from './letter.ts';

const Settings = z.object({ smtpHost: z.string(), smtpPort: z.number().int() });

/** Sends a customer's mail to our SMTP server and resolves with its Message-ID and the server's reply code. */
export async function deliverMail(
  letter: Letter,
  world: SimulatorWorld,
): Promise<{ providerMessageId: string; status: number }> {
  const account = world.accounts.find(
    (each) => letter.account === undefined || each.account === letter.account,
  );
  if (!account) throw new BadCall(`no email account ${letter.account ?? ''} to write to`);
  const messageId = `<${randomUUID()}@${domainOf(letter.from) || 'customer.example'}>`;
  const mail = { ...composed(letter, account), messageId, date: world.now() };
  return { providerMessageId: messageId.slice(1, -1), status: await send(mail, account) };
}

/** Hands a raw mail to our SMTP server; resolves with its reply code. */
export function handOver(
  raw: Buffer,
  envelope: { readonly from: string; readonly to: string[] },
  account: SimulatedAccount,
): Promise<number> {
  return send({ raw, envelope }, account);
}

async function send(
  mail: Parameters<InstanceType<typeof Mailer>['sendMail']>[0],
  { settings }: SimulatedAccount,
): Promise<number> {
  const { smtpHost, smtpPort } = Settings.parse(settings);
  const transport = new Mailer(
    new SMTPTransport({ host: smtpHost, port: smtpPort, secure: false, ignoreTLS: true }),
  );
  try {
    const sending = transport.sendMail(mail);
    return await sending.then(({ response }) => Number(response.slice(0, 3)), refusedWith);
  } finally {
    transport.close();
  }
}

/** The code with which the SMTP server has refused. Throws a fault that is no answer of it. */
function refusedWith(fault: unknown): number {
  const status = fault instanceof Error ? Reflect.get(fault, 'responseCode') : undefined;
  if (typeof status === 'number') return status;
  throw fault;
}
