import * as z from 'zod';
import { tagNames } from '#connectors/email/account-tag';
import { Bounce, isUnexplained, Recipient } from '#connectors/email/bounce';
import { cleanLine } from '#connectors/email/clean-text';
import { readAddress } from '#connectors/email/mail-address';
import type { SesEvent, SesMail } from '#connectors/email/ses-schema';
import type { ChannelEvent, ChannelUpdate } from '#shared/connector/channel-event';
import { hashOf } from '#shared/ids';
import { isoTimeOf } from '#shared/iso-time';
import type { DeliveryError, DeliveryStatus } from '#shared/model/delivery-status';
import type { OwnMetadata } from '#shared/model/metadata-name';

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
const Failure = z.object({ errorMessage: z.string().optional(), reason: z.string().optional() });

/** An address at which SES, or the account, refuses to try at all. */
const suppressed = /suppress|unsubscribed/i;
const longestDiagnostic = 300;

/**
 * Reads what SES tells of a mail we sent (event publishing and identity feedback). `Delivery` means that the other
 * server took it, not that a person read it. Opens and clicks are not passed on: they are pixels and redirects.
 */
export function parseEvent(event: SesEvent): ChannelEvent[] {
  const type = event.eventType ?? event.notificationType ?? '';
  switch (type) {
    case 'Send':
      return [statusUpdate(event.mail, type, 'sent', undefined, event.mail.timestamp)];
    case 'Delivery':
      return deliveries(event.mail, Delivery.parse(event['delivery']));
    case 'Bounce':
      return bounces(event.mail, Bounce.parse(event['bounce']));
    case 'Reject':
    case 'Rendering Failure':
      return [
        rejection(event.mail, type, Failure.parse(event['reject'] ?? event['failure'] ?? {})),
      ];
    case 'Complaint':
      return [complaint(event.mail, Complaint.parse(event['complaint']))];
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

function bounces(mail: SesMail, bounce: Bounce): ChannelEvent[] {
  if (isUnexplained(bounce)) return [unexplained(mail, bounce)];
  const { bouncedRecipients, timestamp } = bounce;
  return orOne(bouncedRecipients).map((recipient) => ({
    ...statusUpdate(mail, 'Bounce', 'failed', recipient?.emailAddress, timestamp),
    errors: [bounceError(bounce)],
    metadata: diagnostics(recipient),
  }));
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

function diagnostics(recipient: Recipient | undefined): OwnMetadata {
  const { status, diagnosticCode } = recipient ?? {};
  const diagnostic = cleanLine(diagnosticCode ?? '').slice(0, longestDiagnostic);
  return {
    ...(status === undefined ? {} : { smtpStatus: cleanLine(status) }),
    ...(diagnostic === '' ? {} : { diagnostic }),
  };
}

function rejection(
  mail: SesMail,
  type: string,
  { reason, errorMessage }: z.infer<typeof Failure>,
): ChannelEvent {
  const title = cleanLine(reason ?? errorMessage ?? type).slice(0, longestDiagnostic);
  return {
    ...statusUpdate(mail, type, 'failed', undefined, mail.timestamp),
    errors: [{ code: 'request_rejected', title, providerCode: type, retryable: false }],
  };
}

/**
 * Makes an alert of a spam complaint. It does not prove who complained: SES lists every recipient at that domain.
 * People must know; the message stays as it is.
 */
function complaint(mail: SesMail, told: z.infer<typeof Complaint>): ChannelEvent {
  const time = isoTime(told.timestamp);
  return {
    kind: 'alert',
    id: `${mail.messageId}:Complaint:${told.feedbackId ?? '-'}`,
    channel: 'email',
    code: 'complaint',
    title: 'a recipient reported our mail as unwanted',
    details: {
      providerMessageId: mail.messageId,
      ...targetOf(mail),
      feedbackType: told.complaintFeedbackType ?? null,
      subType: told.complaintSubType ?? null,
      recipients: told.complainedRecipients.map(({ emailAddress }) => emailAddress),
    },
    ...(time === undefined ? {} : { occurredAt: time }),
  };
}

function statusUpdate(
  mail: SesMail,
  type: string,
  status: DeliveryStatus,
  recipient: string | undefined,
  timestamp: string | undefined,
): ChannelUpdate & { kind: 'status' } {
  const time = isoTime(timestamp);
  return {
    kind: 'status',
    id: `${mail.messageId}:${type}:${recipientMark(recipient)}`,
    target: targetOf(mail),
    status,
    ...(time === undefined ? {} : { occurredAt: time }),
  };
}

function targetOf(mail: SesMail): ChannelUpdate['target'] {
  const messageId = mail.tags?.[tagNames.message]?.[0];
  return { providerMessageId: mail.messageId, ...(messageId === undefined ? {} : { messageId }) };
}

/** Update ids are kept with the message; an address has no place in them. */
function recipientMark(recipient: string | undefined): string {
  if (recipient === undefined) return '-';
  return hashOf(readAddress(recipient) ?? recipient).slice(0, 16);
}

function isoTime(timestamp: string | undefined): string | undefined {
  return isoTimeOf(Date.parse(timestamp ?? ''));
}
