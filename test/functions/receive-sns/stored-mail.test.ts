import { describe, expect, it } from 'vitest';
import { readNotification } from '#connectors/email/sns';
import { snsReceiver } from '#functions/receive-sns/receive-sns';
import type { IngressItem } from '#shared/aws/queues/lanes';
import { accounts, received } from '#test/connectors/email/inbox';

function open(
  { mailBucket }: { readonly mailBucket: string | undefined } = { mailBucket: 'mail' },
) {
  const queued: IngressItem[] = [];
  const receive = snsReceiver({
    connector: 'email',
    read: readNotification,
    accounts: accounts.map((each) => ({
      ...{ ...each, connector: 'email', publicUrl: '', apiUrl: '' },
    })),
    mailBucket,
    enqueue: async (items) => void queued.push(...items),
    now: () => new Date('2026-11-21T10:00:00.000Z'),
  });
  return { queued, receive: (notification: unknown) => receive(JSON.stringify(notification)) };
}

const storedIn = (action: object) => received({ action: { type: 'S3', ...action } });

describe('receive-sns, of a mail that is stored', () => {
  it('queues a mail with the place where SES stored it', async () => {
    const { queued, receive } = open();
    await receive(storedIn({ bucketName: 'mail', objectKey: 'inbound/receipt1' }));
    expect(queued).toMatchObject([
      { account: 'main', raw: { bucket: 'mail', key: 'inbound/receipt1' } },
    ]);
    expect(queued[0]?.unreadable).toBeUndefined();
  });

  it.each(['archive', 'mail2', 'somebody-elses', '__proto__'])(
    'lets no notification have an object of the bucket %s read as a mail',
    async (bucketName) => {
      const { queued, receive } = open();
      await receive(storedIn({ bucketName, objectKey: 'raw/2026-11-21/whatsapp/main/1.json' }));
      expect(queued).toHaveLength(1);
      expect(queued[0]?.raw).toBeUndefined();
      expect(queued[0]?.unreadable).toBe(
        `the mail is said to be in the bucket ${bucketName}; allowed: mail`,
      );
    },
  );

  it('lets no notification name a bucket where no mail is stored', async () => {
    const { queued, receive } = open({ mailBucket: undefined });
    await receive(storedIn({ bucketName: 'mail', objectKey: 'inbound/receipt1' }));
    expect(queued.map(({ raw }) => raw)).toEqual([undefined]);
    expect(queued[0]?.unreadable).toBe('the mail is said to be in the bucket mail; allowed: none');
  });
});
