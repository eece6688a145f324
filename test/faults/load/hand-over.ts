import { setTimeout as sleep } from 'node:timers/promises';
import { callJson } from '#infra/local/emulators/aws-call';
import type { Webhook } from '#test/faults/channels/channel';
import { mailBucketName, queueNames } from '#test/faults/names';
import type { Endpoints } from '#test/faults/proxy/forward';
import { queueUrl } from '#test/faults/queues/puller';

/** An emulator that is being restarted is back long before this. */
const maxTries = 200;

/**
 * What SES does with a mail or an event: the object first, then the notification on the queue behind the topic. It
 * tries until both are done, and only then is the mail acknowledged.
 */
export async function handOver(endpoints: Endpoints, { body, mail }: Webhook): Promise<boolean> {
  if (mail && !(await untilDone(() => store(endpoints, mail.key, body)))) return false;
  return untilDone(() =>
    callJson(endpoints.sqs, 'AmazonSQS.SendMessage', {
      QueueUrl: queueUrl(endpoints.sqs, queueNames.mail),
      MessageBody: mail?.notification ?? body.toString('utf8'),
    }),
  );
}

async function store({ s3 }: Endpoints, key: string, body: Buffer): Promise<void> {
  const answer = await fetch(`${s3}/${mailBucketName}/${key}`, {
    method: 'PUT',
    body: new Uint8Array(body),
  });
  if (!answer.ok) throw new Error(`the mail was not stored: ${answer.status}`);
}

async function untilDone(step: () => Promise<unknown>): Promise<boolean> {
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    try {
      await step();
      return true;
    } catch {
      await sleep(50);
    }
  }
  return false;
}
