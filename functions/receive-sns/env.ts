import * as z from 'zod/mini';
import { AccountsVariable } from '#shared/accounts';
import { readEnv } from '#shared/env';
import { ConnectorError } from '#shared/errors';

const common = {
  ACCOUNTS: AccountsVariable,
  INGRESS_QUEUE_URL: z.url(),
  STATUSES_QUEUE_URL: z.url(),
};

/** The environment of a function whose notifications hold everything. */
export const ReceiveTopicEnv = z.object({
  ...common,
  CONNECTOR: z.string(),
  /** The queue that the topics fill. */
  TOPIC_QUEUE_URL: z.url(),
  /** The bucket in which an item too large for the queue waits. */
  ARCHIVE_BUCKET: z.string(),
});

/** The environment of a function whose notifications name the object in which SES stored a mail. */
export const ReceiveMailEnv = z.object({
  ...common,
  /** The queue that the topics fill. */
  MAIL_QUEUE_URL: z.url(),
  /** The bucket in which SES stores mails. */
  MAIL_BUCKET: z.string(),
});

/** The two kinds of function name their queue differently, which tells them apart. */
const OfMail = z.object({ MAIL_QUEUE_URL: z.optional(z.string()) });

/** Reads the environment of either kind. Throws `misconfigured`, as `readEnv` does, and for another connector's. */
export function readSnsEnv(connector: string) {
  if (readEnv(OfMail).MAIL_QUEUE_URL === undefined) {
    const env = readEnv(ReceiveTopicEnv);
    if (env.CONNECTOR !== connector) {
      throw new ConnectorError(
        'misconfigured',
        `CONNECTOR: ${env.CONNECTOR}, allowed: ${connector}`,
      );
    }
    return { ...env, QUEUE_URL: env.TOPIC_QUEUE_URL, MAIL_BUCKET: undefined };
  }
  const env = readEnv(ReceiveMailEnv);
  return { ...env, QUEUE_URL: env.MAIL_QUEUE_URL, ARCHIVE_BUCKET: undefined };
}
