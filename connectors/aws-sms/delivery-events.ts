import type { DeliveryError, DeliveryStatus } from '#shared/model/delivery-status';

/** The meaning of an event: the status of the message, and the reason where it failed. */
export interface EventMeaning {
  readonly status: DeliveryStatus;
  readonly error?: DeliveryError;
  /** The account's registration or settings are the reason: the people who run it are told. */
  readonly accountTrouble?: true;
}

function failed(
  code: DeliveryError['code'],
  title: string,
  more: { readonly retryable?: true; readonly accountTrouble?: true } = {},
): EventMeaning {
  const { retryable = false, accountTrouble } = more;
  return {
    status: 'failed',
    error: { code, title, retryable },
    ...(accountTrouble ? { accountTrouble } : {}),
  };
}

const taken: EventMeaning = { status: 'sent' };
const passing = { retryable: true } as const;

/**
 * The events of an SMS, an MMS and an RCS message ("Event types for SMS, MMS, RCS, and voice"), without the prefix. An event that the
 * message is queued says no more than the answer to the send; it counts where that answer was lost.
 */
const meanings: ReadonlyMap<string, EventMeaning> = new Map([
  ['QUEUED', taken],
  ['PENDING', taken],
  ['SENT', taken],
  // "Accepted by the recipient's carrier". In some countries it stands for DELIVERED; the event does not tell in which.
  ['SUCCESSFUL', taken],
  ['DELIVERED', { status: 'delivered' }],
  ['READ', { status: 'read' }],
  ['FAILED', failed('not_delivered', 'not delivered, without a reason given')],
  ['BLOCKED', failed('recipient_unreachable', 'the phone or the carrier blocks our messages')],
  [
    'CARRIER_BLOCKED',
    failed('channel_misconfigured', 'the carrier filtered the message', { accountTrouble: true }),
  ],
  ['CARRIER_UNREACHABLE', failed('temporary_failure', 'the carrier was out of reach', passing)],
  ['INVALID', failed('recipient_unreachable', 'the recipient is not a valid number')],
  ['INVALID_MESSAGE', failed('content_not_supported', 'the content is not valid')],
  ['SPAM', failed('declined_by_channel', 'the carrier took the message for spam')],
  ['TTL_EXPIRED', failed('temporary_failure', 'not handed over within validitySeconds', passing)],
  ['UNREACHABLE', failed('temporary_failure', 'the phone was off or out of reach', passing)],
  ['UNKNOWN', failed('temporary_failure', 'failed for an unknown reason', passing)],
  [
    'PROTECT_BLOCKED',
    failed('recipient_country_blocked', 'a protect configuration of ours blocks this recipient'),
  ],
  [
    'FILE_INACCESSIBLE',
    failed('media_not_found', 'AWS could not read the file', { accountTrouble: true }),
  ],
  ['FILE_SIZE_EXCEEDED', failed('media_too_large', 'the file is too large for an MMS')],
  ['FILE_TYPE_UNSUPPORTED', failed('media_rejected', 'an MMS carries no file of this type')],
]);

/** Undefined for an event that is not one of an SMS, MMS or RCS message, or that no list has. */
export function meaningOf(eventType: string): EventMeaning | undefined {
  const [, name = ''] = /^(?:TEXT|MEDIA|RCS)_([A-Z_]+)$/.exec(eventType) ?? [];
  return meanings.get(name);
}
