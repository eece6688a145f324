import { randomBytes } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '#shared/model/attachment';
import { queueDepths, untilIdle } from '#test/support/aws/stored';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords, secretsOf } from '#test/support/stack/logs';
import { brokenPromises } from '#test/support/stack/promises';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

const from = '16505551234';
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(200_000)]);
const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), randomBytes(300_000)]);
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(3_000_000)]);

type Told = HeardEvent & {
  readonly data: {
    readonly attachment?: Attachment;
    readonly message?: { readonly attachments?: readonly Attachment[] };
  };
};

/** The one attachment of the message with this text, as its first event has it. */
async function received(text: string): Promise<Attachment> {
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  const [attachment] = (event as Told | undefined)?.data.message?.attachments ?? [];
  if (!attachment) throw new Error('no attachment');
  return attachment;
}

/** What the helpdesk is told of it later. */
async function updated({ id }: Attachment): Promise<Attachment> {
  const [event] = await stack.helpdesk.waitFor((each) => (each as Told).data.attachment?.id === id);
  const attachment = (event as Told | undefined)?.data.attachment;
  if (!attachment) throw new Error('no attachment');
  return attachment;
}

async function bytesAt(uri = ''): Promise<Buffer> {
  const { hostname: Bucket, pathname } = new URL(uri);
  const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket, Key: pathname.slice(1) }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function sendFile(
  text: string,
  media: object,
  provider = 'whatsapp',
  sender = from,
): Promise<void> {
  const url = `${stack.description.providers[provider]}/_inbound`;
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ from: sender, text, media }),
  });
  expect(((await response.json()) as { status: number }).status).toBe(200);
}

/** A webhook of our own making, about a media id and an address of our choice. */
async function sendReference(key: string, image: object): Promise<void> {
  const { description } = stack;
  const { text: _, ...message } = whatsappText(from, `wamid.media${key}`, '');
  const change = whatsappChange(description, {
    messages: [{ ...message, type: 'image', image: { mime_type: 'image/jpeg', ...image } }],
  });
  expect((await post(whatsappWebhook(description, whatsappBody([change])))).status).toBe(200);
}

describe('a file a customer sends', { timeout: 60_000 }, () => {
  it.each([
    ['a photo', jpeg, { kind: 'image', contentType: 'image/jpeg' }],
    [
      'a document',
      pdf,
      { kind: 'document', contentType: 'application/pdf', fileName: '../../é.pdf' },
    ],
  ])('arrives in our bucket, after its message: %s', async (text, bytes, media) => {
    await sendFile(text, { ...media, base64: bytes.toString('base64') });
    const pending = await received(text);
    expect(pending).toMatchObject({ ...media, state: 'pending' });
    const stored = await updated(pending);
    expect(stored).toMatchObject({
      ...{ id: pending.id, ...media, state: 'stored', sizeBytes: bytes.length },
      uri: `s3://${stack.description.buckets.archive}/media/${pending.id}`,
    });
    expect((await bytesAt(stored.uri)).equals(bytes)).toBe(true);
  });

  it('is found by its id when the address of the webhook has run out', async () => {
    await sendFile('seen before', { kind: 'image', base64: jpeg.toString('base64') });
    const { providerReference: id } = await received('seen before');
    const url = `${stack.description.providers['whatsapp']}/whatsapp_business/attachments/?mid=${id}&ext=1`;
    await sendReference('2', { id, url, caption: 'by its id' });
    const stored = await updated(await received('by its id'));
    expect(stored.state).toBe('stored');
    expect((await bytesAt(stored.uri)).equals(jpeg)).toBe(true);
  });

  it('that Meta does not know has expired', async () => {
    await sendReference('3', { id: '4711', caption: 'forgotten' });
    expect(await updated(await received('forgotten'))).toMatchObject({
      state: 'expired',
      error: expect.stringContaining('media id'),
    });
  });

  it.each([
    ['dm photo', 'cracked', { kind: 'image' }, jpeg, 'image'],
    ['voice message', 'listen', { kind: 'voice' }, film, 'voice'],
    [
      'post with a photo',
      '@switchboard look',
      { kind: 'image', altText: 'A cracked screen' },
      jpeg,
      'image',
    ],
    ['post with a video', '@switchboard watch', { kind: 'video' }, film, 'video'],
  ])('arrives from X: a %s', async (_, text, media, bytes, kind) => {
    await sendFile(text, [{ ...media, base64: bytes.toString('base64') }], 'twitter', '@nora');
    const pending = await received(text);
    const { altText } = media as { readonly altText?: string };
    expect(pending).toMatchObject({ kind, state: 'pending', ...(altText ? { altText } : {}) });
    const stored = await updated(pending);
    expect(stored).toMatchObject({ state: 'stored', sizeBytes: bytes.length });
    expect((await bytesAt(stored.uri)).equals(bytes)).toBe(true);
  });

  it('has left nothing behind, broken no promise, and stands in no log', async () => {
    await untilIdle(stack);
    expect(await queueDepths(stack)).toMatchObject({ media: 0, 'media dead letters': 0 });
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
    const words = ['whatsapp_business/attachments', 'é.pdf', from, ...secretsOf(stack.description)];
    expect(loggedWords(stack.description, words)).toEqual([]);
    expect(loggedWords(stack.description, ['file settled'])).toHaveLength(1);
  });
});
