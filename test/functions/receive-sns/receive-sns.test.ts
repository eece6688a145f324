import { describe, expect, it } from 'vitest';
import { readNotification } from '#connectors/whatsapp-aws/sns';
import { snsReceiver } from '#functions/receive-sns/receive-sns';
import type { AccountSetting } from '#shared/accounts';
import type { IngressItem } from '#shared/aws/queues/lanes';
import { IngressMessage } from '#shared/model/ingress';
import { notificationOf, settings } from '#test/connectors/whatsapp/aws-notification';

const setting = (connector: string, account: string, address: string): AccountSetting => ({
  connector,
  account,
  publicUrl: `https://hooks.example/webhooks/${connector}/${account}`,
  apiUrl: 'https://social-messaging.{region}.amazonaws.com',
  settings: { ...settings, address },
});
const accounts = [
  setting('whatsapp-aws', 'shop', settings.address),
  // Meta's own door for the same number: nothing of ours.
  setting('whatsapp', 'main', '999'),
];
const entry = (phoneNumberId: string, ...ids: readonly string[]) => ({
  id: '900800700600',
  changes: [
    {
      field: 'messages',
      value: {
        metadata: { phone_number_id: phoneNumberId },
        messages: ids.map((id) => ({
          id,
          from: '491701234567',
          type: 'text',
          text: { body: id },
        })),
      },
    },
  ],
});

function open(enqueue?: (items: readonly IngressItem[]) => Promise<void>) {
  const queued: IngressItem[] = [];
  const receive = snsReceiver({
    connector: 'whatsapp-aws',
    read: readNotification,
    accounts,
    enqueue: enqueue ?? (async (items) => void queued.push(...items)),
    now: () => new Date('2026-11-21T10:00:00.000Z'),
  });
  return { queued, receive: (body: unknown) => receive(JSON.stringify(body)) };
}

describe('receive-sns', () => {
  it('queues every message of a notification for the account of its number', async () => {
    const { queued, receive } = open();
    await receive(notificationOf(entry(settings.address, 'wamid.1', 'wamid.2')));
    expect(queued).toMatchObject([
      {
        connector: 'whatsapp-aws',
        account: 'shop',
        receivedAt: '2026-11-21T10:00:00.000Z',
        deduplicationId: 'wamid.1',
        groupKey: [settings.address, '491701234567'],
      },
      { deduplicationId: 'wamid.2' },
    ]);
    for (const { groupKey: _, ...item } of queued) {
      expect(IngressMessage.safeParse(item).success).toBe(true);
    }
  });

  it('queues what it cannot read or give to anybody for the quarantine, the other connector’s too', async () => {
    const { queued, receive } = open();
    await receive('nonsense');
    await receive(notificationOf(entry('999', 'wamid.other')));
    expect(queued.map(({ unreadable }) => typeof unreadable)).toEqual(['string', 'string']);
  });

  it('fails when the items are not queued: the notification comes again', async () => {
    const { receive } = open(async () => {
      throw new Error('SQS is away');
    });
    await expect(receive(notificationOf(entry(settings.address, 'wamid.1')))).rejects.toThrow(
      'SQS is away',
    );
  });

  it('queues nothing of what is only about the subscription', async () => {
    const { queued, receive } = open();
    await receive({ Type: 'UnsubscribeConfirmation' });
    expect(queued).toEqual([]);
  });
});
