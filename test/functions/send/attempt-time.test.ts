import { describe, expect, it } from 'vitest';
import { senders } from '#connectors/senders';
import { attemptSeconds } from '#functions/send/upload';
import type { ReplyContent } from '#shared/model/reply-content';
import { targetIn } from '#shared/reply/target';

const limits = { attemptTimeoutSeconds: 15, uploadTimeoutSeconds: 45 };
const file = { url: 's3://archive/uploads/a.pdf', contentType: 'application/pdf' };
const text = { type: 'text', text: 'Hello' } as const;
const media = { type: 'media', ...file } as const;

const places = {
  email: { channel: 'email', kind: 'mailbox', settings: { address: 'help@acme.example' } },
  telegram: { channel: 'telegram', kind: 'user_id', settings: { address: '123456:shop_bot' } },
  whatsapp: { channel: 'whatsapp', kind: 'phone', settings: { address: '106540352242922' } },
} as const;

function secondsFor(connector: keyof typeof places, content: ReplyContent): number {
  const { channel, kind, settings } = places[connector];
  const identity = (address: string) => ({ channel, kind, scope: '', address });
  const target = targetIn({
    ...{ id: 'cnv_a', channel, visibility: 'private' },
    businessIdentity: identity(settings.address),
    customerIdentities: [identity(channel === 'email' ? 'ada@customer.example' : '491701234567')],
  });
  const sender = senders[connector];
  const reply = { messageId: 'm', replyId: 'r', content };
  const [request] = sender.render(reply, target, settings);
  return attemptSeconds(limits, sender, request);
}

describe('an attempt has', () => {
  it.each<[keyof typeof places, ReplyContent, number, string]>([
    ['email', text, 15, 'without a file'],
    ['email', { ...text, attachments: [file] }, 45, 'with a file in the mail'],
    ['email', media, 45, 'with a file in the mail'],
    ['telegram', text, 15, 'without a file'],
    ['telegram', media, 45, 'with a file in the call'],
    ['whatsapp', media, 15, 'with a file handed over before'],
  ])('by %s, with %j, %i seconds, %s', (connector, content, seconds) => {
    expect(secondsFor(connector, content)).toBe(seconds);
  });
});
