import type { AccountSetting } from '#shared/accounts';
import type { IngressItem } from '#shared/aws/queues/lanes';
import type { ReadTopic, TopicItem } from '#shared/connector/topic';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';

export interface ReceiveSnsDependencies {
  readonly connector: string;
  readonly read: ReadTopic;
  readonly accounts: readonly AccountSetting[];
  /** The bucket in which SES stores mails; no notification names another one. Absent: no notification names any. */
  readonly mailBucket?: string | undefined;
  readonly enqueue: (items: readonly IngressItem[]) => Promise<void>;
  readonly now: () => Date;
}

/**
 * Takes one notification of a topic and queues its items; only then may it be deleted. The topic is trusted through
 * its policy and the queue's: the one takes from the service alone, the other from the topic alone.
 */
export function snsReceiver(dependencies: ReceiveSnsDependencies) {
  const { connector, read, accounts, mailBucket, enqueue, now } = dependencies;
  const own = accounts.filter((account) => account.connector === connector);
  return async (notification: string): Promise<void> => {
    const told = read(notification, own);
    if ('ignored' in told) {
      logger.info('notification ignored', { connector, reason: told.ignored });
      return;
    }
    const receivedAt = now().toISOString();
    const items = told.items.map(({ account, item, raw }) => ({
      ...item,
      ...{ connector, account, receivedAt },
      ...storedMail(raw, mailBucket),
    }));
    failpoint('receive.beforeEnqueue');
    await enqueue(items);
    failpoint('receive.afterEnqueue');
  };
}

/** Says where the mail is. What else we keep in S3 must not become a mail because a notification names it. */
function storedMail(raw: TopicItem['raw'], mailBucket: string | undefined): Partial<IngressItem> {
  if (!raw) return {};
  if (raw.bucket === mailBucket) return { raw };
  const allowed = mailBucket ?? 'none';
  return { unreadable: `the mail is said to be in the bucket ${raw.bucket}; allowed: ${allowed}` };
}
