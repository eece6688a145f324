import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { receivesMail } from '#connectors/capabilities';
import { forward } from '#shared/aws/queues/forward';
import type { Queue } from '#shared/aws/queues/queue';
import { parsedJson } from '#shared/json';
import { logger } from '#shared/logger';
import type { Parsers } from './normalize.ts';

interface Forwarding {
  /** The queue of `normalize-mail`; undefined in that function itself, and in a stage without mail accounts. */
  readonly mail: Queue | undefined;
  readonly parsers: Parsers;
}

type Handle = (record: SQSRecord) => Promise<void>;

const Item = z.object({ connector: z.string() });

/**
 * Hands items of mail that stand on `ingress.fifo` on to the queue for mail: during a deployment the receiving function
 * of the earlier release still puts them there. Group and deduplication id stay, so one that is handed on twice is
 * handled once, and one sender's mails keep their order among each other.
 */
export function forwardingMail({ mail, parsers }: Forwarding, handle: Handle): Handle {
  if (!mail) return handle;
  return async (record) => {
    const { connector = '' } = Item.safeParse(parsedJson(record.body)).data ?? {};
    if (parsers[connector] || !receivesMail(connector)) return handle(record);
    await forward(mail, record);
    logger.info('item handed on', { connector, messageId: record.messageId });
  };
}
