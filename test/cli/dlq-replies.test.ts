import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStack, startStack } from '#infra/local/stack';
import { queueDepths } from '#test/support/aws/stored';
import { openTalk, type Talk } from '#test/support/replies/order';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import { scratchFolder } from '#test/support/runner/scratch';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, openLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentWith } from '#test/support/stack/providers';
import { type Captured, capture } from './capture.ts';

let folder: string;
let running: RunningStack;
let stack: LocalStack;

/** How often the sweep runs: nothing here waits for a minute of the template. */
const timerSeconds = 2;

/** A stack whose sweep answers what has died, or one that leaves it to the operator however long he takes. */
async function start(answers: boolean): Promise<void> {
  const elsewhere = { REPLIES_DEAD_LETTERS_URL: 'http://127.0.0.1:9/no-such-queue' };
  running = await startStack({
    ...{ localDir: folder, port: 0, quiet: true, timerSeconds },
    adjust: (fn) =>
      answers || fn.label !== 'sweep'
        ? fn
        : { ...fn, environment: { ...fn.environment, ...elsewhere } },
  });
  stack = openLocalStack(running.stack);
}

async function stop(): Promise<void> {
  await stack.stop();
  await running.stop();
}

beforeAll(async () => {
  folder = scratchFolder('cli-dlq-replies-');
  await start(false);
}, 120_000);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const switchboard = (...args: string[]): Promise<Captured> => capture(args, folder);
const dead = async () => (await queueDepths(stack))['replies dead letters'];

/** A reply that died on the replies queue before it was accepted. */
async function die({ conversationId }: Talk, text: string): Promise<string> {
  const { MessageId = '' } = await stack.sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.description.queues.deadLetters.replies,
      MessageBody: JSON.stringify(textReply(conversationId, text, text)),
      MessageGroupId: conversationId,
      MessageDeduplicationId: randomUUID(),
    }),
  );
  return MessageId;
}

/** A reply that went well. */
async function reply({ conversationId }: Talk, text: string): Promise<void> {
  await replyByQueue(stack, textReply(conversationId, text, text));
  await stack.helpdesk.waitFor(({ type, data }) => data.replyId === text && type.includes('sent'));
}

describe('a reply that died on the replies queue', { timeout: 120_000 }, () => {
  it('goes back where nothing of its conversation has been accepted since', async () => {
    const talk = await openTalk(stack, 'twilio');
    const id = await die(talk, 'dead and well');
    const { data, fault } = await switchboard('dlq', 'redrive', id);
    expect({ data, fault }).toEqual({ data: ['replies: 1 moved back'], fault: undefined });
    await stack.helpdesk.waitFor(({ type, data: { replyId } }) =>
      type.includes('sent') ? replyId === 'dead and well' : false,
    );
    expect(await dead()).toBe(0);
  });

  it('is left where later ones have been accepted, and the operator is told which', async () => {
    const talk = await openTalk(stack, 'twilio');
    const id = await die(talk, 'overtaken');
    await reply(talk, 'later');
    const told = `left 1 dead letter, ${id}: #2 of ${talk.conversationId} was accepted later (`;
    for (const given of [id, 'replies', '--all']) {
      const { fault, data } = await switchboard('dlq', 'redrive', given);
      expect(data).toEqual([]);
      expect(fault).toMatchObject({
        exitCode: 1,
        message: expect.stringContaining(told),
        next: expect.stringContaining(`./switchboard dlq redrive ${given} --force`),
      });
    }
    expect(await dead()).toBe(1);
    const dry = await switchboard('dlq', 'redrive', 'replies', '--dry-run');
    expect(dry.data).toEqual([expect.stringMatching(`^would leave ${id} .*was accepted later`)]);
  });

  it('goes all the same when the operator says so, and then comes last', async () => {
    const { data, fault } = await switchboard('dlq', 'redrive', 'replies', '--force');
    expect({ data, fault }).toEqual({ data: ['replies: 1 moved back'], fault: undefined });
    await stack.helpdesk.waitFor(({ type, data: { replyId } }) =>
      type.includes('sent') ? replyId === 'overtaken' : false,
    );
    expect(await sentWith(stack.description, 'twilio', 'overtaken')).toHaveLength(1);
    expect(await dead()).toBe(0);
  });

  it('keeps its place among others that died: the second is not overtaken by the first', async () => {
    const talk = await openTalk(stack, 'twilio');
    const texts = ['first of two', 'second of two'];
    for (const text of texts) await die(talk, text);
    expect(await switchboard('dlq', 'redrive', 'replies')).toMatchObject({
      data: ['replies: 2 moved back'],
      fault: undefined,
    });
    await stack.helpdesk.waitFor(({ type, data }) =>
      type.includes('sent') ? data.replyId === texts[1] : false,
    );
    const accepted = stack.helpdesk.heard
      .map(({ event }) => event)
      .filter(({ type, subject }) => type.includes('accepted') && subject === talk.conversationId);
    expect(accepted.map(({ data }) => data.message?.text)).toEqual(texts);
    // Another helpdesk listens from now on: it is to hear of messages from their beginning.
    const isDelivered = ({ type, subject }: HeardEvent) =>
      type.includes('delivered') && subject === talk.conversationId;
    await stack.helpdesk.waitFor(isDelivered, { count: texts.length });
  });

  it('that nobody redrives is answered by the next sweep, and leaves the queue', async () => {
    await stop();
    await start(true);
    const talk = await openTalk(stack, 'twilio');
    await die(talk, 'left alone');
    await reply(talk, 'later again');
    const [failed] = await stack.helpdesk.waitFor(({ data }) => data.replyId === 'left alone', {
      seconds: 80,
    });
    expect(failed).toMatchObject({
      type: 'switchboard.message.failed.v1',
      subject: talk.conversationId,
      data: { errors: [{ code: 'not_accepted', retryable: true }] },
    });
    await expect.poll(dead).toBe(0);
    expect(await sentWith(stack.description, 'twilio', 'left alone')).toEqual([]);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
