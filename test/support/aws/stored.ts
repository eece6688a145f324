import { GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { unpackRaw } from '#shared/raw/unpack';
import type { LocalStack } from '#test/support/stack/local-stack';

/** Waiting, in somebody's hands, and put off. */
const counts = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** How many messages a queue holds. */
async function depthOf({ sqs }: LocalStack, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] }),
  );
  return counts.reduce((sum, count) => sum + Number(Attributes[count] ?? 0), 0);
}

type Depths = Readonly<Record<string, number>>;

async function depthsOf(stack: LocalStack, queues: Readonly<Record<string, string>>) {
  const depths = await Promise.all(
    Object.entries(queues).map(async ([name, url]) => [name, await depthOf(stack, url)] as const),
  );
  return Object.fromEntries(depths);
}

/** Every queue's depth, the dead letters' too, by name. */
export function queueDepths(stack: LocalStack): Promise<Depths> {
  const { deadLetters, ...queues } = stack.description.queues;
  const dead = Object.entries(deadLetters).map(([name, url]) => [`${name} dead letters`, url]);
  return depthsOf(stack, { ...queues, ...Object.fromEntries(dead) });
}

async function itemCount({ dynamodb, description }: LocalStack): Promise<number> {
  const { Count = 0 } = await dynamodb.send(
    new ScanCommand({ TableName: description.table, Select: 'COUNT', ConsistentRead: true }),
  );
  return Count;
}

/** How many messages and notices a conversation has in the table. */
export async function entryCount(
  { dynamodb, description }: LocalStack,
  conversationId: string,
): Promise<number> {
  const { Count = 0 } = await dynamodb.send(
    new QueryCommand({
      TableName: description.table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :conversation AND begins_with(sk, :entry)',
      FilterExpression: 'attribute_not_exists(revision)',
      ExpressionAttributeValues: {
        ':conversation': { S: `CONVERSATION#${conversationId}` },
        ':entry': { S: 'ENTRY#' },
      },
    }),
  );
  return Count;
}

/** How far the sending of one reply is, as the table has it. */
export async function deliveryState(
  { dynamodb, description }: LocalStack,
  conversationId: string,
  sequence: number,
): Promise<string | undefined> {
  const sk = `ENTRY#${String(sequence).padStart(15, '0')}#STATE`;
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: description.table,
      ConsistentRead: true,
      Key: { pk: { S: `CONVERSATION#${conversationId}` }, sk: { S: sk } },
    }),
  );
  return Item?.['delivery']?.M?.['state']?.S ?? 'accepted';
}

/** What a request could have left behind anywhere. */
export async function everythingWritten(stack: LocalStack): Promise<object> {
  const archived = await archivedUnder(stack, '');
  return {
    queues: await queueDepths(stack),
    items: await itemCount(stack),
    archived: archived.length,
    heard: stack.helpdesk.heard.length,
  };
}

/** Resolves when no function has anything left to do: every queue but the dead letters has stayed empty. */
export async function untilIdle(stack: LocalStack, seconds = 40): Promise<void> {
  const until = Date.now() + seconds * 1000;
  const { deadLetters: _, ...queues } = stack.description.queues;
  let calm = 0;
  while (calm < 2) {
    const busy = Object.entries(await depthsOf(stack, queues)).filter(([, depth]) => depth > 0);
    calm = busy.length === 0 ? calm + 1 : 0;
    if (Date.now() > until) throw new Error(`still busy: ${JSON.stringify(busy)}`);
    await new Promise((resolve) => setTimeout(resolve, 75));
  }
}

/** The archive's objects under a prefix, as text by key. */
export async function archivedUnder(
  { s3, description }: LocalStack,
  Prefix: string,
): Promise<readonly { readonly key: string; readonly text: string }[]> {
  const Bucket = description.buckets.archive;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Promise.all(
    Contents.map(async ({ Key = '' }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return { key: Key, text: (await Body?.transformToString()) ?? '' };
    }),
  );
}

/** The raw items of everything that was read, wherever they are kept: with their messages, and in the archive. */
export async function keptItems(stack: LocalStack): Promise<readonly string[]> {
  const { Items = [] } = await stack.dynamodb.send(
    new ScanCommand({
      TableName: stack.description.table,
      ConsistentRead: true,
      FilterExpression: 'attribute_exists(#raw)',
      ExpressionAttributeNames: { '#raw': 'raw' },
    }),
  );
  const packed = Items.flatMap((item) => (item['raw']?.B ? [unpackRaw(item['raw'].B)] : []));
  return [...packed, ...(await archivedUnder(stack, 'raw/')).map(({ text }) => text)];
}
