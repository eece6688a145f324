import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { archiveObject, readObject } from '#shared/aws/objects/archive';
import { s3 } from '#shared/aws/objects/s3';
import { sqs } from '#shared/aws/queues/sqs';

export interface ProbeEvent {
  readonly bucket: string;
  readonly missingQueue: string;
}

/** A function of the tests: what the left-out parts of the SDK would be needed for, if they were. */
export async function handler({ bucket, missingQueue }: ProbeEvent): Promise<object> {
  const archive = { client: s3, bucket };
  await archiveObject(archive, 'raw/probe', 'körper', 'text/plain');
  const bytes = await readObject(s3, { bucket, key: 'raw/probe' });
  return {
    text: Buffer.from(bytes).toString('utf8'),
    missingObject: await nameOf(readObject(s3, { bucket, key: 'raw/none' })),
    missingQueue: await nameOf(
      sqs.send(new SendMessageCommand({ QueueUrl: missingQueue, MessageBody: 'x' })),
    ),
  };
}

async function nameOf(attempt: Promise<unknown>): Promise<string> {
  return await attempt.then(
    () => 'no error',
    (fault: unknown) => (fault instanceof Error ? fault.name : String(fault)),
  );
}
