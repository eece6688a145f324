import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { readConversation } from '#shared/aws/store/table';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { type Harness, openHarness } from '#test/functions/send/harness/harness';
import type { Place } from '#test/functions/send/harness/outbound-queue';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
let queues = 0;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function openTarget(): Promise<PublishTarget> {
  queues += 1;
  return {
    table: emulators.table,
    normalized: await emulators.queue(`normalized-of-order-${queues}.fifo`),
    outbound: await emulators.queue(`outbound-of-order-${queues}.fifo`),
    now: () => new Date('2026-11-21T10:00:00.000Z'),
  };
}

interface Stored {
  readonly conversation: ConversationItem;
  readonly entry: Entry;
}

/** A customer's message and replies behind it, all stored and none of them published. */
async function store(count: number): Promise<Stored[]> {
  const customer = { identities: [phone(`1650559000${queues}`)] as const };
  const opening = textMessage(`order-${queues}`, 'Hello', { customer });
  const first = await appendMessage(emulators.table, origin, opening);
  const stored: Stored[] = [first];
  for (let number = 1; number <= count; number += 1) {
    const command = {
      ...{ replyId: `order-${queues}-${number}`, conversationId: first.conversation.id },
      ...{ content: { type: 'text' as const, text: `answer ${number}` } },
      ...{ caller: 'default', metadata: {} },
    };
    const { conversation, entry } = await appendReply(
      emulators.table,
      command,
      {},
      origin.receivedAt,
    );
    if (entry) stored.push({ conversation, entry });
  }
  return stored;
}

/** The replies that are asked for, in the order of the queue. */
async function asked({ client, url }: Queue): Promise<number[]> {
  const sequences: number[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    if (Messages.length === 0) return sequences;
    for (const { Body = '', ReceiptHandle } of Messages) {
      sequences.push(JSON.parse(Body).sequence);
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }
}

describe('publishing replies', () => {
  it('asks for each once and in order, by any number of publishers at once', async () => {
    const target = await openTarget();
    const stored = await store(8);
    await Promise.all(
      stored.map(({ conversation, entry }) => publish(target, conversation, entry)),
    );
    expect(await asked(target.outbound)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each([0, 1, 2, 3])(
    'asks in order where a publisher dies after %d commands, each between event and command',
    async (made) => {
      const target = await openTarget();
      const stored = await store(4);
      const dying = { ...target, outbound: failingAfter(target.outbound, made) };
      const [, , , , last] = stored;
      if (!last) throw new Error('nothing is stored');
      await expect(publish(dying, last.conversation, last.entry)).rejects.toThrow('dead');
      await publish(target, last.conversation, last.entry);
      expect(await asked(target.outbound)).toEqual([2, 3, 4, 5]);
    },
  );
});

function failingAfter({ client, url }: Queue, made: number): Queue {
  let count = 0;
  const send = async (command: SendMessageCommand) => {
    count += 1;
    if (count > made) throw new Error('dead');
    return client.send(command);
  };
  return { url, client: { send } as unknown as Queue['client'] };
}

describe('a publisher that asks for an old reply once more, after SQS has forgotten the first time', () => {
  /** Two replies, and what such a publisher does; what it asks for is delivered. */
  async function withTwo(
    work: (
      harness: Harness,
      places: readonly [Place, Place],
      again: () => Promise<void>,
    ) => Promise<void>,
  ) {
    const harness = await openHarness(emulators);
    try {
      const conversationId = await harness.newConversation();
      const first = await harness.reply(conversationId, 'first');
      const second = await harness.reply(conversationId, 'second');
      const conversation = await readConversation(emulators.table, conversationId);
      const entry = await harness.entry(first);
      await work(harness, [first, second], async () => {
        harness.clock.pass(400);
        await publish(harness.target, { ...conversation, published: 1 }, entry);
        expect(harness.commands()).toMatchObject([first]);
        await harness.sendToEnd(first);
      });
    } finally {
      await harness.close();
    }
  }
  const texts = (harness: Harness) => harness.api.taken.map(({ text }) => text);

  it('changes nothing where it was sent', async () => {
    await withTwo(async (harness, places, again) => {
      for (const place of places) await harness.sendToEnd(place);
      await again();
      expect(texts(harness)).toEqual(['first', 'second']);
    });
  });

  it('does not have it sent behind a later one', async () => {
    await withTwo(async (harness, [first, second], again) => {
      await harness.sendToEnd(second);
      await again();
      expect(texts(harness)).toEqual(['second']);
      expect(await harness.entry(first)).toMatchObject({ errors: [{ code: 'not_sent_in_time' }] });
    });
  });
});
