import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '#shared/model/event';
import { type Desk, openDesk } from '#test/functions/send/desk';
import { type Emulators, startEmulators } from '#test/support/emulators';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

interface Talk {
  readonly desk: Desk;
  readonly conversationId: string;
}

/** A conversation on the clock of SQS, which says when a command was queued. */
async function withTalk(work: (talk: Talk) => Promise<void>): Promise<void> {
  const desk = await openDesk(emulators);
  try {
    desk.clock.now = new Date();
    const conversationId = await desk.newConversation();
    await emulators.drain(desk.target.normalized);
    await work({ desk, conversationId });
  } finally {
    await desk.close();
  }
}

/** A replyId that no other test has used: all of them are one caller. */
const newId = () => `r-${randomUUID()}`;
const replyTo = (conversationId: string, replyId: string, text = replyId) => ({
  ...{ conversationId, replyId },
  content: { type: 'text', text },
});

/** A command that died on the replies queue: it was tried twenty times and never accepted. */
async function die({ deadReplies }: Desk, command: unknown, group = 'any'): Promise<void> {
  await deadReplies.client.send(
    new SendMessageCommand({
      QueueUrl: deadReplies.url,
      MessageBody: typeof command === 'string' ? command : JSON.stringify(command),
      MessageGroupId: group,
      MessageDeduplicationId: randomUUID(),
    }),
  );
}

async function lettersLeft({ deadReplies }: Desk) {
  const { Attributes } = await deadReplies.client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadReplies.url, AttributeNames: ['All'] }),
  );
  return [
    Number(Attributes?.ApproximateNumberOfMessages),
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  ];
}

const told = async ({ target }: Desk): Promise<Event[]> => emulators.drain(target.normalized);
const failed = (replyId: string, code = 'not_accepted') => ({
  type: 'switchboard.message.failed.v1',
  data: { replyId, status: 'failed', errors: [{ code, retryable: code === 'not_accepted' }] },
});

describe('a command that died on the replies queue', () => {
  it('stays there while nothing of its conversation has been accepted since, for an hour', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      const id = newId();
      await die(desk, replyTo(conversationId, id));
      desk.clock.pass(3500);
      expect(await desk.sweep()).toMatchObject({ answered: 0, failed: 0 });
      expect(await told(desk)).toEqual([]);
      // Nobody holds it: an operator sees it.
      expect(await lettersLeft(desk)).toEqual([1, 0]);
      desk.clock.pass(200);
      expect(await desk.sweep()).toMatchObject({ answered: 1, failed: 0 });
      expect(await told(desk)).toMatchObject([failed(id)]);
      expect(await lettersLeft(desk)).toEqual([0, 0]);
    });
  });

  it('is answered once, as soon as a later reply has been accepted', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      const id = newId();
      await die(desk, replyTo(conversationId, id));
      desk.clock.pass(60);
      await desk.reply(conversationId, 'a later one');
      await told(desk);
      await desk.sweep();
      await desk.sweep();
      expect(await told(desk)).toMatchObject([failed(id)]);
      expect(await lettersLeft(desk)).toEqual([0, 0]);
    });
  });

  it('is answered in the order of its conversation with the others that died', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      const ids = [newId(), newId(), newId()];
      for (const id of ids) await die(desk, replyTo(conversationId, id), conversationId);
      desk.clock.pass(3700);
      expect(await desk.sweep()).toMatchObject({ answered: 3 });
      const replyIds = (await told(desk)).map(({ data }) => 'replyId' in data && data.replyId);
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
    await withTalk(async ({ desk, conversationId }) => {
      const id = newId();
      await die(desk, commandOf(id, conversationId));
      desk.clock.pass(3700);
      await desk.sweep();
      const [answer, ...more] = await told(desk);
      expect(more).toEqual([]);
      expect(answer).toMatchObject({ ...failed(id), partitionkey: conversationId });
    });
  });

  it('is answered in a group of its own where there is no such conversation', async () => {
    await withTalk(async ({ desk }) => {
      const id = newId();
      await die(desk, replyTo('cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa', id));
      desk.clock.pass(3700);
      await desk.sweep();
      expect(await told(desk)).toMatchObject([
        { ...failed(id), partitionkey: expect.stringMatching(/^refused_/) },
      ]);
    });
  });

  it('is never accepted after it was answered, and its answer stays the same event', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      const command = replyTo(conversationId, newId());
      await die(desk, command);
      desk.clock.pass(3700);
      await desk.sweep();
      const [first] = await told(desk);
      // Redriven by hand, or sent again by a helpdesk that is in doubt; SQS has forgotten the event by then.
      const { send } = desk.target.normalized.client;
      const sent: string[] = [];
      Object.assign(desk.target.normalized.client, {
        send: async ({ input }: { input: { MessageBody: string } }) => sent.push(input.MessageBody),
      });
      await desk.command(command);
      Object.assign(desk.target.normalized.client, { send });
      expect(sent.map((body) => JSON.parse(body))).toEqual([first]);
      expect(desk.commands()).toEqual([]);
    });
  });

  it('may be sent anew under another replyId', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      await die(desk, replyTo(conversationId, newId(), 'the text'));
      desk.clock.pass(3700);
      await desk.sweep();
      await told(desk);
      await desk.sendToEnd(await desk.reply(conversationId, 'the text'));
      expect(desk.api.taken.map(({ text }) => text)).toEqual(['the text']);
    });
  });

  it('is not answered where its reply was accepted after all, and leaves', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      const command = replyTo(conversationId, newId());
      await die(desk, command);
      await desk.command(command);
      await told(desk);
      desk.clock.pass(3700);
      expect(await desk.sweep()).toMatchObject({ answered: 1 });
      expect(await told(desk)).toEqual([]);
      expect(await lettersLeft(desk)).toEqual([0, 0]);
    });
  });

  it('is told that its replyId is taken where it stands for something else', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      const id = newId();
      await desk.command(replyTo(conversationId, id, 'one'));
      await told(desk);
      await die(desk, replyTo(conversationId, id, 'other'));
      desk.clock.pass(3700);
      await desk.sweep();
      expect(await told(desk)).toMatchObject([failed(id, 'reply_id_reused')]);
    });
  });

  it.each<[string, unknown, string | undefined]>([
    ['that is half a document', '{"half a', undefined],
    ['that is nested beyond every stack', '['.repeat(100_000), undefined],
    ['without content', { replyId: 'lame' }, 'lame'],
  ])('%s is answered as far as it can be read', async (_, command, replyId) => {
    await withTalk(async ({ desk }) => {
      await die(desk, command);
      desk.clock.pass(3700);
      expect(await desk.sweep()).toMatchObject({ answered: 1, failed: 0 });
      const events = await told(desk);
      expect(events).toMatchObject([{ data: { errors: [{ code: 'not_accepted' }] } }]);
      expect(Reflect.get(events[0]?.data ?? {}, 'replyId')).toBe(replyId);
    });
  });

  it('that is a sign of reading or typing leaves without an answer', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      await die(desk, { conversationId, signal: 'typing' });
      desk.clock.pass(3700);
      await desk.sweep();
      expect(await told(desk)).toEqual([]);
      expect(await lettersLeft(desk)).toEqual([0, 0]);
    });
  });

  it('is answered by the next run where this one could not publish the answer', async () => {
    await withTalk(async ({ desk, conversationId }) => {
      const id = newId();
      await die(desk, replyTo(conversationId, id));
      desk.clock.pass(3700);
      const { client } = desk.target.normalized;
      const { send } = client;
      const refusing = async (command: object) => {
        if (command instanceof SendMessageCommand) throw new Error('down');
        return Reflect.apply(send, client, [command]);
      };
      Object.assign(client, { send: refusing });
      expect(await desk.sweep()).toMatchObject({ answered: 0, failed: 1 });
      Object.assign(client, { send });
      expect(await desk.sweep()).toMatchObject({ answered: 1, failed: 0 });
      expect(await told(desk)).toMatchObject([failed(id)]);
    });
  });
});
