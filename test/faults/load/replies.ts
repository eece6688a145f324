import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { callJson } from '#infra/local/emulators/aws-call';
import { queueNames } from '#test/faults/names';
import { queueUrl } from '#test/faults/queues/puller';
import type { Random } from '#test/faults/random';
import { invokeBatch, type Stage } from '#test/faults/stage';
import { statusOf } from './post.ts';

interface Command {
  readonly replyId: string;
  readonly conversationId: string;
  readonly text: string;
}

/** An agent's answer to one of the conversations the helpdesk knows from its queue. */
export async function reply(stage: Stage, conversationId: string, random: Random): Promise<void> {
  const isLong = random.chance(0.03);
  const count = isLong ? 220 : 1;
  const base = `mk-out-${random.word(10)}`;
  const markers = Array.from({ length: count }, (_, index) => `${base}-${index}`);
  const command = { replyId: random.word(16), conversationId, text: markers.join(' ') };
  const startedAt = performance.now();
  const taken = await hand(stage, command, random);
  if (!taken) return;
  const accepted = { ...command, markers, startedAt, ackedAt: performance.now() };
  stage.ledger.replies.set(command.replyId, accepted);
  if (random.chance(0.06)) {
    stage.faults.add('helpdesk: reply twice');
    await hand(stage, command, random);
  }
  if (random.chance(0.02)) {
    stage.faults.add('helpdesk: replyId for another text');
    stage.ledger.refusedReplies.add(command.replyId);
    const other = `${base}-other`;
    stage.ledger.replies.set(command.replyId, { ...accepted, other });
    await hand(stage, { ...command, text: other }, random);
  }
}

/** To a conversation that is not there, and what is no reply at all: each is answered on the normalized queue. */
export async function badReply(stage: Stage, random: Random): Promise<void> {
  const replyId = `bad-${random.word(12)}`;
  stage.ledger.refusedReplies.add(replyId);
  const conversationId = `cnv_${'a'.repeat(26)}`;
  const body = JSON.stringify({ replyId, conversationId, content: { type: 'text', text: 'x' } });
  await enqueue(stage, body, conversationId, replyId);
  await enqueue(stage, '{"half a', 'any-group', random.word(20));
}

/** A helpdesk that is answered 5xx comes again; no fault here lasts for so many. */
const mostTries = 20;

/** By HTTP or by queue. True when it was accepted: answered 202, or taken by the queue. */
async function hand(stage: Stage, command: Command, random: Random): Promise<boolean> {
  const { replyId, conversationId, text } = command;
  const body = JSON.stringify({ replyId, conversationId, content: { type: 'text', text } });
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
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const { ending } = await invokeBatch(stage, 'submit-reply', event);
    const status = statusOf(ending);
    if (status < 500) return status === 202;
    await sleep(50 * attempt);
  }
  stage.ledger.violations.push(`reply ${replyId} was answered 5xx ${mostTries} times`);
  return false;
}

async function enqueue(
  { emulators }: Stage,
  MessageBody: string,
  MessageGroupId: string,
  MessageDeduplicationId: string,
): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
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
