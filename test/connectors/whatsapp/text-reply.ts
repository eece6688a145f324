import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import { account } from './signed-webhook.ts';

export function reply(text: string): OutboundReply {
  return { messageId: 'msg_1', replyId: 'r1', content: { type: 'text', text } };
}

export function target(change: Partial<ReplyTarget> = {}): ReplyTarget {
  return {
    channel: 'whatsapp',
    visibility: 'private',
    conversationId: 'cnv_1',
    businessIdentity: {
      channel: 'whatsapp',
      kind: 'sender_id',
      scope: '',
      address: account.address,
    },
    customerIdentities: [
      { channel: 'whatsapp', kind: 'phone', scope: '', address: '491701234567' },
      { channel: 'whatsapp', kind: 'bsuid', scope: '', address: 'DE.44' },
    ],
    providerMessageIds: [],
    ...change,
  };
}
