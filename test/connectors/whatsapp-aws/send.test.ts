import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  PostWhatsAppMessageMediaCommand,
  SendWhatsAppMessageCommand,
  SocialMessagingClient,
} from '@aws-sdk/client-socialmessaging';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { reply, target } from '#test/connectors/whatsapp/text-reply';
import { account } from './notification.ts';

/** What came to a server of our own that plays AWS. */
interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let url: string;
let calls: Call[] = [];
let answer: { status: number; headers?: Record<string, string>; body: string } | 'reset';

const awsEnvironment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
};
Object.assign(process.env, awsEnvironment);
const { sender } = await import('#connectors/whatsapp-aws/sender');

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { method, url: path, headers } = request;
      calls.push({ method, url: path, headers, body });
      if (answer === 'reset') request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  calls = [];
  answer = { status: 200, body: '{"messageId":"aws-1"}' };
});

const context = (): SendContext<unknown, unknown> => ({
  account,
  credentials: {},
  apiUrl: url,
  publicUrl: 'https://hooks.example/webhooks/whatsapp-aws/main',
  messageId: 'msg_1',
  part: 0,
  attempt: 1,
  timeoutSeconds: 5,
});
async function attempt(change: object = {}): Promise<SendOutcome> {
  const [request] = sender.render(reply('Grüße 👋'), target(), account);
  return sender.send(request, { ...context(), ...change });
}
const messageIn = (call: Call | undefined): unknown =>
  JSON.parse(Buffer.from(JSON.parse(call?.body ?? '{}').message, 'base64').toString('utf8'));

const sdk = () =>
  new SocialMessagingClient({ region: 'eu-central-1', endpoint: url, maxAttempts: 1 });

/** The signature of a call as AWS would make it again, from what arrived. */
async function signatureAnew({ method = '', url: path = '', headers, body }: Call) {
  const date = String(headers['x-amz-date']);
  const signer = new SignatureV4({
    service: 'social-messaging',
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-tests' },
    sha256: sdk().config.sha256,
  });
  const iso = date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
  const names = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1]?.split(';') ?? [];
  const signed = names
    .filter((name) => !['x-amz-date', 'x-amz-content-sha256'].includes(name))
    .map((name) => [name, String(headers[name])]);
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    headers: Object.fromEntries(signed),
    body,
  };
  const { headers: anew } = await signer.sign(request, { signingDate: new Date(iso) });
  return anew['authorization'];
}

describe('the request', () => {
  it('is the one that AWS’s own SDK makes of the same message, signed for the same service', async () => {
    await attempt();
    const [ours] = calls;
    await sdk().send(
      new SendWhatsAppMessageCommand({
        originationPhoneNumberId: account.originationPhoneNumberId,
        metaApiVersion: account.metaApiVersion,
        message: Buffer.from(JSON.stringify(messageIn(ours))),
      }),
    );
    const theirs = calls[1];
    expect(calls).toHaveLength(2);
    expect([ours?.method, ours?.url]).toEqual([theirs?.method, theirs?.url]);
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''));
    expect(ours?.headers['content-type']).toBe(theirs?.headers['content-type']);
    const scope = (call: Call | undefined) =>
      /Credential=([^,]+)/.exec(String(call?.headers.authorization))?.[1];
    expect(scope(ours)).toBe(scope(theirs));
    expect(scope(ours)).toMatch(/\/eu-central-1\/social-messaging\/aws4_request$/);
  });

  it('carries a signature that fits what arrived', async () => {
    await attempt();
    expect(await signatureAnew(calls[0] as Call)).toBe(calls[0]?.headers.authorization);
  });

  it('hands a file over as AWS’s own SDK does, and shows it by the id', async () => {
    answer = { status: 200, body: '{"mediaId":"1234567890"}' };
    const content = {
      type: 'media' as const,
      url: 's3://archive/outbound/a.png',
      contentType: 'image/png',
    };
    const [request] = sender.render({ ...reply(''), content }, target(), account);
    const uploaded = await sender.upload?.(request, [new Uint8Array([1])], context());
    expect(uploaded).toMatchObject({
      kind: 'uploaded',
      request: { body: { type: 'image', image: { id: '1234567890' } } },
    });
    await sdk().send(
      new PostWhatsAppMessageMediaCommand({
        originationPhoneNumberId: account.originationPhoneNumberId,
        sourceS3File: { bucketName: 'archive', key: 'outbound/a.png' },
      }),
    );
    const [ours, theirs] = calls;
    expect([ours?.method, ours?.url]).toEqual([theirs?.method, theirs?.url]);
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''));
  });

  it('goes to the region of the function where nothing else is said', async () => {
    await attempt({ apiUrl: `${url}/{region}` });
    expect(calls[0]?.url).toBe('/eu-central-1/v1/whatsapp/send');
  });
});

describe('the message', () => {
  it('is Meta’s own, with a plus before the number and our ids', async () => {
    await attempt({ part: 2, attempt: 3 });
    expect(messageIn(calls[0])).toMatchObject({
      messaging_product: 'whatsapp',
      to: '+491701234567',
      text: { body: 'Grüße 👋' },
      biz_opaque_callback_data: 'msg_1.2.3',
    });
  });

  it('goes to a user without a phone by `recipient`', async () => {
    const bsuid = { channel: 'whatsapp', kind: 'bsuid', scope: '', address: 'DE.44' } as const;
    const [request] = sender.render(reply('hi'), target({ customerIdentities: [bsuid] }), account);
    await sender.send(request, context());
    expect(messageIn(calls[0])).toMatchObject({ recipient: 'DE.44' });
    expect(messageIn(calls[0])).not.toHaveProperty('to');
  });

  it('may be the ticks of "read" and the dots of "typing"', async () => {
    const { businessIdentity } = target();
    const sign = { signal: 'typing', providerMessageId: 'wamid.x', businessIdentity } as const;
    expect(await sender.signal?.(sign, context())).toBe(true);
    expect(messageIn(calls[0])).toEqual({
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: 'wamid.x',
      typing_indicator: { type: 'text' },
    });
    answer = { status: 429, body: '{}' };
    expect(await sender.signal?.(sign, context())).toBe(false);
  });
});

describe('the answer', () => {
  it('of AWS names no id of Meta’s: the first status will', async () => {
    expect(await attempt()).toEqual({ kind: 'sent', providerAliases: ['aws-1'] });
  });

  it.each([
    ['ThrottledRequestException', 429, 'not_sent', 'provider_throttled'],
    ['LimitExceededException', 400, 'not_sent', 'provider_throttled'],
    ['AccessDeniedByMetaException', 403, 'account_paused', 'account_restricted'],
    ['ResourceNotFoundException', 404, 'account_paused', 'account_restricted'],
    ['AccessDeniedException', 403, 'account_paused', 'credentials_rejected'],
    ['ExpiredTokenException', 403, 'account_paused', 'credentials_rejected'],
    ['ValidationException', 400, 'failed', 'request_rejected'],
    ['InvalidParametersException', 400, 'failed', 'request_rejected'],
    ['DependencyException', 502, 'uncertain', 'provider_unavailable'],
    ['InternalServiceException', 500, 'uncertain', 'provider_unavailable'],
    ['SomethingNewException', 400, 'failed', 'request_rejected'],
    ['SomethingNewException', 403, 'account_paused', 'credentials_rejected'],
    ['SomethingNewException', 429, 'not_sent', 'provider_throttled'],
    ['SomethingNewException', 503, 'uncertain', 'provider_unavailable'],
  ])('%s with %i is %s, %s: after exactly one request', async (name, status, kind, code) => {
    for (const given of [
      { headers: { 'x-amzn-errortype': `${name}:http://internal.amazon.com/` }, body: '{}' },
      { body: JSON.stringify({ __type: `com.amazonaws.socialmessaging#${name}`, message: 'No.' }) },
    ]) {
      calls = [];
      answer = { status, ...given };
      const outcome = await attempt();
      expect(outcome).toMatchObject({ kind, error: { code, providerCode: name } });
      expect(calls).toHaveLength(1);
    }
  });

  it.each([
    ['(#131047) Re-engagement message', 'failed', 'reply_window_closed', '131047'],
    ['(#131050) Unable to deliver', 'failed', 'recipient_opted_out', '131050'],
    ['(#131056) Pair rate limit hit', 'not_sent', 'recipient_throttled', '131056'],
    ['(#131042) Payment issue', 'account_paused', 'account_restricted', '131042'],
    ['(#999999) Unheard of', 'failed', 'request_rejected', 'InvalidParametersException'],
    ['ticket 131047', 'failed', 'request_rejected', 'InvalidParametersException'],
  ])(
    'that hands on Meta’s refusal means what Meta means: %s',
    async (...[message, kind, code, providerCode]) => {
      const headers = { 'x-amzn-errortype': 'InvalidParametersException' };
      answer = { status: 400, headers, body: JSON.stringify({ message }) };
      const outcome = await attempt();
      expect(outcome).toMatchObject({ kind, error: { code, providerCode } });
      expect(outcome).toMatchObject({ error: { title: expect.stringContaining(message) } });
    },
  );

  it('of another name is not read for Meta’s codes: what became of the message is open', async () => {
    const headers = { 'x-amzn-errortype': 'DependencyException' };
    answer = { status: 502, headers, body: '{"message":"(#131047) Re-engagement message"}' };
    expect(await attempt()).toMatchObject({ kind: 'uncertain' });
  });

  it('is uncertain when it does not come, or says nothing', async () => {
    answer = 'reset';
    expect(await attempt()).toMatchObject({ kind: 'uncertain' });
    expect(calls).toHaveLength(1);
    answer = { status: 200, body: '<html>' };
    expect(await attempt()).toMatchObject({ kind: 'uncertain' });
  });

  it('is "not sent" when nobody listens', async () => {
    expect(await attempt({ apiUrl: 'http://127.0.0.1:9' })).toMatchObject({ kind: 'not_sent' });
  });

  it('to a file that was not taken is never "uncertain": the customer sees nothing of it', async () => {
    const content = {
      type: 'media' as const,
      url: 's3://archive/outbound/a.png',
      contentType: 'image/png',
    };
    const [request] = sender.render({ ...reply(''), content }, target(), account);
    for (const [status, body] of [
      [502, '{}'],
      [200, '{}'],
      [429, '{}'],
    ] as const) {
      answer = { status, body };
      const outcome = await sender.upload?.(request, [new Uint8Array()], context());
      expect(outcome?.kind).toBe('not_sent');
    }
  });
});
