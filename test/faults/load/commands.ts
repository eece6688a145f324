import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { callJson } from '#infra/local/emulators/aws-call';
import { invokeBatch } from '#test/faults/invocations';
import { queueNames } from '#test/faults/names';
import { queueUrl } from '#test/faults/queues/puller';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { statusOf } from './post.ts';

export interface Command {
  readonly replyId: string;
  readonly conversationId: string;
  readonly text: string;
  readonly purpose?: 'marketing';
}

/** A helpdesk that is answered 5xx comes again; no fault here lasts for so many. */
const maxTries = 20;

/** By HTTP or by queue. True when it was accepted: answered 202, or taken by the queue. */
export async function hand(stage: Stage, command: Command, random: Random): Promise<boolean> {
  const { text, ...rest } = command;
  const { replyId, conversationId } = rest;
  const body = JSON.stringify({ ...rest, content: { type: 'text', text } });
  // Mostly the hash that the docs name; a helpdesk that has lost its mind gives the same reply another one.
  const hash = createHash('sha256').update(body).digest('hex');
  const deduplicationId = random.chance(0.7) ? hash : random.word(20);
  if (random.chance(0.5)) return enqueue(stage, body, conversationId, deduplicationId);
  const event = {
    version: '2.0',
    routeKey: 'POST /v1/conversations/{id}/replies',
    rawPath: `/v1/conversations/${conversationId}/replies`,
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    pathParameters: { id: conversationId },
    requestContext: { http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  };
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const { ending } = await invokeBatch(stage, 'submit-reply', event);
    const status = statusOf(ending);
    if (status < 500) return status === 202;
    await sleep(50 * attempt);
  }
  stage.ledger.violations.push(`reply ${replyId} was answered 5xx ${maxTries} times`);
  return false;
}

/** Puts a command on the replies queue. False when that is away for longer than any restart takes. */
export async function enqueue(
  { emulators }: Stage,
  MessageBody: string,
  MessageGroupId: string,
  MessageDeduplicationId: string,
): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { sqs } = emulators.endpoints;
    try {
      const QueueUrl = queueUrl(sqs, queueNames.replies);
      await callJson(sqs, 'AmazonSQS.SendMessage', {
        ...{ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId },
      });
      return true;
    } catch {
      // Being restarted.
      await sleep(50);
    }
  }
  return false;
}
