import { randomBytes, randomUUID } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archivedUnder, untilIdle } from '#test/support/aws/stored';
import { openMailbox } from '#test/support/mail/mailbox';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** Everything that comes from outside and is kept as an object, a way for each prefix. */
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  'html/': async () => {
    const mailbox = openMailbox(stack);
    await mailbox.write({ contentType: 'text/html', text: '<b>Hello</b>', shownAs: 'Hello' });
  },
  // What fits stands with its message in the table.
  'raw/': () =>
    webhook(whatsappText('16505559002', 'wamid.raw', randomBytes(1000).toString('hex'))),
  'claims/': () => {
    const { text: _, ...message } = whatsappText('16505559001', 'wamid.large', '');
    return webhook({ ...message, type: 'hologram', hologram: ['y'.repeat(150_000)] });
  },
  'media/': () =>
    fetch(`${stack.description.providers['whatsapp']}/_inbound`, {
      method: 'POST',
      body: JSON.stringify({
        from: '16505559003',
        text: 'a picture',
        media: { kind: 'image', contentType: 'image/jpeg', base64: '/9j/4AAQSkZJRg==' },
      }),
    }),
  'quarantine/': () =>
    stack.sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.description.queues.ingress,
        MessageBody: '<script>not JSON</script>',
        MessageGroupId: 'strange',
        MessageDeduplicationId: randomUUID(),
      }),
    ),
};

async function webhook(message: object): Promise<void> {
  const body = whatsappBody([whatsappChange(stack.description, { messages: [message] })]);
  expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
}

describe('what comes from outside leaves the bucket as an attachment', () => {
  it.each(Object.keys(ways))('under %s', async (Prefix) => {
    await ways[Prefix]?.();
    await expect
      .poll(async () => (await archivedUnder(stack, Prefix)).length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    await untilIdle(stack);
  });

  it('and nothing in the bucket leaves it otherwise', async () => {
    const Bucket = stack.description.buckets.archive;
    const { Contents = [] } = await stack.s3.send(new ListObjectsV2Command({ Bucket }));
    const keys = Contents.map(({ Key = '' }) => Key);
    const prefixes = new Set(keys.map((key) => key.slice(0, key.indexOf('/') + 1)));
    expect([...prefixes].sort()).toEqual(Object.keys(ways).sort());
    for (const Key of keys) {
      const head = await stack.s3.send(new HeadObjectCommand({ Bucket, Key }));
      expect([Key, head.ContentDisposition]).toEqual([Key, 'attachment']);
    }
  });
});

describe('the HTML of a mail', () => {
  it('is not overwritten by a mail that borrows its Message-ID', async () => {
    const mailbox = openMailbox(stack);
    const borrowed = { messageId: '<one-id@customer.example>', contentType: 'text/html' } as const;
    const own = await mailbox.write({
      ...borrowed,
      text: '<p>the true one</p>',
      shownAs: 'the true one',
    });
    await mailbox.write({
      ...borrowed,
      check: 'failed',
      text: '<p>the forged one</p>',
      shownAs: 'the forged one',
    });
    const key = new URL(own.message.originalHtml ?? '').pathname.slice(1);
    const [kept] = await archivedUnder(stack, key);
    expect(kept?.text).toContain('the true one');
  });
});
