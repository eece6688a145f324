import * as z from 'zod';
import type { Account } from '#connectors/email/account';
import { tagNames } from '#connectors/email/account-tag';
import { Bounce, isUnexplained, Recipient } from '#connectors/email/bounce';
import { cleanLine } from '#connectors/email/clean-text';
import { readAddress } from '#connectors/email/mail-address';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { SesEvent, SesMail } from '#connectors/email/ses-schema';
import type { ChannelEvent, ChannelUpdate } from '#shared/connector/channel-event';
import { isoTimeOf } from '#shared/iso-time';
import type { DeliveryError, DeliveryStatus } from '#shared/model/delivery-status';
import {
  type Complaint as ComplaintTold,
  complaintAlert,
  complaintOf,
  isComplaint,
} from './machine/complaint.ts';
import { delayOf, isOtherFault, longestDiagnostic } from './machine/status-code.ts';
import {
  diagnosticsOf,
  recipientMark,
  type Status,
  undeliverable,
  unsubscribed,
} from './machine/statuses.ts';

const Complaint = z.object({
  complaintFeedbackType: z.string().nullish(),
  complaintSubType: z.string().nullish(),
  complainedRecipients: z.array(Recipient).default([]),
  timestamp: z.string().optional(),
  feedbackId: z.string().optional(),
});
const Delivery = z.object({
  recipients: z.array(z.string()).default([]),
  timestamp: z.string().optional(),
});
const DeliveryDelay = z.object({
  delayType: z.string().optional(),
  delayedRecipients: z.array(Recipient).default([]),
  expirationTime: z.string().optional(),
  timestamp: z.string().optional(),
});
const Failure = z.object({ errorMessage: z.string().optional(), reason: z.string().optional() });

/** An address at which SES, or the account, refuses to try at all. */
const suppressed = /suppress|unsubscribed/i;

/**
 * Reads what SES tells of a mail we sent (event publishing and identity feedback). `Delivery` means that the other
 * server took it, not that a person read it. Opens and clicks are not passed on: they are pixels and redirects.
 */
export function parseEvent(event: SesEvent, account: Account): ChannelEvent[] {
  const type = event.eventType ?? event.notificationType ?? '';
  switch (type) {
    case 'Send':
      return [statusUpdate(event.mail, type, 'sent', undefined, event.mail.timestamp)];
    case 'DeliveryDelay':
      return delays(event.mail, DeliveryDelay.parse(event['deliveryDelay']));
    case 'Delivery':
      return deliveries(event.mail, Delivery.parse(event['delivery']));
    case 'Bounce':
      return bounces(event.mail, Bounce.parse(event['bounce']));
    case 'Reject':
    case 'Rendering Failure':
      return rejection(event.mail, type, Failure.parse(event['reject'] ?? event['failure'] ?? {}));
    case 'Complaint':
      return complaint(event.mail, Complaint.parse(event['complaint']), account);
    default:
      return [{ kind: 'ignored', reason: `ses_event_${type.replaceAll(' ', '_').toLowerCase()}` }];
  }
}

function deliveries(
  mail: SesMail,
  { recipients, timestamp }: z.infer<typeof Delivery>,
): ChannelEvent[] {
  return orOne(recipients).map((recipient) =>
    statusUpdate(mail, 'Delivery', 'delivered', recipient, timestamp),
  );
}

/** A delay is no status of its own: the mail stays sent, and says why it has not arrived. */
function delays(mail: SesMail, delay: z.infer<typeof DeliveryDelay>): ChannelEvent[] {
  const { delayType, delayedRecipients, expirationTime, timestamp } = delay;
  return orOne(delayedRecipients).map((recipient) => {
    const { status, diagnosticCode: diagnostic } = recipient ?? {};
    const error = delayOf({ status, diagnostic }, expirationTime);
    return {
      // Each delay is told once, however often SES repeats it: a mail may be delayed for a day.
      ...statusUpdate(mail, 'DeliveryDelay', 'sent', recipient?.emailAddress, timestamp),
      errors: [delayType === undefined ? error : { ...error, providerCode: cleanLine(delayType) }],
      metadata: diagnosticsOf({ status, diagnostic }),
    };
  });
}

function bounces(mail: SesMail, bounce: Bounce): ChannelEvent[] {
  if (isUnexplained(bounce)) return [unexplained(mail, bounce)];
  const { bouncedRecipients, timestamp } = bounce;
  return orOne(bouncedRecipients).map((recipient) => ({
    ...statusUpdate(mail, 'Bounce', 'failed', recipient?.emailAddress, timestamp),
    errors: [bounceError(bounce)],
    metadata: diagnosticsOf({ status: recipient?.status, diagnostic: recipient?.diagnosticCode }),
    ...hardBounce(bounce, recipient),
  }));
}

/**
 * SES bounces for good also what a policy or a full mailbox refused; the code or the words of the server tell them apart.
 * A recipient who unsubscribed by SES's own list gets no advertising any more, and is written to otherwise.
 */
function hardBounce(
  { bounceType, bounceSubType }: Bounce,
  recipient: Recipient | undefined,
): Pick<Status, 'consent' | 'consentOf'> {
  const address = readAddress(recipient?.emailAddress ?? '');
  if (bounceType !== 'Permanent' || address === undefined) return {};
  if (bounceSubType === 'UnsubscribedRecipient') return unsubscribed(address, bounceSubType);
  const { status, diagnosticCode: diagnostic } = recipient ?? {};
  const isListed = /^(?:Suppressed|OnAccountSuppressionList)$/.test(bounceSubType);
  const isRefused = /^(?:General|NoEmail)$/.test(bounceSubType);
  const isOfAddress = isListed || (isRefused && !isOtherFault({ status, diagnostic }));
  if (!isOfAddress) return {};
  const words = diagnostic ?? `${bounceType}/${bounceSubType}`;
  return undeliverable(address, { status, diagnostic: words });
}

/** The mail most likely arrived, so it did not fail; it may have been a bounce after all, so people must know. */
function unexplained(mail: SesMail, bounce: Bounce): ChannelEvent {
  const { title, providerCode } = bounceError(bounce);
  const time = isoTime(bounce.timestamp);
  return {
    kind: 'alert',
    id: `${mail.messageId}:Bounce:${bounce.feedbackId ?? '-'}`,
    channel: 'email',
    code: 'unexplained_bounce',
    title: `${title}; nothing says that the mail did not arrive`,
    details: {
      ...targetOf(mail),
      providerCode,
      recipients: bounce.bouncedRecipients.map(({ emailAddress }) => emailAddress),
    },
    ...(time === undefined ? {} : { occurredAt: time }),
  };
}

/** An event without recipients speaks of the mail as a whole. */
function orOne<Item>(items: readonly Item[]): readonly (Item | undefined)[] {
  return items.length > 0 ? items : [undefined];
}

/** Transient bounces are reported only after SES has stopped trying; another mail may get through. */
function bounceError({ bounceType, bounceSubType }: Bounce): DeliveryError {
  const permanent = bounceType === 'Permanent';
  return {
    code: suppressed.test(bounceSubType)
      ? 'recipient_suppressed'
      : permanent
        ? 'undeliverable'
        : 'undelivered',
    title: cleanLine(`bounced: ${bounceType}, ${bounceSubType}`),
    providerCode: cleanLine(`${bounceType}/${bounceSubType}`),
    retryable: !permanent,
  };
}

function rejection(
  mail: SesMail,
  type: string,
  { reason, errorMessage }: z.infer<typeof Failure>,
): ChannelEvent[] {
  const title = cleanLine(reason ?? errorMessage ?? type).slice(0, longestDiagnostic);
  const { destination = [] } = mail;
  return orOne(destination.length > 1 ? destination : []).map((recipient) => ({
    ...statusUpdate(mail, type, 'failed', recipient, mail.timestamp),
    errors: [{ code: 'request_rejected', title, providerCode: type, retryable: false }],
  }));
}

/**
 * Reads a spam complaint. SES lists every recipient at that domain: only where it lists one is it known who complained.
 */
function complaint(
  mail: SesMail,
  told: z.infer<typeof Complaint>,
  account: Account,
): ChannelEvent[] {
  const addresses = told.complainedRecipients.map(({ emailAddress }) => emailAddress);
  const read: ComplaintTold = {
    ...{
      id: told.feedbackId ?? '-',
      sesId: mail.messageId,
      account,
      standing: 'authenticated',
      isProvider: true,
    },
    recipients: addresses.map((address) => readAddress(address) ?? address),
    ...omitEmpty({
      messageId: targetOf(mail).messageId,
      feedbackType: told.complaintFeedbackType ?? undefined,
      subType: told.complaintSubType ?? undefined,
      occurredAt: isoTime(told.timestamp),
    }),
  };
  const isOfOne = addresses.length === 1 && readAddress(addresses[0] ?? '') !== undefined;
  return [
    complaintAlert(read),
    ...(isOfOne && isComplaint(read.feedbackType) ? complaintOf(read) : []),
  ];
}

function statusUpdate(
  mail: SesMail,
  type: string,
  status: DeliveryStatus,
  recipient: string | undefined,
  timestamp: string | undefined,
): Status {
  const all = [...new Set((mail.destination ?? []).map(nameOf))];
  return {
    kind: 'status',
    id: `${mail.messageId}:${type}:${recipientMark(recipient)}`,
    target: targetOf(mail),
    status,
    ...(all.length > 1 ? { recipients: all } : {}),
    ...omitEmpty({
      recipient: all.length > 1 && recipient !== undefined ? nameOf(recipient) : undefined,
      occurredAt: isoTime(timestamp),
    }),
  };
}

/** The name under which the parts of a mail go. */
function nameOf(recipient: string): string {
  return readAddress(recipient) ?? cleanLine(recipient);
}

function targetOf(mail: SesMail): ChannelUpdate['target'] {
  const messageId = mail.tags?.[tagNames.message]?.[0];
  return { providerMessageId: mail.messageId, ...(messageId === undefined ? {} : { messageId }) };
}

function isoTime(timestamp: string | undefined): string | undefined {
  return isoTimeOf(Date.parse(timestamp ?? ''));
}
