import type { AcceptedMail } from './email-accept.ts';
import type { SimulatedAccount, SimulatedStatus, SimulatorWorld } from './simulator.ts';
import { publishRequest } from './sns-publish.ts';

/** SES's mailbox simulator: what is sent there bounces, or is answered out of office. */
const bounceMailbox = 'bounce@simulator.amazonses.com';
const outOfOfficeMailbox = 'ooto@simulator.amazonses.com';

/**
 * Publishes what a configuration set with an SNS destination would: `Send`, then `Delivery` or `Bounce`. Without
 * `eventsTopicArn` in the account's settings nothing listens, and nothing is published.
 */
export function publishEvents(
  mail: AcceptedMail,
  account: SimulatedAccount,
  world: SimulatorWorld,
): void {
  if (typeof account.settings['eventsTopicArn'] !== 'string') return;
  accepted(world).set(mail.messageId, { mail, account });
  const outcome = mail.to === bounceMailbox ? 'failed' : 'delivered';
  world.later(20, async () => {
    await publish(mail, account, world, 'sent');
    await publish(mail, account, world, outcome);
    if (mail.to === outOfOfficeMailbox) await publish(mail, account, world, 'answered');
  });
}

/** Tells `sent`, `delivered`, `failed` or `answered` of a mail that was sent, asked for by hand; the code is a bounce's type. */
export async function report(
  { messageId, status, code }: SimulatedStatus,
  world: SimulatorWorld,
): Promise<number | undefined> {
  const known = accepted(world).get(messageId);
  return known && publish(known.mail, known.account, world, status, code);
}

/** Mails whose events somebody listens to; gone when the simulator stops. */
const worlds = new WeakMap<SimulatorWorld, Map<string, Accepted>>();
interface Accepted {
  readonly mail: AcceptedMail;
  readonly account: SimulatedAccount;
}

function accepted(world: SimulatorWorld): Map<string, Accepted> {
  const mails = worlds.get(world) ?? new Map<string, Accepted>();
  worlds.set(world, mails);
  return mails;
}

function publish(
  mail: AcceptedMail,
  { settings, webhookUrl }: SimulatedAccount,
  world: SimulatorWorld,
  status: string,
  code = 'Permanent/General',
): Promise<number> {
  const at = world.now().toISOString();
  const told = { sent, delivered, failed, answered }[status];
  if (!told)
    throw new Error(`no status "${status}"; there are sent, delivered, failed and answered`);
  const event = JSON.stringify({ ...told(mail, at, code), mail: mailOf(mail) });
  return world.deliver(publishRequest(webhookUrl, String(settings['eventsTopicArn']), event));
}

const sent = () => ({ eventType: 'Send', send: {} });

function delivered({ recipients }: AcceptedMail, timestamp: string) {
  return {
    eventType: 'Delivery',
    delivery: {
      timestamp,
      processingTimeMillis: 20,
      recipients,
      smtpResponse: '250 2.0.0 OK',
      reportingMTA: 'a1-1.smtp-out.eu-west-1.amazonses.com',
    },
  };
}

function failed(mail: AcceptedMail, timestamp: string, code: string) {
  const [bounceType = '', bounceSubType = 'General'] = code.split('/');
  return {
    eventType: 'Bounce',
    bounce: {
      bounceType,
      bounceSubType,
      bouncedRecipients: mail.recipients.map((emailAddress) => ({
        emailAddress,
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      })),
      timestamp,
      feedbackId: `${mail.messageId}-feedback`,
      reportingMTA: 'dsn; a1-1.smtp-out.eu-west-1.amazonses.com',
    },
  };
}

/** An automatic answer, which SES calls a bounce (AWS: mailbox simulator). */
function answered({ messageId, recipients }: AcceptedMail, timestamp: string) {
  return {
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Transient',
      bounceSubType: 'General',
      bouncedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
      timestamp,
      feedbackId: `${messageId}-answer`,
    },
  };
}

function mailOf({
  messageId,
  from,
  recipients,
  headers,
  tags,
  subject,
  sentAt,
}: AcceptedMail): object {
  return {
    timestamp: sentAt.toISOString(),
    source: from,
    sourceArn: `arn:aws:ses:eu-west-1:000000000000:identity/${from.split('@')[1] ?? ''}`,
    sendingAccountId: '000000000000',
    messageId,
    destination: recipients,
    headersTruncated: false,
    headers,
    commonHeaders: { from: [from], to: recipients, messageId, subject },
    tags: { 'ses:configuration-set': ['local'], ...tags },
  };
}
