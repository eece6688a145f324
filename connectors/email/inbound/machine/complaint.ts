import type { Account } from '#connectors/email/account';
import { cleanLine } from '#connectors/email/clean-text';
import { mailbox } from '#connectors/email/mailbox';
import { omitEmpty } from '#connectors/email/omit-empty';
import type {
  ChannelAlert,
  ChannelEvent,
  ChannelMessage,
  SenderStanding,
} from '#shared/connector/channel-event';
import { marketingMessages } from '#shared/model/consent';
import { recipientMark, revoked, type Status } from './statuses.ts';

/** A recipient's complaint about one of our mails. */
export interface Complaint {
  /** Names this complaint among those about the same mail. */
  readonly id: string;
  readonly sesId: string;
  readonly messageId?: string;
  readonly recipients: readonly string[];
  readonly account: Account;
  /** SES itself tells it, and not a mail. */
  readonly isProvider?: true;
  readonly standing: SenderStanding;
  readonly feedbackType?: string;
  readonly subType?: string;
  readonly occurredAt?: string;
}

/** Reports of these types say something else than that a person does not want our mail (RFC 5965, RFC 6591, RFC 6430). */
export function isComplaint(feedbackType: string | undefined): boolean {
  return !/^(?:not-spam|auth-failure)$/i.test(feedbackType?.trim() ?? '');
}

/**
 * The changes that a complaint makes: where one recipient is named, nothing goes to that address any more, and no advertising to
 * that customer, who is told of in the conversation of the mail. Several are named where the provider does not know
 * which of them complained: then it proves nothing.
 */
export function complaintOf(complaint: Complaint): ChannelEvent[] {
  const [recipient, ...others] = complaint.recipients;
  if (recipient === undefined || others.length > 0) return [];
  return [statusOf(complaint, recipient), noticeOf(complaint, recipient)];
}

/** Only what has arrived is complained about, unless SES did not try because of an earlier complaint. */
function statusOf(complaint: Complaint, recipient: string): Status {
  const { sesId, messageId, subType = '', occurredAt } = complaint;
  const common = {
    kind: 'status',
    id: `complaint:${complaint.id}:${recipientMark(recipient)}`,
    target: { providerMessageId: sesId, ...omitEmpty({ messageId }) },
    recipient,
    mayBeOnly: true,
    ...omitEmpty({ occurredAt }),
    ...revoked(recipient, 'complaint', evidenceOf(complaint)),
  } as const;
  if (!/suppress/i.test(subType)) return { ...common, status: 'delivered' };
  const title = `not tried: ${cleanLine(subType)}`;
  return {
    ...common,
    status: 'failed',
    errors: [
      { code: 'recipient_suppressed', title, providerCode: cleanLine(subType), retryable: false },
    ],
  };
}

function noticeOf(complaint: Complaint, recipient: string): ChannelMessage {
  const { id, sesId, account, standing, feedbackType, occurredAt } = complaint;
  const providerMessageId = `complaint:${id}:${recipientMark(recipient)}`;
  return {
    kind: 'message',
    channel: 'email',
    direction: 'inbound',
    visibility: 'private',
    providerMessageId,
    business: mailbox(account.address),
    customer: { identities: [mailbox(recipient)] },
    senderStanding: standing,
    thread: { key: providerMessageId, follows: [{ providerMessageId: sesId, proof: 'secret' }] },
    joinsOnly: complaint.isProvider ? true : 'as_only_recipient',
    inReplyToProviderMessageId: sesId,
    content: {
      type: 'notice',
      kind: 'complaint',
      details: { feedbackType: feedbackType === undefined ? null : cleanLine(feedbackType) },
    },
    text: 'The recipient reported our mail as unwanted.',
    attachments: [],
    automated: true,
    opensReplyWindow: false,
    consent: {
      category: marketingMessages,
      state: 'revoked',
      source: 'complaint',
      evidence: evidenceOf(complaint),
    },
    ...omitEmpty({ occurredAt }),
  };
}

function evidenceOf({ feedbackType }: Complaint): string {
  const type = cleanLine(feedbackType ?? '').slice(0, 100);
  return ['complaint', type].filter(Boolean).join(': ');
}

/** People must know of every complaint, also of one that does not say who complained. */
export function complaintAlert(complaint: Complaint): ChannelAlert {
  const { id, sesId, messageId, recipients, feedbackType, subType, occurredAt } = complaint;
  return {
    kind: 'alert',
    id: `${sesId}:Complaint:${id}`,
    channel: 'email',
    code: 'complaint',
    title: 'a recipient reported our mail as unwanted',
    details: {
      providerMessageId: sesId,
      ...omitEmpty({ messageId }),
      feedbackType: feedbackType ?? null,
      subType: subType ?? null,
      recipients,
    },
    ...omitEmpty({ occurredAt }),
  };
}
