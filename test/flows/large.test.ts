import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { sendMail } from '#test/support/mail/mail';
import { bySize } from '#test/support/runner/size';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** Meta's own bounds: a body of 3 MB, a thousand updates in it (webhooks/overview). The small size is a fifth of both. */
const updates = bySize({ small: 120, full: 1000 });
const ofOneCustomer = bySize({ small: 24, full: 200 });
const bodyBytes = updates * 3_000;

const startsWith = (start: string) => (text: string | undefined) =>
  text?.startsWith(start) ?? false;

describe(`a webhook of ${bodyBytes} bytes with ${updates} updates`, { timeout: 300_000 }, () => {
  it('of as many customers is as many events, each once', async () => {
    const text = (index: number) => `many ${index} ${'x'.repeat(2750)}`;
    const messages = Array.from({ length: updates }, (_, index) =>
      whatsappText(`16505${String(500_000 + index)}`, `wamid.many${index}`, text(index)),
    );
    const body = JSON.stringify(whatsappBody([whatsappChange(stack.description, { messages })]));
    expect(body.length).toBeGreaterThan(bodyBytes * 0.95);
    expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
    const matches = startsWith('many ');
    const events = await stack.helpdesk.waitFor(({ data }) => matches(data.message?.text), {
      count: updates,
      seconds: 240,
    });
    await untilIdle(stack);
    expect(new Set(events.map(({ data }) => data.message?.providerMessageId)).size).toBe(updates);
    expect(new Set(events.map(({ subject }) => subject)).size).toBe(updates);
  });

  it('of one customer keeps their order', async () => {
    const text = (index: number) => `one after the other ${index}`;
    const messages = Array.from({ length: ofOneCustomer }, (_, index) =>
      whatsappText('16505559000', `wamid.one${index}`, text(index)),
    );
    const body = whatsappBody([whatsappChange(stack.description, { messages })]);
    expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
    const matches = startsWith('one after');
    const events = await stack.helpdesk.waitFor(({ data }) => matches(data.message?.text), {
      count: ofOneCustomer,
      seconds: 240,
    });
    await untilIdle(stack);
    expect(events.map(({ data }) => data.message?.text)).toEqual(messages.map((_, i) => text(i)));
  });

  it('in one update waits in S3 while a reference travels', async () => {
    // No message of Meta's is so large; what is not known yet may be, and is kept whole.
    const novelty = { ...whatsappText('16505559001', 'wamid.large', ''), type: 'hologram' };
    const message = { ...novelty, hologram: { parts: ['y'.repeat(150_000)] } };
    const body = whatsappBody([whatsappChange(stack.description, { messages: [message] })]);
    expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
    const [event] = await stack.helpdesk.waitFor(
      ({ data }) => data.message?.providerMessageId === 'wamid.large',
    );
    expect(event?.data.message).toMatchObject({ content: { providerType: 'hologram' } });
  });
});

describe('a mail of 25 MB', { timeout: 180_000 }, () => {
  it('is one event with its attachment stored', async () => {
    const content = Buffer.alloc(18_500_000, 'A mail can be this large. ');
    const attachments = [{ filename: 'large.bin', content }];
    const letter = { from: 'ida@customer.example', text: 'a very large mail' };
    expect(await sendMail(stack.description, { ...letter, attachments })).toBe(250);
    const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === letter.text, {
      seconds: 120,
    });
    const { endpoints, region, credentials, buckets } = stack.description;
    const s3 = new S3Client({ endpoint: endpoints.s3, region, credentials, forcePathStyle: true });
    const Bucket = buckets.mail;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const large = Contents.filter(({ Size = 0 }) => Size > 25_000_000);
    expect(large).toHaveLength(1);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: large[0]?.Key ?? '' }));
    const sha256 = createHash('sha256').update((await Body?.transformToByteArray()) ?? '');
    expect(event?.data.message).toMatchObject({ raw: { sha256: sha256.digest('hex') } });
  });
});

describe('the normalized queue', () => {
  it('keeps every promise of the contract', () => {
    expect(stack.helpdesk.heard.length).toBeGreaterThan(updates + ofOneCustomer);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
