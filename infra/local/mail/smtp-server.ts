import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { readHeaders } from './mail-headers.ts';
import { type MailStore, type MailStoreOptions, openMailStore } from './mail-store.ts';
import { receivedMail } from './received-mail.ts';
import { type AskedVerdicts, wrongVerdict } from './verdicts.ts';

export interface SmtpServerOptions extends MailStoreOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Mailboxes that receive (their `+` labels too); `@domain` receives everything of a domain. */
  readonly recipients: readonly string[];
  /** The results of the checks that the simulator of SES is asked for, at the time of a mail. */
  readonly verdicts?: () => Promise<AskedVerdicts>;
  /** The clock of SES, which the simulator can move; our own when absent. */
  readonly now?: () => Promise<Date>;
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** As SES has it: 40 MB, headers included. */
const largestMail = 40 * 1024 * 1024;

/** An SMTP answer with its code. */
class SmtpFault extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/**
 * Stands for SES's receiving side on loopback: takes mail by SMTP, stores it in the bucket and publishes on the topic,
 * as a receipt rule with an S3 action and a topic does. The 250 is sent only after both, as with SES.
 */
export async function startSmtpServer(options: SmtpServerOptions): Promise<SmtpServer> {
  const store = openMailStore(options);
  const recipients = new Set(options.recipients.map((recipient) => recipient.toLowerCase()));
  const server = new SMTPServer({
    banner: 'Switchboard local mail',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestMail,
    logger: false,
    onRcptTo: ({ address }, _session, done) => done(refusal(address, recipients)),
    onData: (stream, session, done) => {
      takeMail(stream, session, store, options).then(
        (id) => done(null, `OK ${id}`),
        (fault: unknown) => done(asFault(fault)),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve());
  });
  // A broken connection of one client is no reason to stop.
  server.on('error', () => undefined);
  return {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    stop: async () => {
      await new Promise<void>((resolve) => server.close(resolve));
      store.close();
    },
  };
}

async function takeMail(
  stream: Readable & { sizeExceeded?: boolean },
  session: SMTPServerSession,
  store: MailStore,
  { verdicts, now }: Pick<SmtpServerOptions, 'verdicts' | 'now'>,
): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) throw new SmtpFault(552, `mail exceeds ${largestMail} bytes`);
  const { mailFrom, rcptTo } = session.envelope;
  const envelope = {
    raw: Buffer.concat(chunks),
    from: mailFrom ? mailFrom.address : '',
    recipients: rcptTo.map(({ address }) => address),
    client: { name: session.hostNameAppearsAs, address: session.remoteAddress },
    now: (await now?.()) ?? new Date(),
  };
  const wrong = wrongVerdict(readHeaders(envelope.raw));
  if (wrong !== undefined) throw new SmtpFault(554, wrong);
  const mail = receivedMail(envelope, await verdicts?.());
  await store.keep(mail);
  return mail.messageId;
}

function refusal(address: string, recipients: ReadonlySet<string>): SmtpFault | null {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  const base = local.split('+', 1)[0] ?? '';
  const known = [`${local}@${domain}`, `${base}@${domain}`, `@${domain}`];
  return known.some((each) => recipients.has(each)) ? null : new SmtpFault(550, 'no such mailbox');
}

/** Every fault of storing is temporary: the sender keeps the mail and tries again. */
function asFault(fault: unknown): SmtpFault {
  return fault instanceof SmtpFault ? fault : new SmtpFault(451, 'could not store the mail');
}
