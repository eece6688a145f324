import { readNotification } from '#connectors/email/sns';
import type { AccountSetting } from '#shared/accounts';
import type { IngressItem } from '#shared/aws/queues/lanes';
import type { TopicItem } from '#shared/connector/topic';
import { logger } from '#shared/logger';

export interface ReceiveEmailDependencies {
  readonly accounts: readonly AccountSetting[];
  /** Where SES stores mails; no notification names another one. */
  readonly mailBucket: string;
  readonly enqueue: (items: readonly IngressItem[]) => Promise<void>;
  readonly now: () => Date;
}

/**
 * Takes one notification of SES (a mail that was stored, or what became of one of ours) and queues its items. SES
 * is trusted through the queue's and the topic's policies: nobody else can put anything there.
 */
export function emailReceiver({ accounts, mailBucket, enqueue, now }: ReceiveEmailDependencies) {
  return async (notification: string): Promise<void> => {
    const routed = readNotification(notification, accounts);
    if ('ignored' in routed) {
      logger.info('notification ignored', { reason: routed.ignored });
      return;
    }
    const receivedAt = now().toISOString();
    const items = routed.items.map(({ account, item, raw }) => ({
      ...item,
      connector: 'email',
      account,
      receivedAt,
      ...placed(raw, mailBucket),
    }));
    await enqueue(items);
  };
}

/** Where the mail is. What else we keep in S3 must not become a mail because a notification names it. */
function placed(raw: TopicItem['raw'], mailBucket: string): Partial<IngressItem> {
  if (!raw) return {};
  if (raw.bucket === mailBucket) return { raw };
  const unreadable = `the mail is said to be in the bucket ${raw.bucket}; allowed: ${mailBucket}`;
  return { unreadable };
}
