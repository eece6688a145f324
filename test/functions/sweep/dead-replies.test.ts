import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '#shared/model/event';
import { type Harness, openHarness } from '#test/functions/send/harness/harness';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

interface Talk {
  readonly harness: Harness;
  readonly conversationId: string;
}

/** A conversation on the clock of SQS, which says when a command was queued. */
async function withTalk(work: (talk: Talk) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators);
  try {
    harness.clock.now = new Date();
    const conversationId = await harness.newConversation();
    await emulators.drain(harness.target.normalized);
    await work({ harness, conversationId });
  } finally {
    await harness.close();
  }
}

/** A replyId that no other test has used: all of them are one caller. */
const newId = () => `r-${randomUUID()}`;
const replyTo = (conversationId: string, replyId: string, text = replyId) => ({
  ...{ conversationId, replyId },
  content: { type: 'text', text },
});

/** A command that died on the replies queue: it was tried twenty times and never accepted. */
async function die({ deadReplies }: Harness, command: unknown, group = 'any'): Promise<void> {
  await deadReplies.client.send(
    new SendMessageCommand({
      QueueUrl: deadReplies.url,
      MessageBody: typeof command === 'string' ? command : JSON.stringify(command),
      MessageGroupId: group,
      MessageDeduplicationId: randomUUID(),
    }),
  );
}

async function lettersLeft({ deadReplies }: Harness) {
  const { Attributes } = await deadReplies.client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadReplies.url, AttributeNames: ['All'] }),
  );
  return [
    Number(Attributes?.ApproximateNumberOfMessages),
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  ];
}

const told = async ({ target }: Harness): Promise<Event[]> => emulators.drain(target.normalized);
const failed = (replyId: string, code = 'not_accepted') => ({
  type: 'switchboard.message.failed.v1',
  data: { replyId, status: 'failed', errors: [{ code, retryable: code === 'not_accepted' }] },
});

describe('a command that died on the replies queue', () => {
  it('stays there while nothing of its conversation has been accepted since, for an hour', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      const id = newId();
      await die(harness, replyTo(conversationId, id));
      harness.clock.pass(3500);
      expect(await harness.sweep()).toMatchObject({ answered: 0, failed: 0 });
      expect(await told(harness)).toEqual([]);
      // Nobody holds it: an operator sees it.
      expect(await lettersLeft(harness)).toEqual([1, 0]);
      harness.clock.pass(200);
      expect(await harness.sweep()).toMatchObject({ answered: 1, failed: 0 });
      expect(await told(harness)).toMatchObject([failed(id)]);
      expect(await lettersLeft(harness)).toEqual([0, 0]);
    });
  });

  it('is answered once, as soon as a later reply has been accepted', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      const id = newId();
      await die(harness, replyTo(conversationId, id));
      harness.clock.pass(60);
      await harness.reply(conversationId, 'a later one');
      await told(harness);
      await harness.sweep();
      await harness.sweep();
      expect(await told(harness)).toMatchObject([failed(id)]);
      expect(await lettersLeft(harness)).toEqual([0, 0]);
    });
  });

  it('is answered in the order of its conversation with the others that died', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      const ids = [newId(), newId(), newId()];
      for (const id of ids) await die(harness, replyTo(conversationId, id), conversationId);
      harness.clock.pass(3700);
      expect(await harness.sweep()).toMatchObject({ answered: 3 });
      const replyIds = (await told(harness)).map(({ data }) => 'replyId' in data && data.replyId);
      expect(replyIds).toEqual(ids);
    });
  });

  it.each([
    ['can be read', (id: string, to: string) => replyTo(to, id)],
    ['cannot be read', (id: string, to: string) => ({ ...replyTo(to, id), extra: 1 })],
    [
      'says a name twice',
      (id: string, to: string) =>
        JSON.stringify(replyTo(to, id)).replace('{', '{"replyId":"other",'),
    ],
  ])('is answered among the events of its conversation where it %s', async (_, commandOf) => {
    await withTalk(async ({ harness, conversationId }) => {
      const id = newId();
      await die(harness, commandOf(id, conversationId));
      harness.clock.pass(3700);
      await harness.sweep();
      const [answer, ...more] = await told(harness);
      expect(more).toEqual([]);
      expect(answer).toMatchObject({ ...failed(id), partitionkey: conversationId });
    });
  });

  it('is answered in a group of its own where there is no such conversation', async () => {
    await withTalk(async ({ harness }) => {
      const id = newId();
      await die(harness, replyTo('cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa', id));
      harness.clock.pass(3700);
      await harness.sweep();
      expect(await told(harness)).toMatchObject([
        { ...failed(id), partitionkey: expect.stringMatching(/^refused_/) },
      ]);
    });
  });

  it('is never accepted after it was answered, and its answer stays the same event', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      const command = replyTo(conversationId, newId());
      await die(harness, command);
      harness.clock.pass(3700);
      await harness.sweep();
      const [first] = await told(harness);
      // Redriven by hand, or sent again by a helpdesk that is in doubt; SQS has forgotten the event by then.
      const { send } = harness.target.normalized.client;
      const sent: string[] = [];
      Object.assign(harness.target.normalized.client, {
        send: async ({ input }: { input: { MessageBody: string } }) => sent.push(input.MessageBody),
      });
      await harness.command(command);
      Object.assign(harness.target.normalized.client, { send });
      expect(sent.map((body) => JSON.parse(body))).toEqual([first]);
      expect(harness.commands()).toEqual([]);
    });
  });

  it('may be sent anew under another replyId', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      await die(harness, replyTo(conversationId, newId(), 'the text'));
      harness.clock.pass(3700);
      await harness.sweep();
      await told(harness);
      await harness.sendToEnd(await harness.reply(conversationId, 'the text'));
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['the text']);
    });
  });

  it('is not answered where its reply was accepted after all, and leaves', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      const command = replyTo(conversationId, newId());
      await die(harness, command);
      await harness.command(command);
      await told(harness);
      harness.clock.pass(3700);
      expect(await harness.sweep()).toMatchObject({ answered: 1 });
      expect(await told(harness)).toEqual([]);
      expect(await lettersLeft(harness)).toEqual([0, 0]);
    });
  });

  it('is told that its replyId is taken where it stands for something else', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      const id = newId();
      await harness.command(replyTo(conversationId, id, 'one'));
      await told(harness);
      await die(harness, replyTo(conversationId, id, 'other'));
      harness.clock.pass(3700);
      await harness.sweep();
      expect(await told(harness)).toMatchObject([failed(id, 'reply_id_reused')]);
    });
  });

  it.each<[string, unknown, string | undefined]>([
    ['that is half a document', '{"half a', undefined],
    ['that is nested beyond every stack', '['.repeat(100_000), undefined],
    ['without content', { replyId: 'lame' }, 'lame'],
  ])('%s is answered as far as it can be read', async (_, command, replyId) => {
    await withTalk(async ({ harness }) => {
      await die(harness, command);
      harness.clock.pass(3700);
      expect(await harness.sweep()).toMatchObject({ answered: 1, failed: 0 });
      const events = await told(harness);
      expect(events).toMatchObject([{ data: { errors: [{ code: 'not_accepted' }] } }]);
      expect(Reflect.get(events[0]?.data ?? {}, 'replyId')).toBe(replyId);
    });
  });

  it('that is a sign of reading or typing leaves without an answer', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      await die(harness, { conversationId, signal: 'typing' });
      harness.clock.pass(3700);
      await harness.sweep();
      expect(await told(harness)).toEqual([]);
      expect(await lettersLeft(harness)).toEqual([0, 0]);
    });
  });

  it('is answered by the next run where this one could not publish the answer', async () => {
    await withTalk(async ({ harness, conversationId }) => {
      const id = newId();
      await die(harness, replyTo(conversationId, id));
      harness.clock.pass(3700);
      const { client } = harness.target.normalized;
      const { send } = client;
      const refusing = async (command: object) => {
        if (command instanceof SendMessageCommand) throw new Error('down');
        return Reflect.apply(send, client, [command]);
      };
      Object.assign(client, { send: refusing });
      expect(await harness.sweep()).toMatchObject({ answered: 0, failed: 1 });
      Object.assign(client, { send });
      expect(await harness.sweep()).toMatchObject({ answered: 1, failed: 0 });
      expect(await told(harness)).toMatchObject([failed(id)]);
    });
  });
});
