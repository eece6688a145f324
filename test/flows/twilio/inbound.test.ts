import { randomBytes } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '#shared/model/attachment';
import { queueDepths, untilIdle } from '#test/support/aws/stored';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords, secretsOf } from '#test/support/stack/logs';
import { brokenPromises } from '#test/support/stack/promises';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

const from = '+15035550142';
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(300_000)]);
const card = Buffer.from('BEGIN:VCARD\nVERSION:3.0\nFN:Nora Berg\nTEL:+15035550199\nEND:VCARD\n');

type Told = HeardEvent & {
  readonly data: {
    readonly attachment?: Attachment;
    readonly state?: string;
    readonly sender?: string;
    readonly message?: {
      readonly attachments?: readonly Attachment[];
      readonly metadata?: Readonly<Record<string, string>>;
    };
  };
};

async function ask(path: string, body: object): Promise<void> {
  const response = await fetch(`${stack.description.providers['twilio']}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(response.status, await response.clone().text()).toBe(200);
}

/** The message with this text as its first event has it. */
async function received(text: string) {
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return (event as Told | undefined)?.data.message;
}

/** What the helpdesk is told of a file later. */
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

const consentIs = (state: string) => (event: HeardEvent) =>
  event.type === 'switchboard.consent.changed.v1' && (event as Told).data.state === state;

describe('what customers send by SMS', { timeout: 60_000 }, () => {
  it('are two files of one MMS: both are stored, byte for byte', async () => {
    const media = [
      { base64: jpeg.toString('base64'), contentType: 'image/jpeg' },
      { base64: card.toString('base64'), contentType: 'text/vcard' },
    ];
    await ask('/_inbound', { from, text: 'both of them', media });
    const { attachments = [] } = (await received('both of them')) ?? {};
    expect(attachments).toMatchObject([
      { kind: 'image', contentType: 'image/jpeg', state: 'pending' },
      { kind: 'document', contentType: 'text/vcard', state: 'pending' },
    ]);
    const stored = await Promise.all(attachments.map(updated));
    expect(stored).toMatchObject([
      { kind: 'image', contentType: 'image/jpeg', state: 'stored', sizeBytes: jpeg.length },
      { kind: 'document', contentType: 'text/vcard', state: 'stored', sizeBytes: card.length },
    ]);
    const [one, two] = await Promise.all(stored.map(({ uri }) => bytesAt(uri)));
    expect([one?.equals(jpeg), two?.equals(card)]).toEqual([true, true]);
  });

  it('is never fetched from a host that is not Twilio', async () => {
    const parameters = {
      ...{ NumMedia: '2', MediaContentType0: 'image/png', MediaContentType1: 'image/png' },
      ...{
        MediaUrl0: 'http://169.254.169.254/latest/meta-data',
        MediaUrl1: 'https://example.com/a',
      },
    };
    await ask('/_inbound', { from, text: 'from elsewhere', parameters });
    const { attachments = [] } = (await received('from elsewhere')) ?? {};
    const told = await Promise.all(attachments.map(updated));
    expect(told.map(({ state, error }) => `${state}: ${error}`)).toEqual([
      "failed: 169.254.169.254 is not one of the provider's hosts",
      "failed: example.com is not one of the provider's hosts",
    ]);
  });

  it('are the words that stop our messages and allow them again', async () => {
    await ask('/_inbound', { from, text: 'Stop!' });
    expect(await received('Stop!')).toMatchObject({
      metadata: { optOut: 'STOP', optOutSource: 'keyword' },
    });
    await stack.helpdesk.waitFor(consentIs('revoked'));
    await ask('/_inbound', { from, text: 'START' });
    expect(await received('START')).toMatchObject({
      metadata: { optOut: 'START', optOutSource: 'keyword' },
    });
    await stack.helpdesk.waitFor(consentIs('granted'));
  });

  it('is what Advanced Opt-Out says of them, on WhatsApp too', async () => {
    await ask('/_conditions', { advancedOptOut: true });
    await ask('/_inbound', { from: `whatsapp:${from}`, text: 'stop' });
    expect(await received('stop')).toMatchObject({
      metadata: { optOut: 'STOP', optOutSource: 'OptOutType' },
    });
    await ask('/_conditions', {});
  });

  it('from a channel that is not read here raise one alert, and none is quarantined', async () => {
    for (const customer of ['1', '2', '3']) {
      const parameters = { From: `messenger:${customer}`, To: 'messenger:200' };
      await ask('/_inbound', { from, text: 'hello from Messenger', parameters });
    }
    await untilIdle(stack);
    const alerts = stack.helpdesk.heard.filter(({ event }) => event.type.includes('channel.alert'));
    expect(alerts.map(({ event }) => event.data)).toMatchObject([
      { code: 'unsupported_field', title: expect.stringContaining('messenger') },
    ]);
    const { archive } = stack.description.buckets;
    const { Contents = [] } = await stack.s3.send(new ListObjectsV2Command({ Bucket: archive }));
    const keys = Contents.map(({ Key = '' }) => Key);
    expect(keys.filter((key) => key.startsWith('quarantine/'))).toEqual([]);
    const kept = keys.filter((key) => key.startsWith('raw/') && key.includes('/twilio/'));
    expect(kept.length, keys.join('\n')).toBeGreaterThanOrEqual(3);
  });

  it('has left nothing behind, broken no promise, and stands in no log', async () => {
    await untilIdle(stack);
    expect(await queueDepths(stack)).toMatchObject({ media: 0, 'media dead letters': 0 });
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
    const words = ['/Media/ME', 'twiliocdn', 'Nora', from, ...secretsOf(stack.description)];
    expect(loggedWords(stack.description, words)).toEqual([]);
    expect(loggedWords(stack.description, ['file settled'])).toHaveLength(1);
  });
});
