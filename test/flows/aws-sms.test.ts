import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueDepths, untilIdle } from '#test/support/aws/stored';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import {
  makeFault,
  sentTo,
  sentWith,
  setConditions,
  tellStatus,
  writeAs,
} from '#test/support/stack/providers';

const connector = 'aws-sms';
const address = '+12065550100';
let stack: LocalStack;
let sns: SNSClient;
let s3: S3Client;
beforeAll(async () => {
  stack = await startLocalStack(undefined, 'local-aws');
  const { region, credentials, endpoints } = stack.description;
  sns = new SNSClient({ region, credentials, endpoint: endpoints.sns });
  s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
});
afterAll(async () => {
  sns.destroy();
  s3.destroy();
  await stack.stop();
});

const kindsOf = (events: readonly HeardEvent[]) => events.map(({ type }) => type.split('.').at(-2));
const ofReply = (replyId: string) => (event: HeardEvent) =>
  (event.data.message?.replyId ?? event.data.replyId) === replyId;

async function received(from: string, text: string): Promise<HeardEvent> {
  const { providerMessageId } = await writeAs(stack.description, connector, { from, text });
  const [event] = await stack.helpdesk.waitFor(
    ({ type, data }) =>
      type === 'switchboard.message.received.v1' &&
      data.message?.providerMessageId === providerMessageId,
  );
  if (!event) throw new Error(`"${text}" did not come in`);
  return event;
}

async function reply(event: HeardEvent, replyId: string, text: string): Promise<void> {
  await replyByQueue(stack, textReply(event.subject ?? '', replyId, text));
}

const publish = (message: object) =>
  sns.send(
    new PublishCommand({
      TopicArn: stack.description.topics[connector] ?? '',
      Message: JSON.stringify(message),
    }),
  );

describe('a conversation by SMS through AWS', () => {
  it('goes both ways: a text, a reply with its statuses, and the answer to that reply', async () => {
    const from = '+14155550201';
    const words = 'Grüße, where is it? 👋';
    const asked = await received(from, words);
    expect(asked.data.message).toMatchObject({ channel: 'sms', connector, text: words });
    // SNS's own time, which is before that of the receipt.
    const { occurredAt, receivedAt } = asked.data.message as unknown as Record<string, string>;
    expect(Date.parse(occurredAt ?? '')).toBeLessThan(Date.parse(receivedAt ?? ''));
    await reply(asked, 'sms-1', 'On its way');
    const events = await stack.helpdesk.waitFor(ofReply('sms-1'), { count: 3 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered']);
    const [send, ...others] = await sentWith(stack.description, connector, 'On its way');
    expect(others).toEqual([]);
    expect(send?.request).toMatchObject({
      operation: 'SendTextMessage',
      DestinationPhoneNumber: from,
      Context: { address },
    });
    expect(events[2]?.data.message?.providerMessageId).toBe(send?.messageId);
    const answer = await received(from, 'Thank you');
    expect(answer.subject).toBe(asked.subject);
    expect(answer.data.message).toMatchObject({
      inReplyTo: { providerMessageId: send?.messageId },
    });
  });

  it('keeps a message once, however often it is published', async () => {
    const message = {
      ...{ originationNumber: '+14155550202', destinationNumber: address, messageKeyword: 'K' },
      ...{ messageBody: 'only once', inboundMessageId: 'cae173d2-66b9-564c-8309-000000000202' },
    };
    await publish(message);
    await publish(message);
    await stack.helpdesk.waitFor(({ data }) => data.message?.text === 'only once');
    await untilIdle(stack);
    const heard = stack.helpdesk.heard.filter(({ event }) => {
      const { type, data } = event;
      return type === 'switchboard.message.received.v1' && data.message?.text === 'only once';
    });
    expect(heard).toHaveLength(1);
  });

  it('passes an event of a kind that is not known over', async () => {
    const common = { originationPhoneNumber: address, destinationPhoneNumber: '+14155550203' };
    await publish({ eventType: 'TEXT_TELEPORTED', messageId: 'unknown-1', ...common });
    await publish({ eventType: 'VOICE_COMPLETED', messageId: 'unknown-2', ...common });
    await untilIdle(stack);
    const dead = Object.entries(await queueDepths(stack)).filter(([name]) => /dead/.test(name));
    expect(dead.filter(([, depth]) => depth > 0)).toEqual([]);
  });
});

describe('STOP', () => {
  it('comes in as a message, and says so', async () => {
    const from = '+14155550204';
    const hello = await received(from, 'hello');
    const stop = await received(from, 'Stop!');
    expect(stop.subject).toBe(hello.subject);
    expect(stop.data.message).toMatchObject({
      text: 'Stop!',
      metadata: { optOut: 'STOP', optOutSource: 'keyword' },
    });
  });

  it('ends the replies of this number until START', async () => {
    const from = '+14155550211';
    const failed = (replyId: string) => (event: HeardEvent) =>
      ofReply(replyId)(event) && kindsOf([event])[0] === 'failed';
    const stop = await received(from, 'STOP');
    await reply(stop, 'sms-silence', 'Are you sure?');
    const [refused] = await stack.helpdesk.waitFor(failed('sms-silence'));
    expect(refused?.data.errors).toMatchObject([{ code: 'recipient_opted_out' }]);
    expect(await sentTo(stack.description, connector, from)).toEqual([]);
    const start = await received(from, 'start');
    await reply(start, 'sms-again', 'Welcome back');
    const events = await stack.helpdesk.waitFor(ofReply('sms-again'), { count: 3 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered']);
    expect(await sentTo(stack.description, connector, from)).toHaveLength(1);
  });

  it('that only AWS has heard of is learnt from its refusal', async () => {
    const asked = await received('+14155550205', 'hello');
    await makeFault(stack.description, connector, 'DESTINATION_PHONE_NUMBER_OPTED_OUT');
    await reply(asked, 'sms-refused', 'Are you there?');
    const events = await stack.helpdesk.waitFor(ofReply('sms-refused'), { count: 2 });
    expect(kindsOf(events)).toEqual(['accepted', 'failed']);
    expect(events[1]?.data.errors).toMatchObject([
      { code: 'recipient_opted_out', providerCode: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
    ]);
  });
});

describe('a long reply', () => {
  it('goes out in two messages, whose outcomes are told apart', async () => {
    const from = '+14155550206';
    const asked = await received(from, 'tell me everything');
    await setConditions(stack.description, connector, { statuses: 'none' });
    const text = 'Where my order is, I would like to know. '.repeat(75).slice(0, 3000);
    await reply(asked, 'sms-long', text);
    await stack.helpdesk.waitFor(ofReply('sms-long'), { count: 2 });
    const sent = await sentTo(stack.description, connector, from);
    expect(sent).toHaveLength(2);
    const [first, second] = sent.map(({ messageId }) => messageId);
    const tell = (messageId = '', status = '', code?: string) =>
      tellStatus(stack.description, connector, {
        ...{ messageId, status },
        ...(code ? { code } : {}),
      });
    await tell(second, 'delivered');
    await tell(first, 'failed', 'UNREACHABLE');
    const [failed] = await stack.helpdesk.waitFor(
      (event) => ofReply('sms-long')(event) && kindsOf([event])[0] === 'failed',
    );
    expect(failed?.data.parts).toMatchObject([
      { part: 0, status: 'failed', errors: [{ code: 'temporary_failure' }] },
      { part: 1, status: 'delivered', providerMessageId: second },
    ]);
    await setConditions(stack.description, connector);
  });
});

describe('buttons', () => {
  it('go out as numbered text where the reply allows it, and the event tells the segments', async () => {
    const from = '+14155550212';
    const asked = await received(from, 'when do you come?');
    const content = {
      ...{ type: 'buttons', text: 'Which day?' },
      buttons: [
        { id: 'mo', title: 'Monday' },
        { id: 'tu', title: 'Tuesday' },
      ],
    };
    const command = (replyId: string, more: object = {}) => ({
      ...{ ...textReply(asked.subject ?? '', replyId, ''), content },
      ...more,
    });
    await replyByQueue(stack, command('sms-buttons'));
    const [refused] = await stack.helpdesk.waitFor(ofReply('sms-buttons'));
    expect(refused?.data.errors).toMatchObject([
      { code: 'content_not_supported', title: expect.stringContaining('with asText: true') },
    ]);
    await replyByQueue(stack, command('sms-numbered', { asText: true }));
    const events = await stack.helpdesk.waitFor(ofReply('sms-numbered'), { count: 3 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered']);
    const text = 'Which day?\n\n1. Monday\n2. Tuesday';
    const metadata = { sentAs: 'numbered_text', segments: '1', encoding: 'GSM-7' };
    expect(events[0]?.data.message).toMatchObject({ text, metadata });
    expect(await sentTo(stack.description, connector, from)).toMatchObject([{ text }]);
  });
});

describe('an answer of AWS that is lost', () => {
  it('is found again by the event, which repeats our context: nothing is sent twice', async () => {
    const asked = await received('+14155550207', 'hello');
    await makeFault(stack.description, connector, 'reset-after-accept');
    await reply(asked, 'sms-lost', 'Did you get it?');
    const events = await stack.helpdesk.waitFor(ofReply('sms-lost'), { count: 3 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered']);
    expect(await sentWith(stack.description, connector, 'Did you get it?')).toHaveLength(1);
  });

  it('of statuses that come late, twice and backwards, the last word is the truth', async () => {
    const asked = await received('+14155550208', 'hello');
    const conditions = { delayMilliseconds: 300, repeat: true, reorder: true };
    await setConditions(stack.description, connector, conditions);
    await reply(asked, 'sms-odd', 'Odd weather');
    const [delivered] = await stack.helpdesk.waitFor(
      (event) => ofReply('sms-odd')(event) && kindsOf([event])[0] === 'delivered',
    );
    expect(delivered?.data.message?.providerMessageId).toBeTruthy();
    await setConditions(stack.description, connector);
    await untilIdle(stack);
    const told = stack.helpdesk.heard.map(({ event }) => event).filter(ofReply('sms-odd'));
    expect(kindsOf(told).filter((kind) => kind === 'delivered')).toHaveLength(1);
  });
});

describe('a file of ours', () => {
  it('goes out as an MMS that names it in our bucket', async () => {
    const asked = await received('+14155550209', 'a picture, please');
    const Bucket = stack.description.buckets.archive;
    const Key = 'uploads/cat.png';
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from('a picture') }));
    const url = `s3://${Bucket}/${Key}`;
    const content = { type: 'media', url, contentType: 'image/png', caption: 'our cat' };
    const command = { ...textReply(asked.subject ?? '', 'mms-1', ''), content };
    await replyByQueue(stack, command);
    const events = await stack.helpdesk.waitFor(ofReply('mms-1'), { count: 3 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered']);
    const [send] = await sentWith(stack.description, connector, 'our cat');
    expect(send?.request).toMatchObject({ operation: 'SendMediaMessage', MediaUrls: [url] });
  });

  it('that is on the web is refused by name', async () => {
    const asked = await received('+14155550210', 'a picture, please');
    const content = {
      ...{ type: 'media', url: 'https://files.example/a.png', contentType: 'image/png' },
    };
    await replyByQueue(stack, { ...textReply(asked.subject ?? '', 'mms-web', ''), content });
    const [rejected] = await stack.helpdesk.waitFor(ofReply('mms-web'));
    expect(rejected?.data.errors).toMatchObject([
      { code: 'invalid_reply', title: expect.stringContaining('AWS takes the file') },
    ]);
  });
});

describe('in the end', () => {
  it('the normalized queue has kept every promise, and no letter is dead', async () => {
    await untilIdle(stack);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
    const dead = Object.entries(await queueDepths(stack)).filter(([name]) => /dead/.test(name));
    expect(dead.filter(([, depth]) => depth > 0)).toEqual([]);
  });
});
