import { place } from '#infra/local/place';
import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import { publishRequest } from '#infra/local/simulators/sns-publish';
import { domainOf } from './address.ts';
import { bounceReport, noMailbox } from './bounce.ts';
import { conditionsOf } from './conditions.ts';
import { feedbackMail } from './feedback-mail.ts';
import type { AcceptedMail, Telling } from './mail.ts';
import { sesId, sesServer } from './ses-id.ts';
import { handOver } from './smtp.ts';

/** One thing that SES tells of a mail. */
export interface MailEvent {
  /** The word that `POST /_status` takes for it. */
  readonly status: string;
  /** Those it is about; all when absent. */
  readonly recipients?: readonly string[];
  /** The type and subtype of a bounce. */
  readonly code?: string;
}

/** The events that SES can publish about a mail. */
const events: Readonly<Record<string, (telling: Telling) => object>> = {
  sent: () => ({ eventType: 'Send', send: {} }),
  delivered: ({ recipients, now }) => ({
    eventType: 'Delivery',
    delivery: {
      ...{ timestamp: now.toISOString(), processingTimeMillis: 20, recipients },
      ...{ smtpResponse: '250 2.0.0 OK', reportingMTA: sesServer },
    },
  }),
  failed: bounced,
  answered,
  rejected: () => ({ eventType: 'Reject', reject: { reason: 'Bad content' } }),
  complained,
  delayed,
};

export const statuses = Object.keys(events);

/**
 * Publishes one event, and sends it as a mail where SES forwards feedback. Without `eventsTopicArn` in the account's
 * settings no topic listens, and the answer is 404.
 */
export async function tell(
  mail: AcceptedMail,
  { status, recipients = mail.recipients, code = noMailbox }: MailEvent,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<number> {
  const telling = { mail, recipients, code, now: world.now() };
  const forwarded = conditionsOf(world).feedbackForwarding
    ? feedbackMail(status, telling)
    : undefined;
  if (forwarded)
    await handOver(Buffer.from(forwarded, 'latin1'), { from: '', to: [mail.from] }, account);
  const topicArn = account.settings['eventsTopicArn'];
  const write = events[status];
  if (typeof topicArn !== 'string' || write === undefined) return 404;
  const event = JSON.stringify({ ...write(telling), mail: mailOf(mail) });
  return world.deliver(publishRequest(account.webhookUrl, topicArn, event));
}

function bounced({ recipients, code, now }: Telling): object {
  const [bounceType, bounceSubType] = code.split('/');
  const report = bounceReport(code);
  return {
    eventType: 'Bounce',
    bounce: {
      ...{ bounceType, bounceSubType },
      bouncedRecipients: recipients.map((emailAddress) => ({
        ...{ emailAddress, action: 'failed', ...report },
      })),
      ...{
        timestamp: now.toISOString(),
        feedbackId: sesId(now),
        reportingMTA: `dsn; ${sesServer}`,
      },
    },
  };
}

/** An automatic answer, which SES calls a bounce (AWS: mailbox simulator). */
function answered({ recipients, now }: Telling): object {
  return {
    eventType: 'Bounce',
    bounce: {
      ...{ bounceType: 'Transient', bounceSubType: 'General' },
      bouncedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
      ...{ timestamp: now.toISOString(), feedbackId: sesId(now) },
    },
  };
}

/** Names every recipient at the domain: SES does not know which one complained. */
function complained({ mail, recipients, now }: Telling): object {
  const domains = new Set(recipients.map(domainOf));
  const possible = mail.recipients.filter((each) => domains.has(domainOf(each)));
  return {
    eventType: 'Complaint',
    complaint: {
      complainedRecipients: possible.map((emailAddress) => ({ emailAddress })),
      ...{ timestamp: now.toISOString(), feedbackId: sesId(now), complaintSubType: null },
      ...{ userAgent: 'Simulated feedback loop', complaintFeedbackType: 'abuse' },
      arrivalDate: now.toISOString(),
    },
  };
}

function delayed({ recipients, now }: Telling): object {
  const diagnosticCode = 'smtp; 452 4.2.2 mailbox full';
  return {
    eventType: 'DeliveryDelay',
    deliveryDelay: {
      ...{ timestamp: now.toISOString(), delayType: 'MailboxFull' },
      expirationTime: new Date(now.getTime() + 14 * 3600_000).toISOString(),
      delayedRecipients: recipients.map((emailAddress) => ({
        ...{ emailAddress, status: '4.2.2', diagnosticCode },
      })),
    },
  };
}

/** The mail itself, as every event tells it: with the headers that SES was given. */
function mailOf({
  messageId,
  from,
  to,
  cc,
  recipients,
  ownHeaders,
  tags,
  subject,
  sentAt,
}: AcceptedMail) {
  const copied = cc.length > 0 ? { cc } : {};
  return {
    timestamp: sentAt.toISOString(),
    source: from,
    sourceArn: `arn:aws:ses:${place.region}:${place.accountId}:identity/${domainOf(from)}`,
    sendingAccountId: place.accountId,
    messageId,
    destination: recipients,
    headersTruncated: false,
    headers: ownHeaders,
    commonHeaders: { from: [from], to: [to], ...copied, messageId, subject },
    tags: { 'ses:configuration-set': ['local'], 'ses:from-domain': [domainOf(from)], ...tags },
  };
}
