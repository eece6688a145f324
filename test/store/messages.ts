import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';

export const origin = {
  connector: 'whatsapp',
  account: 'main',
  receivedAt: '2026-11-21T10:00:00.000Z',
  replyWindowHours: 24,
};

const business: Identity = {
  channel: 'whatsapp',
  kind: 'phone',
  scope: '',
  address: '106540352242922',
};

export function phone(address: string): Identity {
  return { channel: 'whatsapp', kind: 'phone', scope: '', address };
}

/** A text message of a customer, as a connector would parse it. */
export function textMessage(
  id: string,
  text: string,
  overrides: Partial<ChannelMessage> = {},
): ChannelMessage {
  return {
    kind: 'message',
    channel: 'whatsapp',
    direction: 'inbound',
    visibility: 'private',
    providerMessageId: id,
    business,
    customer: { identities: [phone('16505551234')], displayName: 'Ada' },
    occurredAt: '2026-11-21T09:59:58.000Z',
    content: { type: 'text', text },
    text,
    attachments: [],
    ...overrides,
  };
}

export function status(
  providerMessageId: string,
  value: 'sent' | 'delivered' | 'read' | 'failed',
): ChannelUpdate {
  return {
    kind: 'status',
    id: `${providerMessageId}:${value}`,
    target: { providerMessageId },
    occurredAt: '2026-11-21T10:00:05.000Z',
    status: value,
  };
}
