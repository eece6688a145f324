import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import { replyToken, tokenAlias } from '#connectors/email/reply-token';
import { parse as parseStatus } from '#connectors/email/status-parser';
import { unsubscribeUrl } from '#connectors/email/unsubscribe';
import { unsubscribeLink } from '#connectors/email/unsubscribe-link';

const key = 'a key of at least sixteen letters';
const account = { address: 'help@shop.example' };
const conversation = 'a'.repeat(26);
const receivedAt = '2026-11-27T10:00:00.000Z';

const linkOf = (recipient: string, messageId = `msg_${conversation}_7`) =>
  unsubscribeUrl({
    ...{ recipient, messageId, key },
    publicUrl: 'https://api.example/webhooks/email/shop',
  });

const read = (url: string, keys = [key]) =>
  unsubscribeLink.read(
    { token: url.split('/').at(-1) ?? '', receivedAt },
    { account, credentials: keys.map((replyTokenKey) => ({ replyTokenKey })) },
  );

describe('the link of a mail that unsubscribes', () => {
  it('becomes a notice in the conversation of that mail, found by the name the mail registered', async () => {
    const item = read(linkOf('Ada@Customer.example'));
    const [message] = await parse({ payload: item?.payload, account });
    expect(message).toMatchObject({
      ...{ kind: 'message', direction: 'inbound', text: '[unsubscribed]' },
      customer: { identities: [{ channel: 'email', address: 'ada@customer.example' }] },
      thread: {
        follows: [
          {
            providerMessageId: tokenAlias(replyToken(`cnv_${conversation}`, account.address, key)),
            proof: 'secret',
          },
        ],
      },
      content: { type: 'notice', kind: 'unsubscribed' },
      opensReplyWindow: false,
      consent: {
        ...{ category: 'marketing_messages', state: 'revoked', source: 'unsubscribe' },
        sender: account.address,
      },
    });
  });

  it('is one message however often it is followed, and another for another mail or recipient', async () => {
    const idOf = async (url: string) => {
      const [message] = await parse({ payload: read(url)?.payload, account });
      return message?.kind === 'message' ? message.providerMessageId : undefined;
    };
    const first = await idOf(linkOf('ada@customer.example'));
    expect(first).toBeDefined();
    expect(await idOf(linkOf('ada@customer.example'))).toBe(first);
    expect(await idOf(linkOf('bob@customer.example'))).not.toBe(first);
    expect(await idOf(linkOf('ada@customer.example', `msg_${conversation}_8`))).not.toBe(first);
  });

  it('is none when no valid key has signed it, or what it names cannot be ours', () => {
    expect(read(linkOf('ada@customer.example'), ['another key of sixteen'])).toBeUndefined();
    expect(read(linkOf('ada@customer.example'), ['another key of sixteen', key])).toBeDefined();
    expect(read(linkOf('no address'))).toBeUndefined();
    expect(read(linkOf('ada@customer.example', 'msg_other_1'))).toBeUndefined();
  });
});

describe('the parser of statuses alone', () => {
  const mail = { messageId: 'ses-1', destination: ['ada@customer.example'], tags: {} };
  const event = { eventType: 'Delivery', mail, delivery: { recipients: ['ada@customer.example'] } };

  it('reads the events that the parser of mails reads, alike', async () => {
    const input = { payload: { kind: 'event', event }, account };
    const events = await parseStatus(input);
    expect(events).toMatchObject([{ kind: 'status', status: 'delivered' }]);
    expect(events).toEqual(await parse(input));
  });

  it('refuses everything else as unreadable', () => {
    for (const payload of [{ kind: 'mail' }, { kind: 'unsubscribe' }, {}, null]) {
      expect(() => parseStatus({ payload, account })).toThrow(/the payload/);
    }
  });
});
