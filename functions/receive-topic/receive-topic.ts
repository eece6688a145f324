import { topics } from '#connectors/topics';
import type { AccountSetting } from '#shared/accounts';
import type { IngressItem } from '#shared/aws/queues/lanes';
import { ConnectorError } from '#shared/errors';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';

export interface ReceiveTopicDependencies {
  readonly connector: string;
  readonly accounts: readonly AccountSetting[];
  readonly enqueue: (items: readonly IngressItem[]) => Promise<void>;
  readonly now: () => Date;
}

/**
 * Takes one notification of a topic and queues its items; only then may it be deleted. The topic is trusted through
 * its policy and the queue's: the one takes from the service alone, the other from the topic alone.
 *
 * Throws `misconfigured` for a connector that receives by no topic.
 */
export function topicReceiver({ connector, accounts, enqueue, now }: ReceiveTopicDependencies) {
  const read = topics[connector];
  if (!read) throw new ConnectorError('misconfigured', `${connector} receives by no topic`);
  const own = accounts.filter((account) => account.connector === connector);
  return async (notification: string): Promise<void> => {
    const told = read(notification, own);
    if ('ignored' in told) {
      logger.info('notification ignored', { connector, reason: told.ignored });
      return;
    }
    const receivedAt = now().toISOString();
    failpoint('receive.beforeEnqueue');
    await enqueue(
      told.items.map(({ account, item }) => ({ ...item, connector, account, receivedAt })),
    );
    failpoint('receive.afterEnqueue');
  };
}
