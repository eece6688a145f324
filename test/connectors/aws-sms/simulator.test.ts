import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { simulator } from '#infra/local/simulators/aws-sms/simulator';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { portOf } from '#test/simulators/provider-harness';
import { published } from '#test/support/connectors/provider-requests';
import { customer, settings } from './notification.ts';

const second = { ...settings, address: '+12065550101', originationIdentity: 'pool-2' };
const bodies: string[] = [];
let topic: Server;
let running: RunningSimulator;
beforeAll(async () => {
  topic = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(Buffer.concat(chunks).toString());
    response.writeHead(200).end();
  });
  const webhookUrl = `http://127.0.0.1:${await portOf(topic)}/`;
  const topicArn = 'arn:aws:sns:eu-central-1:000000000000:told';
  running = await startSimulator(
    simulator,
    [settings, second].map(({ address, ...rest }, index) => ({
      ...{ account: `number-${index}`, address, webhookUrl, credentials: {} },
      settings: { ...rest, topicArn },
    })),
  );
});
afterAll(async () => {
  await running.stop();
  topic.closeAllConnections();
  topic.close();
});
beforeEach(async () => {
  bodies.length = 0;
  await ask('/_conditions', { statuses: 'none' });
});

const ask = async (path: string, body: object) => {
  const answer = await fetch(`${running.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
};

async function call(input: object, operation = 'SendTextMessage', headers: object = {}) {
  const answer = await fetch(`${running.url}/`, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=a/20261121/eu-west-1/sms-voice/aws4_request',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `PinpointSMSVoiceV2.${operation}`,
      ...headers,
    },
    body: JSON.stringify(input),
  });
  const { __type = '', ...body } = (await answer.json()) as Record<string, string>;
  return { status: answer.status, name: __type.replace(/^.*#/, ''), ...body };
}

const text = {
  DestinationPhoneNumber: customer,
  OriginationIdentity: settings.originationIdentity,
  MessageBody: 'hello',
};
const { MessageBody: _, ...withoutText } = text;
const media = { ...withoutText, MediaUrls: ['s3://archive/uploads/a.png'] };

describe('the simulated AWS End User Messaging SMS', () => {
  it('takes a text and a file, from a number and from what its settings call it', async () => {
    expect(await call(text)).toMatchObject({ MessageId: expect.any(String) });
    const OriginationIdentity = second.address;
    expect(await call({ ...media, OriginationIdentity }, 'SendMediaMessage')).toMatchObject({
      MessageId: expect.any(String),
    });
  });

  it.each([
    ['no words', { MessageBody: ' ' }],
    ['1,601 characters', { MessageBody: 'x'.repeat(1601) }],
    ['a recipient that is no number', { DestinationPhoneNumber: 'Nora' }],
    ['a time to live of no time', { TimeToLive: 4 }],
    ['a context of blanks', { Context: { reply: ' ' } }],
    ['six words of context', { Context: { a: '1', b: '1', c: '1', d: '1', e: '1', f: '1' } }],
    ['a member that AWS does not have', { Body: 'hello' }],
    ['a file', { MediaUrls: media.MediaUrls }],
  ])('refuses a text with %s', async (_name, wrong) => {
    expect(await call({ ...text, ...wrong })).toMatchObject({
      ...{ status: 400, name: 'ValidationException', Reason: 'INVALID_PARAMETER' },
    });
  });

  it.each([
    ['from the web', ['https://files.example/a.png']],
    ['of several', [...media.MediaUrls, ...media.MediaUrls]],
    ['of none', []],
  ])('refuses an MMS with a file %s', async (_name, MediaUrls) => {
    expect(await call({ ...media, MediaUrls }, 'SendMediaMessage')).toMatchObject({
      name: 'ValidationException',
    });
  });

  it('refuses another sender, another operation, and what is not signed for it', async () => {
    const elsewhere = { ...text, OriginationIdentity: 'phone-9' };
    expect((await call(elsewhere)).name).toBe('ResourceNotFoundException');
    expect((await call(text, 'SendVoiceMessage')).name).toBe('UnknownOperationException');
    const json = { 'content-type': 'application/json' };
    expect((await call(text, 'SendTextMessage', json)).name).toBe('UnknownOperationException');
    const unsigned = { authorization: 'AWS4-HMAC-SHA256 Credential=a/1/b/sns/aws4_request' };
    expect((await call(text, 'SendTextMessage', unsigned)).name).toBe(
      'MissingAuthenticationTokenException',
    );
  });

  it('refuses to write to who has stopped this number, until START; another number may', async () => {
    const write = (words: string) => ask('/_inbound', { from: customer, text: words });
    const toOther = { ...text, OriginationIdentity: second.originationIdentity };
    await write('when does it stop?');
    expect((await call(text)).status).toBe(200);
    await write('STOP');
    expect(await call(text)).toMatchObject({
      ...{ status: 400, name: 'ConflictException' },
      Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT',
    });
    expect((await call(toOther)).status).toBe(200);
    await write('start');
    expect((await call(text)).status).toBe(200);
  });

  it('names in a message the one of ours before it', async () => {
    const { MessageId } = (await call(text)) as { MessageId?: string };
    await ask('/_inbound', { from: customer, text: 'yes' });
    expect(published(bodies.at(-1) ?? '')).toMatchObject({
      ...{ originationNumber: customer, destinationNumber: settings.address },
      ...{ messageBody: 'yes', previousPublishedMessageId: MessageId },
    });
  });

  it('publishes events where the message names a configuration set, and repeats its context', async () => {
    const Context = { reply: 'msg_1.0.1', address: settings.address };
    const named = { ...text, ConfigurationSetName: 'switchboard', Context };
    const { MessageId } = (await call(named)) as { MessageId?: string };
    const failed = { messageId: MessageId, status: 'failed', code: 'SPAM' };
    expect(await ask('/_status', failed)).toEqual({ status: 200, body: { status: 200 } });
    expect(published(bodies.at(-1) ?? '')).toMatchObject({
      ...{ eventType: 'TEXT_SPAM', isFinal: true, messageId: MessageId, context: Context },
      messageStatusDescription: 'Blocked as spam by phone carrier',
    });
    const { MessageId: silent } = (await call(text)) as { MessageId?: string };
    expect(await ask('/_status', { messageId: silent, status: 'sent' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('without ConfigurationSetName') },
    });
  });
});
