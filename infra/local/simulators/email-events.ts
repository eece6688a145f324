import type { AcceptedMail } from './email-accept.ts';
import type { SimulatedAccount, SimulatorWorld } from './simulator.ts';
import { publishRequest } from './sns-publish.ts';

/** SES's mailbox simulator: what is sent there bounces. */
const bounceMailbox = 'bounce@simulator.amazonses.com';

/**
 * Publishes what a configuration set with an SNS destination would: `Send`, then `Delivery` or `Bounce`. Without
 * `eventsTopicArn` in the account's settings nothing listens, and nothing is published.
 */
export function publishEvents(
  mail: AcceptedMail,
  account: SimulatedAccount,
  world: SimulatorWorld,
): void {
  const topicArn = account.settings['eventsTopicArn'];
  if (typeof topicArn !== 'string') return;
  const publish = (event: object) =>
    world.deliver(publishRequest(account.webhookUrl, topicArn, JSON.stringify(event)));
  world.later(20, async () => {
    await publish({ eventType: 'Send', mail: mailOf(mail), send: {} });
    await publish(outcome(mail, world.now().toISOString()));
  });
}

function outcome(mail: AcceptedMail, timestamp: string): object {
  if (mail.to !== bounceMailbox) {
    return {
      eventType: 'Delivery',
      mail: mailOf(mail),
      delivery: {
        timestamp,
        processingTimeMillis: 20,
        recipients: mail.recipients,
        smtpResponse: '250 2.0.0 OK',
        reportingMTA: 'a1-1.smtp-out.eu-west-1.amazonses.com',
      },
    };
  }
  return {
    eventType: 'Bounce',
    mail: mailOf(mail),
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
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
