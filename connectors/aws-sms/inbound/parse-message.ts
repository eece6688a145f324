import type { ChannelMessage } from '#shared/connector/channel-event';
import { isoTimeOf } from '#shared/iso-time';
import { jsonOf, omitUndefined } from '#shared/json';
import type { Identity } from '#shared/model/identity';
import { readOptOut } from './opt-out.ts';
import type { InboundMessage } from './payload.ts';

/**
 * A customer's message. AWS tells no time of it, so the time counts at which SNS got it; without an envelope of SNS,
 * the time of receipt.
 */
export function parseMessage({ message, publishedAt }: InboundMessage): ChannelMessage {
  const { originationNumber, destinationNumber, inboundMessageId } = message;
  const body = message['messageBody'];
  // NUL characters, which some handsets send, are taken by no database of a helpdesk.
  const text = typeof body === 'string' ? body.replaceAll('\u0000', '').toWellFormed() : '';
  return {
    kind: 'message',
    channel: 'sms',
    direction: 'inbound',
    visibility: 'private',
    providerMessageId: inboundMessageId,
    business: identityOf(destinationNumber),
    customer: { identities: [identityOf(originationNumber)] },
    content:
      typeof body === 'string'
        ? { type: 'text', text }
        : { type: 'unsupported', providerType: 'sms', raw: jsonOf(message) },
    text,
    attachments: [],
    ...omitUndefined({
      occurredAt: publishedAt === undefined ? undefined : isoTimeOf(Date.parse(publishedAt)),
      inReplyToProviderMessageId: message.previousPublishedMessageId,
    }),
    ...readOptOut({ text, keyword: message.messageKeyword }, destinationNumber),
  };
}

function identityOf(address: string): Identity {
  return { channel: 'sms', kind: kindOf(address), scope: '', address };
}

function kindOf(address: string): Identity['kind'] {
  if (/^\+\d+$/.test(address)) return 'phone';
  return /^\d{3,8}$/.test(address) ? 'short_code' : 'sender_id';
}
