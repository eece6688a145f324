import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Adjust } from '#infra/local/functions';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, type sentTo, setConditions, writeAs } from '#test/support/stack/providers';

/** The stage with threads of at most three posts. */
const withThreads: Adjust = (fn) => {
  const { ACCOUNTS } = fn.environment;
  if (!ACCOUNTS) return fn;
  const accounts = JSON.parse(ACCOUNTS).map((each: { connector: string; settings: object }) =>
    each.connector === 'twitter'
      ? { ...each, settings: { ...each.settings, longReplies: 'thread', maxThreadPosts: 3 } }
      : each,
  );
  return { ...fn, environment: { ...fn.environment, ACCOUNTS: JSON.stringify(accounts) } };
};

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(undefined, 'local', withThreads);
});
afterAll(() => stack.stop());

const sentence = 'Your parcel left our warehouse this morning. ';
const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2);

async function conversationWith(from: string, text: string): Promise<string> {
  await writeAs(stack.description, 'twitter', { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

async function outcomeOf(replyId: string, kind: string): Promise<HeardEvent> {
  const [event] = await stack.helpdesk.waitFor(
    (each) => each.data.replyId === replyId && kindOf(each) === kind,
  );
  if (!event) throw new Error(`no ${kind} of ${replyId}`);
  return event;
}

async function reply(conversationId: string, command: { replyId: string; content: object }) {
  return replyByHttp(stack, conversationId, { conversationId, ...command });
}

const answeredPost = ({ request }: { readonly request: object }) =>
  (request as { body: { reply?: { in_reply_to_tweet_id: string } } }).body.reply
    ?.in_reply_to_tweet_id;

async function upload(name: string, bytes: Buffer): Promise<string> {
  const { archive: Bucket } = stack.description.buckets;
  await stack.s3.send(new PutObjectCommand({ Bucket, Key: `uploads/${name}`, Body: bytes }));
  return `s3://${Bucket}/uploads/${name}`;
}

describe('a public reply longer than a post', () => {
  it('goes out as a thread, each post an answer to the one before, and every one is told', async () => {
    const customer = '1600000000000000101';
    const conversationId = await conversationWith(customer, '@switchboard where is it?');
    await reply(conversationId, textReply(conversationId, 'thread', sentence.repeat(14).trim()));
    const delivered = await outcomeOf('thread', 'delivered');
    const parts = (delivered.data.parts ?? []) as { providerMessageId: string; status: string }[];
    expect(parts.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered']);
    const ids = parts.map(({ providerMessageId }) => providerMessageId);
    const sent = (await allSent()).filter(({ messageId }) => ids.includes(messageId));
    expect(sent.map(({ messageId }) => messageId)).toEqual(ids);
    expect(sent.map(answeredPost).slice(1)).toEqual(ids.slice(0, 2));
    expect(sent.map(({ text }) => text).join(' ')).toBe(sentence.repeat(14).trim());
  });

  it('than its thread may be is refused at the door, and the private conversation advised', async () => {
    const customer = '1600000000000000103';
    const privateId = await conversationWith(customer, 'a word in private');
    const publicId = await conversationWith(customer, '@switchboard and one in public');
    const answer = await reply(publicId, textReply(publicId, 'long', 'x'.repeat(841)));
    expect(answer).toEqual({
      status: 422,
      body: {
        error: 'text_too_long',
        reasons: ['the public reply weighs 841 of X’s characters; allowed: 3 posts of 280'],
        advice: { action: 'reply_in_private', channel: 'twitter', conversationId: privateId },
      },
    });
  });
});

describe('a customer who cannot be answered here', () => {
  it('is offered the public answer, and then is not sent back to where it came from', async () => {
    const customer = '1600000000000000108';
    const privateId = await conversationWith(customer, 'a question in private');
    const publicId = await conversationWith(customer, '@switchboard a question in public');
    await makeFault(stack.description, 'twitter', '349');
    await reply(privateId, textReply(privateId, 'no-dm', 'We are on it'));
    expect((await outcomeOf('no-dm', 'failed')).data.errors).toMatchObject([
      {
        code: 'recipient_unreachable',
        advice: { action: 'reply_in_public', channel: 'twitter', conversationId: publicId },
      },
    ]);
    await makeFault(stack.description, 'twitter', '433');
    await reply(publicId, textReply(publicId, 'no-post', 'We are on it'));
    const [error] = (await outcomeOf('no-post', 'failed')).data.errors as object[];
    expect(error).toMatchObject({ code: 'replies_restricted' });
    expect(error).not.toHaveProperty('advice');
  });

  it('is offered the direct message where the post is gone', async () => {
    const customer = '1600000000000000104';
    const privateId = await conversationWith(customer, 'hello in private');
    const publicId = await conversationWith(customer, '@switchboard hello in public');
    await makeFault(stack.description, 'twitter', '385');
    await reply(publicId, textReply(publicId, 'gone', 'We are on it'));
    expect((await outcomeOf('gone', 'failed')).data.errors).toMatchObject([
      {
        code: 'post_unavailable',
        advice: { action: 'reply_in_private', channel: 'twitter', conversationId: privateId },
      },
    ]);
  });

  it('is offered no public answer where there is no post', async () => {
    const privateId = await conversationWith('1600000000000000105', 'only in private');
    await makeFault(stack.description, 'twitter', '349');
    await reply(privateId, textReply(privateId, 'nowhere', 'We are on it'));
    const [error] = (await outcomeOf('nowhere', 'failed')).data.errors as object[];
    expect(error).toMatchObject({ code: 'recipient_unreachable' });
    expect(error).not.toHaveProperty('advice');
  });
});

describe('files to a customer', () => {
  it('reach a direct message with a description, and a post as four', async () => {
    const customer = '1600000000000000106';
    const url = await upload('label.png', Buffer.from('a picture'));
    const privateId = await conversationWith(customer, 'the label, please');
    const picture = { type: 'media', url, contentType: 'image/png', altText: 'a label' };
    await reply(privateId, { replyId: 'dm-file', content: { ...picture, caption: 'here' } });
    await outcomeOf('dm-file', 'delivered');
    const publicId = await conversationWith(customer, '@switchboard and here?');
    const attachments = Array(4).fill({ url, contentType: 'image/png', altText: 'a label' });
    const content = { type: 'text', text: 'all four', attachments };
    await reply(publicId, { replyId: 'post-files', content });
    await outcomeOf('post-files', 'delivered');
    const [dm, post] = (await allSent()).slice(-2);
    expect(dm?.request).toMatchObject({ body: { text: 'here', attachments: [{}] } });
    expect(post?.request).toMatchObject({ body: { text: 'all four', media: {} } });
  });

  it('wait until X has processed a video, and fail where X cannot', async () => {
    const url = await upload('film.mp4', Buffer.from('a film'));
    const privateId = await conversationWith('1600000000000000107', 'a film, please');
    const content = { type: 'media', url, contentType: 'video/mp4' };
    await setConditions(stack.description, 'twitter', { processingSeconds: 2 });
    await reply(privateId, { replyId: 'film', content });
    await outcomeOf('film', 'delivered');
    await setConditions(stack.description, 'twitter', {
      processing: 'fails',
      processingSeconds: 0,
    });
    await reply(privateId, { replyId: 'bad-film', content });
    expect((await outcomeOf('bad-film', 'failed')).data.errors).toMatchObject([
      { code: 'media_rejected' },
    ]);
    await setConditions(stack.description, 'twitter');
  });
});

it('keeps every promise', () => {
  expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
});

async function allSent() {
  const url = stack.description.providers['twitter'];
  return (await (await fetch(`${url}/_sent`)).json()) as Awaited<ReturnType<typeof sentTo>>;
}
