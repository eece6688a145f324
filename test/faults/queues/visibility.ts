import { type AwsAnswer, type AwsCall, jsonAnswer } from '#test/faults/proxy/aws-call';
import type { QueueModel } from './queue-model.ts';

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout: number;
}

/** Answers a change of visibility of what the harness itself has handed out; a handle that has expired is refused. */
export function answerVisibility(
  { service, action, body }: AwsCall,
  models: readonly QueueModel[],
): AwsAnswer | undefined {
  if (service !== 'sqs' || action !== 'ChangeMessageVisibilityBatch') return undefined;
  const { Entries } = JSON.parse(body.toString('utf8')) as { Entries: readonly Entry[] };
  const changed = Entries.filter(({ ReceiptHandle, VisibilityTimeout }) =>
    models.some((model) => model.changeVisibility(ReceiptHandle, VisibilityTimeout)),
  );
  const refused = Entries.filter((each) => !changed.includes(each));
  return jsonAnswer(200, {
    Successful: changed.map(({ Id }) => ({ Id })),
    Failed: refused.map(({ Id }) => ({
      Id,
      Code: 'InvalidParameterValue',
      Message: 'The receipt handle has expired.',
      SenderFault: true,
    })),
  });
}
