import * as core from 'zod/v4/core';
import type { AccountSetting } from '#shared/accounts';
import type { TopicItem, TopicNotification } from '#shared/connector/topic';
import type { WebhookItem } from '#shared/connector/webhook';
import { hashOf } from '#shared/ids';
import { jsonText } from '#shared/json';
import { Account } from './account.ts';
import { accountTag, tagNames } from './account-tag.ts';
import { Bounce, isUnexplained } from './bounce.ts';
import { readAddress } from './mail-address.ts';
import { isOwnMailbox } from './own-mailbox.ts';
import { Received, SesEvent, type SesMail } from './ses-schema.ts';
import { unwrapNotification } from './webhook/notification-envelope.ts';

/** The account name of an item that belongs to no configured account; such an item is always `unreadable`. */
const unrouted = 'unrouted';

interface Mailbox {
  readonly name: string;
  readonly settings: Account;
}

/**
 * Reads the text of one SNS message (raw delivery or wrapped) into items for the ingress queue. Pure; it throws only
 * when an account's own settings are malformed.
 *
 * A mail becomes one item for each of our inboxes in `receipt.recipients`: the envelope, never the headers, tells whom
 * a mail reached (Bcc, forwards). A notification that cannot be read or routed becomes an `unreadable` item for the
 * quarantine, because SES does not deliver twice what was acknowledged.
 */
export function readNotification(
  text: string,
  accounts: readonly Pick<AccountSetting, 'account' | 'settings'>[],
): TopicNotification {
  const unwrapped = unwrapNotification(text);
  if (unwrapped.kind === 'ignored') return { ignored: unwrapped.reason };
  if (unwrapped.kind === 'unreadable') return { items: [unreadableItem(text, unwrapped.reason)] };
  const mailboxes = accounts.map(({ account, settings }) => ({
    name: account,
    settings: core.parse(Account, settings),
  }));
  const received = core.safeParse(Received, unwrapped.value);
  if (received.success) return { items: mailItems(received.data, mailboxes) };
  const event = core.safeParse(SesEvent, unwrapped.value);
  if (event.success && isOutboundEvent(event.data)) return eventItem(event.data, mailboxes);
  return { items: [unreadableItem(text, 'not a notification of SES that we know')] };
}

function mailItems({ mail, receipt }: Received, mailboxes: readonly Mailbox[]): TopicItem[] {
  const owners = new Set(receipt.recipients.map((each) => ownerOf(each, mailboxes)));
  const sender = readAddress(mail.commonHeaders?.from?.[0] ?? '') ?? mail.source ?? '';
  const { bucketName, objectKey } = receipt.action;
  const raw = bucketName && objectKey ? { bucket: bucketName, key: objectKey } : undefined;
  return [...owners].map((owner) => {
    const inbox = owner?.settings.address ?? unrouted;
    const reason = unreadableReason(owner, raw);
    return {
      account: owner?.name ?? unrouted,
      item: {
        groupKey: [inbox, sender],
        deduplicationId: `${mail.messageId}:${inbox}`,
        payload: { kind: 'mail', inbox, notification: { mail, receipt } },
        ...(reason === undefined ? {} : { unreadable: reason }),
      },
      ...(raw === undefined ? {} : { raw }),
    };
  });
}

function unreadableReason(owner: Mailbox | undefined, raw: object | undefined): string | undefined {
  if (!owner) return 'none of the recipients is an inbox of ours';
  if (!raw) return 'the receipt rule stored no object: it needs an S3 action with this topic';
  return undefined;
}

/** The account with the longest address wins: `help+eu@` is more to the point than `help@`. */
function ownerOf(recipient: string, mailboxes: readonly Mailbox[]): Mailbox | undefined {
  const address = readAddress(recipient);
  if (!address) return undefined;
  return mailboxes
    .filter(({ settings }) => isOwnMailbox(address, settings))
    .sort((one, other) => other.settings.address.length - one.settings.address.length)[0];
}

function isOutboundEvent(event: SesEvent): boolean {
  return event.eventType !== undefined || event.notificationType !== undefined;
}

const statusEvents: ReadonlySet<string> = new Set([
  'Send',
  'Delivery',
  'DeliveryDelay',
  'Reject',
  'Rendering Failure',
]);

/**
 * True when parse-event.ts reads an event as statuses of a mail. A complaint is an alert, and so is a bounce that
 * explains nothing; an event of a new type is unknown.
 */
function isStatusEvent(type: string, { bounce }: SesEvent): boolean {
  if (type !== 'Bounce') return statusEvents.has(type);
  const read = Bounce.safeParse(bounce);
  return read.success && !isUnexplained(read.data);
}

/** Makes the item of an event. Events of mail that other software sent from this AWS account are ignored. */
function eventItem(event: SesEvent, mailboxes: readonly Mailbox[]): TopicNotification {
  const { mail } = event;
  const owner = taggedOwner(mail, mailboxes) ?? ownerOf(mail.source ?? '', mailboxes);
  if (!owner) return { ignored: 'event_of_a_mail_not_ours' };
  const recipient = readAddress(mail.destination?.[0] ?? '') ?? '';
  const type = event.eventType ?? event.notificationType ?? '';
  const item: WebhookItem = {
    groupKey: [owner.settings.address, recipient],
    deduplicationId: `${mail.messageId}:${type}:${hashOf(jsonText(event))}`,
    payload: { kind: 'event', event },
    ...(isStatusEvent(type, event) ? { isStatus: true } : {}),
  };
  return { items: [{ account: owner.name, item }] };
}

function taggedOwner(mail: SesMail, mailboxes: readonly Mailbox[]): Mailbox | undefined {
  const tag = mail.tags?.[tagNames.account]?.[0];
  return mailboxes.find(({ settings }) => accountTag(settings.address) === tag);
}

function unreadableItem(text: string, reason: string): TopicItem {
  const deduplicationId = hashOf(text);
  return {
    account: unrouted,
    item: {
      groupKey: [unrouted, deduplicationId],
      deduplicationId,
      payload: { kind: 'unreadable', text },
      unreadable: reason,
    },
  };
}
