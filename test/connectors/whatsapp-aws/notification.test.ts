import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/whatsapp/parser';
import { readNotification } from '#connectors/whatsapp-aws/sns';
import type { ChannelMessage } from '#shared/connector/channel-event';
import * as conversation from '#test/connectors/whatsapp/signed-webhook';
import { hasCorpus } from '#test/support/connectors/fixtures';
import { account, itemsOf, notificationOf, routedOf, settings } from './notification.ts';

const root = join(import.meta.dirname, '../../..');

interface Body {
  readonly object?: unknown;
  readonly entry?: unknown;
}

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const own = globSync(join(root, 'test/fixtures/whatsapp/*.json')).map(
  (file) => (json(file) as { webhook: Body }).webhook,
);
const recorded = globSync(join(root, '../shared/corpus/whatsapp/**/*.json'))
  .map((file) => json(file) as Body)
  .filter((body) => body?.object === 'whatsapp_business_account');

const entriesOf = ({ entry }: Body): object[] =>
  (Array.isArray(entry) ? entry : []).filter((each) => typeof each === 'object' && each !== null);

const text = {
  from: '491701234567',
  id: 'wamid.answer',
  timestamp: '1795305600',
  type: 'text',
  text: { body: 'that one' },
  context: { from: '4930901820', id: 'wamid.asked' },
};
const entryWith = (value: object, phoneNumberId = settings.address) => ({
  id: '900800700600',
  changes: [
    {
      field: 'messages',
      value: {
        messaging_product: 'whatsapp',
        metadata: { phone_number_id: phoneNumberId, display_phone_number: '4930901820' },
        ...value,
      },
    },
  ],
});
const accounts = [
  { account: 'one', settings },
  { account: 'two', settings: { ...settings, address: '999' } },
];
const read = (notification: unknown, known = accounts) => {
  const told = readNotification(
    typeof notification === 'string' ? notification : JSON.stringify(notification),
    known,
  );
  return 'items' in told ? told.items : told;
};

describe('a webhook that AWS passes on', () => {
  it('gives the items that Meta itself would have given, of our fixtures and of the corpus', () => {
    let compared = 0;
    for (const entry of [...own, ...recorded].flatMap(entriesOf)) {
      const fromMeta = conversation.itemsOf({
        object: 'whatsapp_business_account',
        entry: [entry],
      });
      const fromAws = itemsOf(notificationOf(entry));
      // Everything but the verdict about a number that nobody has: over Meta's webhook the URL names the account.
      expect(fromAws.map(({ unreadable: _, ...item }) => item)).toEqual(
        fromMeta.map(({ unreadable: _, ...item }) => item),
      );
      compared += fromMeta.length;
    }
    console.log(`aws: ${own.length} fixtures, ${recorded.length} corpus bodies, ${compared} items`);
    expect(compared).toBeGreaterThan(50);
    expect(recorded.length > 0).toBe(hasCorpus);
  });

  it('says what it answers: the context of AWS does not take the place of the message’s own', async () => {
    const [item] = itemsOf(notificationOf(entryWith({ messages: [text] })));
    expect(item?.payload).toMatchObject({ message: { context: text.context } });
    const [event] = await parse({ payload: item?.payload, account });
    expect((event as ChannelMessage).inReplyToProviderMessageId).toBe('wamid.asked');
    expect(JSON.stringify(item)).not.toContain('MetaPhoneNumberIds');
  });

  it('is the same with and without raw delivery', () => {
    const notification = notificationOf(entryWith({ messages: [text] }));
    const envelope = { Type: 'Notification', Message: JSON.stringify(notification) };
    expect(itemsOf(envelope)).toEqual(itemsOf(notification));
    expect(itemsOf(envelope)).toHaveLength(1);
  });
});

describe('the account of an item', () => {
  it('is that of the number its change names, whatever AWS names beside it', () => {
    const entry = {
      id: '900800700600',
      changes: [
        ...entryWith({ messages: [text] }, '999').changes,
        ...entryWith({ messages: [{ ...text, id: 'wamid.other' }] }).changes,
      ],
    };
    const items = routedOf(notificationOf(entry));
    expect(items.map(({ account: name }) => name)).toEqual(['999', settings.address]);
    expect(items.every(({ item }) => item.unreadable === undefined)).toBe(true);
  });

  it('is that of the number AWS names for news of the whole account', () => {
    const news = { id: '9', changes: [{ field: 'account_update', value: { event: 'X' } }] };
    expect(read(notificationOf(news))).toMatchObject([{ account: 'one' }]);
    const context = { MetaWabaIds: [{ wabaId: '9' }], MetaPhoneNumberIds: [] };
    expect(read(notificationOf(news, { context }), accounts.slice(0, 1))).toMatchObject([
      { account: 'one' },
    ]);
    expect(read(notificationOf(news, { context }))).toMatchObject([
      { account: 'unrouted', item: { unreadable: expect.stringContaining('account_update') } },
    ]);
  });

  it('is nobody’s for a number that is not configured: kept aside, and not dropped', () => {
    const entry = entryWith({ messages: [text] }, '12345');
    expect(read(notificationOf(entry))).toMatchObject([
      {
        account: 'unrouted',
        item: {
          payload: { message: { id: 'wamid.answer' } },
          unreadable: expect.stringContaining('12345'),
        },
      },
    ]);
  });
});

describe('what is no webhook', () => {
  it.each([
    'plain words',
    '[]',
    '"text"',
    '{}',
    '{"whatsAppWebhookEntry":"{broken"}',
    '{"whatsAppWebhookEntry":"[]"}',
    '{"whatsAppWebhookEntry":null}',
    '{"Type":"Notification","Message":"{broken"}',
    '{"Type":"Notification"}',
  ])('is kept aside whole, with the reason: %s', (body) => {
    const items = read(body);
    expect(items).toMatchObject([
      { account: 'unrouted', item: { payload: { notification: body } } },
    ]);
    const [{ item } = { item: undefined }] = Array.isArray(items) ? items : [];
    expect(item?.unreadable).toBeTruthy();
    expect(read(body)).toEqual(items);
  });

  it('is acknowledged when it is only about the subscription', () => {
    expect(read('{"Type":"SubscriptionConfirmation","Token":"x"}')).toEqual({
      ignored: 'sns_handshake',
    });
  });

  it('is read where AWS should one day not write JSON into a string', () => {
    const entry = entryWith({ messages: [text] });
    expect(itemsOf(notificationOf(entry, { whatsAppWebhookEntry: entry }))).toEqual(
      itemsOf(notificationOf(entry)),
    );
  });
});
