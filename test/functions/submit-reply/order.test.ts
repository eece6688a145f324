import { randomUUID } from 'node:crypto';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyAccepter } from '#functions/accept-reply/accept-reply';
import {
  replySubmitter,
  type SubmitReplyDependencies,
  signalSubmitter,
} from '#functions/submit-reply/submit-reply';
import type { Queue } from '#shared/aws/queues/queue';
import { enqueueCommand, replyDeduplicationId } from '#shared/aws/queues/replies-queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { recordNotAccepted } from '#shared/aws/store/sending/refuse';
import { replyHash } from '#shared/aws/store/sending/reply-hash';
import type { ReplyCommand } from '#shared/model/reply';
import { origin, phone, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let replies: Queue;
let dependencies: SubmitReplyDependencies;
beforeAll(async () => {
  emulators = await startEmulators();
  replies = await emulators.queue('replies.fifo');
  dependencies = {
    ...checking,
    table: emulators.table,
    enqueue: (command, deduplicationId) => enqueueCommand(replies, command, deduplicationId),
    now: () => new Date(),
  };
});
afterAll(() => emulators.stop());

/** The account whose limits replies are measured by; no reply here shows a file. */
const checking = {
  settings: {
    accounts: [
      {
        ...{ connector: origin.connector, account: origin.account, secretId: 'none' },
        ...{ publicUrl: 'https://example.com', apiUrl: 'https://example.com' },
        settings: { address: '106540352242922' },
      },
    ],
    archiveBucket: 'archive',
  },
  look: async () => ({ kind: 'found' as const, sizeBytes: 1 }),
};

let customers = 0;
async function newConversation(): Promise<string> {
  customers += 1;
  const customer = { identities: [phone(`1650558${String(customers).padStart(4, '0')}`)] as const };
  const receivedAt = new Date().toISOString();
  const message = textMessage(`in-${customers}`, 'Hello', { customer, occurredAt: receivedAt });
  const { conversation } = await appendMessage(
    emulators.table,
    { ...origin, receivedAt, replyWindowHours: 24 },
    message,
  );
  return conversation.id;
}

/** What API Gateway makes of a POST: every request has an id of its own. */
const posted = (id: string, body: unknown) =>
  ({
    pathParameters: { id },
    headers: {},
    requestContext: { requestId: randomUUID(), http: { method: 'POST' } },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  }) as unknown as APIGatewayProxyEventV2;

const postReply = async (id: string, replyId: string, text: string, more: object = {}) =>
  replySubmitter(dependencies)(posted(id, { replyId, content: { type: 'text', text }, ...more }));
const postSignal = async (id: string) =>
  signalSubmitter(dependencies)(posted(id, { signal: 'typing' }));

interface Taken {
  readonly id: string;
  readonly body: string;
  readonly group: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** Everything on the queue, taken off in the order in which it is given. */
async function takeAll({ client, url }: Queue): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return taken;
    for (const { MessageId = '', Body = '', ReceiptHandle, Attributes } of Messages) {
      taken.push({
        ...{ id: MessageId, body: Body, group: Attributes?.MessageGroupId },
        deduplicationId: Attributes?.MessageDeduplicationId,
      });
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }
}

describe('a reply by HTTP goes on the replies queue', () => {
  it('in the group of its conversation, under the hash of what makes it this reply', async () => {
    const id = await newConversation();
    const { statusCode } = await postReply(id, 'r1', 'Hello back');
    expect(statusCode).toBe(202);
    const [message, ...others] = await takeAll(replies);
    expect(others).toEqual([]);
    const command = { ...JSON.parse(message?.body ?? ''), caller: 'default' } as ReplyCommand;
    expect(message).toMatchObject({ group: id, deduplicationId: replyDeduplicationId(command) });
    expect(message?.deduplicationId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('once, however often it is posted', async () => {
    const id = await newConversation();
    for (let post = 0; post < 3; post += 1) {
      expect((await postReply(id, 'twice', 'The same')).statusCode).toBe(202);
    }
    expect(await takeAll(replies)).toHaveLength(1);
  });

  it('beside everything that is another reply', async () => {
    const [one, other] = [await newConversation(), await newConversation()];
    await postReply(one, 'r', 'A');
    await postReply(one, 'r', 'B');
    await postReply(one, 's', 'A');
    await postReply(other, 'r', 'A');
    await postReply(one, 'r', 'A', { caller: 'another' });
    expect(await takeAll(replies)).toHaveLength(5);
  });

  it('only where there is such a conversation', async () => {
    for (const id of ['ö ü', 'x'.repeat(200), 'cnv_none']) {
      const { statusCode } = await postReply(id, randomUUID(), 'lost');
      expect(statusCode).toBe(404);
    }
    await takeAll(replies);
  });
});

describe('a reply by HTTP whose replyId was told as never accepted', () => {
  it('is refused, 409', async () => {
    const conversationId = await newConversation();
    const content = { type: 'text' as const, text: 'too late' };
    const command = {
      conversationId,
      replyId: 'used-up',
      caller: 'default',
      content,
      metadata: {},
    };
    const error = { code: 'not_accepted', title: 'a fault of ours', retryable: true } as const;
    await recordNotAccepted(emulators.table, command, replyHash(command), {
      ...{ error, occurredAt: new Date().toISOString() },
    });
    const { statusCode, body } = await postReply(conversationId, 'used-up', 'too late');
    expect({ statusCode, body: JSON.parse(body ?? '') }).toEqual({
      statusCode: 409,
      body: { error: 'not_accepted', reasons: ['a fault of ours'] },
    });
    await takeAll(replies);
  });
});

describe('signs of typing', () => {
  it('go in their turn among the replies, and the second one is no repeat of the first', async () => {
    const id = await newConversation();
    const answers = [
      await postSignal(id),
      await postReply(id, 'first', 'first'),
      await postSignal(id),
      await postSignal(id),
      await postReply(id, 'second', 'second'),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202]);
    const target = {
      table: emulators.table,
      normalized: await emulators.queue('normalized.fifo'),
      outbound: await emulators.queue('outbound.fifo'),
      now: () => new Date(),
    };
    const accept = replyAccepter({ ...checking, target, now: target.now });
    for (const message of await takeAll(replies)) {
      // A redelivery of the same message is no second sign.
      for (let delivery = 0; delivery < 2; delivery += 1) await accept(message.body, message.id);
    }
    const commands = (await takeAll(target.outbound)).map(({ body }) => JSON.parse(body));
    expect(commands.map(({ signal, sequence }) => signal ?? sequence)).toEqual([
      'typing',
      2,
      'typing',
      'typing',
      3,
    ]);
  });
});

describe('the replies queue', () => {
  it.each([
    ['group', { MessageDeduplicationId: 'x' }],
    ['deduplication id', { MessageGroupId: 'x' }],
  ])('refuses a message without a %s', async (_, ids) => {
    const sent = replies.client.send(
      new SendMessageCommand({ QueueUrl: replies.url, MessageBody: '{}', ...ids }),
    );
    await expect(sent).rejects.toThrow(/MessageGroupId|MessageDeduplicationId/);
  });
});
