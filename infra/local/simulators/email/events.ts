import type {
  SimulatedAccount,
  SimulatorWorld,
  StatusReport,
} from '#infra/local/simulators/simulator';
import { publishRequest } from '#infra/local/simulators/sns-publish';
import type { AcceptedMail } from './accept.ts';

/** SES's mailbox simulator: mail to it bounces, or is answered out of office. */
const bounceMailbox = 'bounce@simulator.amazonses.com';
const outOfOfficeMailbox = 'ooto@simulator.amazonses.com';

/** The events that SES can publish about a mail, by the word that `POST /_status` takes for each. */
type EventWriter = (mail: AcceptedMail, timestamp: string, code: string) => object;
const events: Readonly<Record<string, EventWriter>> = {
  sent: () => ({ eventType: 'Send', send: {} }),
  delivered: ({ recipients }, timestamp) => ({
    eventType: 'Delivery',
    delivery: {
      timestamp,
      processingTimeMillis: 20,
      recipients,
      smtpResponse: '250 2.0.0 OK',
      reportingMTA: 'a1-1.smtp-out.eu-west-1.amazonses.com',
    },
  }),
  failed: bounce,
  answered,
  rejected: () => ({ eventType: 'Reject', reject: { reason: 'Bad content' } }),
  refusedByConnector: ({ recipients, messageId }, timestamp) => ({
    eventType: 'Complaint',
    problem: {
      complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
      timestamp,
      feedbackId: `${messageId}-feedback`,
      complaintFeedbackType: 'abuse',
    },
  }),
  delayed: ({ recipients }, timestamp) => ({
    eventType: 'DeliveryDelay',
    deliveryDelay: {
      timestamp,
      delayType: 'MailboxFull',
      delayedRecipients: recipients.map((emailAddress) => ({ emailAddress, status: '4.2.2' })),
    },
  }),
};

export const statuses = Object.keys(events);

/** The usual type and subtype of a bounce: there is no such mailbox. */
const noMailbox = 'Permanent/General';

/** Milliseconds from the send to each event. */
const delays = { sent: 20, outcome: 120, answer: 220 };

/**
 * Schedules the events that a configuration set with an SNS destination would publish: `Send`, then `Delivery` or
 * `Bounce`, and an answer.
 */
export function oweEvents(mail: AcceptedMail, account: SimulatedAccount, world: SimulatorWorld) {
  const outcome = mail.to === bounceMailbox ? 'failed' : 'delivered';
  world.report(delays.sent, () => publishEvent(mail, { status: 'sent' }, account, world));
  world.report(delays.outcome, () => publishEvent(mail, { status: outcome }, account, world));
  if (mail.to !== outOfOfficeMailbox) return;
  world.report(delays.answer, () => publishEvent(mail, { status: 'answered' }, account, world));
}

/**
 * Publishes one event; the code of a bounce is its type and subtype. Without `eventsTopicArn` in the account's settings
 * no topic listens, and the answer is 404.
 */
export async function publishEvent(
  mail: AcceptedMail,
  { status, code = noMailbox }: Pick<StatusReport, 'status' | 'code'>,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<number> {
  const topicArn = account.settings['eventsTopicArn'];
  const write = events[status];
  if (typeof topicArn !== 'string' || write === undefined) return 404;
  const event = { ...write(mail, world.now().toISOString(), String(code)), mail: mailOf(mail) };
  return world.deliver(publishRequest(account.webhookUrl, topicArn, JSON.stringify(event)));
}

function bounce({ recipients, messageId }: AcceptedMail, timestamp: string, code: string): object {
  const [bounceType, bounceSubType] = code.split('/');
  const [status, diagnosticCode] =
    bounceType === 'Permanent'
      ? ['5.1.1', 'smtp; 550 5.1.1 user unknown']
      : ['4.4.7', 'smtp; 450 4.4.7 try again later'];
  return {
    eventType: 'Bounce',
    bounce: {
      ...{ bounceType, bounceSubType },
      bouncedRecipients: recipients.map((emailAddress) => ({
        ...{ emailAddress, action: 'failed', status, diagnosticCode },
      })),
      timestamp,
      feedbackId: `${messageId}-feedback`,
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
