import { describe, expect, it } from 'vitest';
import { accountTag } from '#connectors/email/account-tag';
import { readNotification } from '#connectors/email/sns';
import { accounts, received } from './inbox.ts';

const read = (value: unknown) =>
  readNotification(typeof value === 'string' ? value : JSON.stringify(value), accounts);

function itemsOf(value: unknown) {
  const routed = read(value);
  if ('ignored' in routed) throw new Error(`ignored: ${routed.ignored}`);
  return routed.items;
}

const event = (mail: object) => ({
  eventType: 'Send',
  send: {},
  mail: {
    messageId: 'ses1',
    source: 'help@acme.example',
    destination: ['Anna@customer.example'],
    ...mail,
  },
});

describe('a received mail', () => {
  it('becomes one item with the place of its bytes', () => {
    expect(itemsOf(received())).toEqual([
      {
        account: 'main',
        item: expect.objectContaining({
          groupKey: ['help@acme.example', 'anna@customer.example'],
          deduplicationId: 'receipt1:help@acme.example',
        }),
        raw: { bucket: 'mail', key: 'inbound/receipt1' },
      },
    ]);
  });

  it('for two of our inboxes becomes one item for each', () => {
    const items = itemsOf(received({ recipients: ['help@acme.example', 'sales@acme.example'] }));
    expect(items.map(({ account }) => account)).toEqual(['main', 'sales']);
    expect(new Set(items.map(({ item }) => item.deduplicationId)).size).toBe(2);
  });

  it('for two labels of one inbox becomes one item', () => {
    const items = itemsOf(
      received({ recipients: ['HELP+r.a.b@acme.example', 'help@acme.example'] }),
    );
    expect(items.map(({ account }) => account)).toEqual(['main']);
  });

  it('goes to the inbox with the longest matching address', () => {
    const both = [
      ...accounts,
      { account: 'europe', settings: { address: 'help+eu@acme.example' } },
    ];
    const routed = readNotification(
      JSON.stringify(received({ recipients: ['help+eu+x@acme.example'] })),
      both,
    );
    expect(routed).toMatchObject({ items: [{ account: 'europe' }] });
  });

  it('for nobody here goes to quarantine and is not forgotten', () => {
    const items = itemsOf(
      received({ recipients: ['someone@else.example', 'helper@acme.example'] }),
    );
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      account: 'unrouted',
      item: { unreadable: 'none of the recipients is an inbox of ours' },
      raw: { key: 'inbound/receipt1' },
    });
  });

  it('without an object in S3 goes to quarantine', () => {
    const [only] = itemsOf(received({ action: { type: 'SNS' } }));
    expect(only?.item.unreadable).toContain('S3 action');
  });

  it('is read inside the envelope of SNS as well', () => {
    const wrapped = { Type: 'Notification', Message: JSON.stringify(received()) };
    expect(itemsOf(wrapped)).toEqual(itemsOf(received()));
  });
});

describe('an event', () => {
  it('is grouped with the mail of the same customer', () => {
    const [only] = itemsOf(event({}));
    expect(only?.item.groupKey).toEqual(['help@acme.example', 'anna@customer.example']);
    expect(only?.raw).toBeUndefined();
  });

  it('is routed by our tag before the source address', () => {
    const tags = { switchboard_account: [accountTag('sales@acme.example')] };
    expect(itemsOf(event({ tags }))[0]?.account).toBe('sales');
  });

  it('of a mail that other software sent is ignored', () => {
    expect(read(event({ source: 'news@acme.example' }))).toEqual({
      ignored: 'event_of_a_mail_not_ours',
    });
  });

  it('has a deduplication id that tells two events of one mail apart', () => {
    const ids = [event({}), { ...event({}), eventType: 'Delivery' }].map(
      (each) => itemsOf(each)[0]?.item.deduplicationId,
    );
    expect(new Set(ids).size).toBe(2);
  });
});

describe('what AWS says about the wiring', () => {
  it.each([
    ['Successfully validated SNS topic for Amazon SES event publishing.', 'ses_topic_test'],
    ['"Successfully validated SNS topic for Amazon SES event publishing."', 'ses_topic_test'],
    [{ Event: 's3:TestEvent', Bucket: 'mail' }, 's3_test_event'],
    [
      received({
        action: { type: 'S3', bucketName: 'mail', objectKey: 'in/AMAZON_SES_SETUP_NOTIFICATION' },
      }),
      'ses_setup_notification',
    ],
    [{ Type: 'SubscriptionConfirmation', Token: 't' }, 'sns_handshake'],
  ])('%j is ignored by name', (value, reason) => {
    expect(read(value)).toEqual({ ignored: reason });
  });
});

it.each(['{', '[]', '12', '{"hello":1}', '""'])(
  '%s, which nobody can read, goes to quarantine',
  (text) => {
    expect(itemsOf(text)[0]?.item).toMatchObject({
      unreadable: expect.any(String),
      payload: { text },
    });
  },
);
