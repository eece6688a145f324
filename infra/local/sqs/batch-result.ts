import * as z from 'zod';
import type { Outcome } from '#infra/local/lambda/outcome';
import type { QueueMessage } from './queue-client.ts';

const BatchResponse = z.looseObject({
  batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * The messages of a batch that are done and may be deleted. A failed function, and a response whose
 * `batchItemFailures` is malformed or names a message that was not in the batch, fails the whole batch
 * ("Handling errors for an SQS event source in Lambda", success and failure conditions).
 */
export function doneMessages(
  messages: readonly QueueMessage[],
  outcome: Outcome,
  reportsFailures: boolean,
): readonly QueueMessage[] {
  if (outcome.kind === 'failed') return [];
  if (!reportsFailures) return messages;
  const response = BatchResponse.nullable().safeParse(JSON.parse(outcome.payload));
  if (!response.success) return [];
  const failures = new Set(response.data?.batchItemFailures?.map((each) => each.itemIdentifier));
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if (![...failures].every((id) => known.has(id))) return [];
  return messages.filter(({ MessageId }) => !failures.has(MessageId));
}
