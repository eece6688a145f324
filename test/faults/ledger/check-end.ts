import { callJson } from '#infra/local/emulators/aws-call';
import { everyShard } from '#shared/table/keys';
import { queueNames, tableName } from '#test/faults/names';
import type { Endpoints } from '#test/faults/proxy/forward';
import { queueUrl } from '#test/faults/queues/puller';
import type { Stage } from '#test/faults/stage';
import type { StoredEntry, TableView } from './table-view.ts';

/** Nothing may be left: no message in a queue, no lease, no mark. */
export async function checkEnd(stage: Stage, view: TableView): Promise<string[]> {
  return [
    ...Object.entries(stage.models).flatMap(([name, { waiting, deadLetters }]) => [
      ...(waiting() > 0 ? [`${name}: ${waiting()} messages are left`] : []),
      ...(deadLetters.length > 0 ? [`${name}: ${deadLetters.length} dead letters`] : []),
    ]),
    ...(await untaken(stage.emulators.endpoints.sqs)),
    ...[...view.conversations]
      .filter(([, conversation]) => conversation['dirtyPk'] !== undefined)
      .map(([id]) => `${id} is still marked for the sweep`),
    ...[...view.entries.values()].flat().flatMap(leftOn),
  ];
}

async function untaken(endpoint: string): Promise<string[]> {
  const violations: string[] = [];
  for (const name of Object.values(queueNames)) {
    const left = await messagesIn(endpoint, name);
    if (left > 0) violations.push(`${name}: ${left} messages were never taken`);
  }
  return violations;
}

function leftOn({ conversationId, sequence, item }: StoredEntry): string[] {
  const place = `${conversationId}.${sequence}`;
  const { leaseUntil, state } = (item['delivery'] ?? {}) as { leaseUntil?: string; state?: string };
  return [
    ...(isAwaited(item) ? [`${place} is still due`] : []),
    ...(leaseUntil !== undefined && state === 'sending' ? [`${place} is still leased`] : []),
  ];
}

/** A status is looked up hours after the run: nothing waits for that. */
function isAwaited({ duePk }: StoredEntry['item']): boolean {
  return duePk !== undefined && !String(duePk).startsWith('DUE#status#');
}

/** How many replies wait for their account: for a slot, for the end of a pause, as a campaign. */
export async function waitingInDue({ dynamodb }: Endpoints): Promise<number> {
  const counts = everyShard().flatMap((shard) =>
    ['slot', 'campaign'].map(async (dueClass) => {
      const { Count } = (await callJson(dynamodb, 'DynamoDB_20120810.Query', {
        TableName: tableName,
        IndexName: 'due',
        Select: 'COUNT',
        KeyConditionExpression: 'duePk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `DUE#${dueClass}#${shard}` } },
      })) as { Count: number };
      return Count;
    }),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

export async function messagesIn(endpoint: string, queueName: string): Promise<number> {
  const { Attributes = {} } = (await callJson(endpoint, 'AmazonSQS.GetQueueAttributes', {
    QueueUrl: queueUrl(endpoint, queueName),
    AttributeNames: ['All'],
  })) as { Attributes?: Record<string, string> };
  return (
    Number(Attributes['ApproximateNumberOfMessages'] ?? 0) +
    Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0)
  );
}
