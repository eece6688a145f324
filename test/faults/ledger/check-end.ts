import { callJson } from '#infra/local/emulators/aws-call';
import { queueNames } from '#test/faults/emulators';
import { queueUrl } from '#test/faults/queues/puller';
import type { Stage } from '#test/faults/stage';
import type { TableView } from './table-view.ts';

/** Nothing may be left: no message in a queue, no lease, no mark. */
export async function checkEnd(stage: Stage, view: TableView): Promise<string[]> {
  const violations: string[] = [];
  for (const [name, model] of Object.entries(stage.models)) {
    if (model.waiting() > 0) violations.push(`${name}: ${model.waiting()} messages are left`);
    if (model.deadLetters.length > 0) {
      violations.push(`${name}: ${model.deadLetters.length} dead letters`);
    }
  }
  for (const name of Object.values(queueNames)) {
    const left = await messagesIn(stage.emulators.endpoints.sqs, name);
    if (left > 0) violations.push(`${name}: ${left} messages were never taken`);
  }
  for (const [id, meta] of view.metas) {
    if (meta['dirtyPk'] !== undefined) violations.push(`${id} is still marked for the sweep`);
  }
  for (const { conversationId, sequence, item } of [...view.entries.values()].flat()) {
    const place = `${conversationId}.${sequence}`;
    if (item['attentionPk'] !== undefined) violations.push(`${place} still waits for attention`);
    const { leaseUntil } = (item['delivery'] ?? {}) as { leaseUntil?: string };
    if (leaseUntil !== undefined && item['status'] !== 'failed') {
      violations.push(`${place} is still leased`);
    }
  }
  return violations;
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
