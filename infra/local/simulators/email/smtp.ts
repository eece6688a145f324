import { randomUUID } from 'node:crypto';
import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type { SimulatedInbound, SimulatorWorld } from '#infra/local/simulators/simulator';

const Settings = z.object({ smtpHost: z.string(), smtpPort: z.number().int() });

/** The fields of a mail beside those of every customer's message. */
export const MailFields = z.strictObject({
  subject: z.string().optional(),
  inReplyTo: z.string().optional(),
  references: z.array(z.string()).optional(),
  cc: z.array(z.string()).optional(),
  /** The recipient, when it is not the account's own address: a reply address with its token. */
  to: z.string().optional(),
});

type Mail = Omit<SimulatedInbound, 'more'> & z.infer<typeof MailFields>;

/** Sends a customer's mail to our SMTP server and resolves with its Message-ID and the server's reply code. */
export async function deliverMail(
  message: Mail,
  world: SimulatorWorld,
): Promise<{ providerMessageId: string; status: number }> {
  const account = world.accounts.find(
    (each) => message.account === undefined || each.account === message.account,
  );
  if (!account) throw new BadCall(`no email account ${message.account ?? ''} to write to`);
  const { smtpHost, smtpPort } = Settings.parse(account.settings);
  const messageId = `<${randomUUID()}@${message.from.split('@')[1] ?? 'customer.example'}>`;
  const transport = new Mailer(
    new SMTPTransport({ host: smtpHost, port: smtpPort, secure: false, ignoreTLS: true }),
  );
  const letter = { ...letterOf(message), to: message.to ?? account.address, messageId };
  const sending = transport.sendMail({ ...letter, date: world.now() });
  try {
    const status = await sending.then(({ response }) => Number(response.slice(0, 3)), refusedWith);
    return { providerMessageId: messageId.slice(1, -1), status };
  } finally {
    transport.close();
  }
}

function letterOf({ from, name = '', text, subject, inReplyTo, references, cc }: Mail) {
  return {
    from: { name, address: from },
    subject: subject ?? text.split('\n', 1)[0] ?? '',
    text,
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(references ? { references } : {}),
    ...(cc ? { headers: { cc: cc.join(', ') } } : {}),
  };
}

/** The code with which the SMTP server has refused. Throws a fault that is no answer of it. */
function refusedWith(fault: unknown): number {
  const status = fault instanceof Error ? Reflect.get(fault, 'responseCode') : undefined;
  if (typeof status === 'number') return status;
  throw fault;
}
