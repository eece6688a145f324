import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyByQueue } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentTo, writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

async function conversationWith(from: string): Promise<string> {
  const text = `hello by ${from}`;
  await writeAs(stack.description, 'twilio', { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2);
const about =
  (replyId: string, kind: string) =>
  (event: HeardEvent): boolean =>
    (event.data.replyId ?? event.data.message?.replyId) === replyId && kindOf(event) === kind;

const sentRequests = async (customer: string) =>
  (await sentTo(stack.description, 'twilio', customer)).map(
    ({ request }) => request as Readonly<Record<string, string>>,
  );

describe('a file of ours, sent as an MMS', () => {
  const picture = (key: string) => ({
    ...{ type: 'media', contentType: 'image/png', caption: 'Your receipt' },
    url: `s3://${stack.description.buckets.archive}/uploads/${key}`,
  });
  const store = (Key: string, Body: Buffer) =>
    stack.s3.send(
      new PutObjectCommand({
        Bucket: stack.description.buckets.archive,
        Key: `uploads/${Key}`,
        Body,
      }),
    );

  it('reaches Twilio by an address that anyone can read for an hour', async () => {
    const customer = '+14155550180';
    const conversationId = await conversationWith(customer);
    await store('receipt.png', Buffer.from('the picture'));
    await replyByQueue(stack, { conversationId, replyId: 'mms', content: picture('receipt.png') });
    await stack.helpdesk.waitFor(about('mms', 'delivered'));
    const [request] = await sentRequests(customer);
    expect(request).toMatchObject({ Body: 'Your receipt' });
    const response = await fetch(request?.['MediaUrl'] ?? '');
    expect(await response.text()).toBe('the picture');
    expect(new URL(request?.['MediaUrl'] ?? '').searchParams.get('X-Amz-Expires')).toBe('3600');
  });

  it('is refused at once when it is larger than an MMS may be, or not there', async () => {
    const customer = '+14155550181';
    const conversationId = await conversationWith(customer);
    await store('large.png', Buffer.alloc(5_000_001));
    for (const [key, code] of [
      ['large.png', 'media_too_large'],
      ['none.png', 'media_not_found'],
    ] as const) {
      await replyByQueue(stack, { conversationId, replyId: key, content: picture(key) });
      const [failed] = await stack.helpdesk.waitFor(about(key, 'failed'));
      expect(failed?.data.errors).toMatchObject([{ code }]);
    }
    expect(await sentRequests(customer)).toEqual([]);
  });
});

describe('in the end', () => {
  it('the normalized queue has kept every promise of the contract', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
