import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { keptItems, queueDepths, untilIdle } from '#test/support/aws/stored';
import type { LocalStack } from '#test/support/stack/local-stack';
import { writeAs } from '#test/support/stack/providers';

/** The nights of docs/operations.md, made on a stack that is well. */

const ada = '16505551234';

/** An SMS came in while its account was not configured. */
export async function missAccount(stack: LocalStack): Promise<void> {
  const { providerMessageId: sid } = await writeAs(stack.description, 'twilio', {
    from: '+14155550123',
    text: 'Anybody there?',
  });
  await untilIdle(stack);
  const raw = (await keptItems(stack)).find((text) => text.includes(sid));
  if (raw === undefined) throw new Error('nothing is kept of the SMS');
  // Another message than the one that is stored.
  const item: unknown = JSON.parse(raw.replaceAll(sid, `SM${'7'.repeat(32)}`));
  const quarantinedAt = new Date().toISOString();
  await stack.s3.send(
    new PutObjectCommand({
      Bucket: stack.description.buckets.archive,
      Key: `quarantine/${quarantinedAt.slice(0, 10)}/twilio/main/${'0'.repeat(64)}.json`,
      Body: JSON.stringify({
        connector: 'twilio',
        account: 'main',
        deduplicationId: 'missed',
        reason: 'no account twilio/main',
        quarantinedAt,
        item,
      }),
    }),
  );
}

/** A location came in while the parser knew none: what is stored of it says so. */
export async function misreadLocation(stack: LocalStack): Promise<void> {
  const { description, helpdesk, dynamodb } = stack;
  const message = {
    type: 'location',
    location: { latitude: 52.5, longitude: 13.25, name: 'Office' },
  };
  await fetch(`${description.providers['whatsapp']}/_inbound`, {
    method: 'POST',
    body: JSON.stringify({ from: ada, text: 'here', message }),
  });
  const [event] = await helpdesk.waitFor(({ data }) => data.message?.text === 'Office');
  await untilIdle(stack);
  const { conversationId = '' } = event?.data.message ?? {};
  await dynamodb.send(
    new UpdateCommand({
      TableName: description.table,
      Key: {
        pk: `CONVERSATION#${conversationId}`,
        sk: `ENTRY#${(event?.sequence ?? '').padStart(15, '0')}`,
      },
      UpdateExpression: 'SET #m.content = :content, #m.#t = :text',
      ExpressionAttributeNames: { '#m': 'message', '#t': 'text' },
      ExpressionAttributeValues: {
        ':content': { type: 'unsupported', providerType: 'location' },
        ':text': '[unsupported: location]',
      },
    }),
  );
}

/** Three messages of two customers die, because the table is not there; resolves with what brings it back. */
export async function loseTable(stack: LocalStack): Promise<() => Promise<void>> {
  const TableName = stack.description.table;
  const { Table } = await stack.dynamodb.send(new DescribeTableCommand({ TableName }));
  await dieAfterOneTry(stack);
  await stack.dynamodb.send(new DeleteTableCommand({ TableName }));
  await writeAs(stack.description, 'whatsapp', { from: ada, text: 'first' });
  await writeAs(stack.description, 'whatsapp', { from: ada, text: 'second' });
  await writeAs(stack.description, 'twilio', { from: '+14155550123', text: 'other' });
  const dead = async () => (await queueDepths(stack))['ingress dead letters'];
  await vi.waitUntil(async () => (await dead()) === 3, { timeout: 60_000, interval: 100 });
  return async () => {
    await stack.dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: Table?.AttributeDefinitions ?? [],
        KeySchema: Table?.KeySchema ?? [],
        GlobalSecondaryIndexes: indexesOf(Table?.GlobalSecondaryIndexes),
      }),
    );
  };
}

type Indexes = NonNullable<CreateTableCommandInput['GlobalSecondaryIndexes']>;

/** An index as it is asked for, without what only a description tells. */
function indexesOf(described: TableDescription['GlobalSecondaryIndexes'] = []): Indexes {
  return described.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
}

/** The template allows more tries than anybody wants to wait for. */
async function dieAfterOneTry({ sqs, description }: LocalStack): Promise<void> {
  const { ingress, deadLetters } = description.queues;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters.ingress, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 1 };
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: ingress,
      Attributes: { RedrivePolicy: JSON.stringify(policy) },
    }),
  );
}
