import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { splitBody } from '#connectors/whatsapp/webhook/items';
import { lanes } from '#shared/aws/queues/lanes';

export const phoneNumberId = '106540352242922';

/** A status as Meta writes it. */
export interface MetaStatus {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

export interface Laned {
  /** The calls that sent a batch, and the bodies in each. */
  readonly statuses: readonly string[][];
  readonly ingress: readonly string[][];
  /** The groups of what went to the queue of statuses. */
  readonly groups: readonly string[];
}

/** What a webhook with these lists puts on both queues. */
export async function laned(lists: Readonly<Record<string, readonly unknown[]>>): Promise<Laned> {
  const value = { metadata: { phone_number_id: phoneNumberId }, ...lists };
  const changes = [{ field: 'messages', value }];
  const body = { object: 'whatsapp_business_account', entry: [{ id: '1', changes }] };
  const items = splitBody(Buffer.from(JSON.stringify(body)), phoneNumberId);
  const sent: Record<string, string[][]> = { statuses: [], ingress: [] };
  const groups: string[] = [];
  const send = async ({ input }: SendMessageBatchCommand) => {
    const { QueueUrl = '', Entries = [] } = input;
    sent[QueueUrl]?.push(Entries.map(({ MessageBody = '' }) => MessageBody));
    if (QueueUrl === 'statuses') {
      for (const entry of Entries) {
        // A standard queue refuses it.
        if (entry.MessageDeduplicationId !== undefined) throw new Error('a deduplication id');
        groups.push(entry.MessageGroupId ?? '');
      }
    }
    return {};
  };
  const client = { send } as unknown as SQSClient;
  const origin = { connector: 'whatsapp', account: 'main', receivedAt: '2026-11-21T10:00:00.000Z' };
  await lanes({ client, url: 'ingress', statusesUrl: 'statuses' })(
    items.map((item) => ({ ...item, ...origin })),
  );
  return { statuses: sent['statuses'] ?? [], ingress: sent['ingress'] ?? [], groups };
}

/** The records of the queue of statuses for these statuses, in the order in which they were told. */
export async function statusRecords(statuses: readonly MetaStatus[]): Promise<SQSRecord[]> {
  const { statuses: batches } = await laned({ statuses });
  return batches.flat().map((body, index) => recordOf(`record-${index}`, body));
}

export function recordOf(messageId: string, body: string): SQSRecord {
  const attributes = { ApproximateReceiveCount: '1' };
  return { messageId, receiptHandle: `handle-${messageId}`, body, attributes } as SQSRecord;
}

export const metaStatus = (id: string, status: string, more: object = {}): MetaStatus => ({
  ...{ id, status, timestamp: '1795255200', recipient_id: '16505551234' },
  ...more,
});
