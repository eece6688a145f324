import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import type { ReplyContent } from '#shared/model/reply-content';
import { account, customer, settings } from './notification.ts';

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

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
});
const { sender } = await import('#connectors/aws-sms/sender');
const { sqs } = await import('#shared/aws/queues/sqs');

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
  answer = { status: 200, body: '{"MessageId":"aws-1"}' };
});

const identity = (address: string) =>
  ({ channel: 'sms', kind: 'phone', scope: '', address }) as const;
const target: ReplyTarget = {
  ...{ channel: 'sms', visibility: 'private', conversationId: 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  businessIdentity: identity(settings.address),
  customerIdentities: [identity(customer)],
  providerMessageIds: [],
};
const text: ReplyContent = { type: 'text', text: 'Grüße 👋' };
const picture: ReplyContent = {
  ...{ type: 'media', url: 's3://archive/uploads/cat.jpg', contentType: 'image/jpeg' },
  caption: 'our cat',
};
const render = (content: ReplyContent) =>
  sender.render({ messageId: 'msg_1', replyId: 'r', content }, target, account);
const context = (): SendContext<unknown, unknown> => ({
  ...{ account, credentials: {}, apiUrl: url, timeoutSeconds: 5 },
  publicUrl: 'https://hooks.example/webhooks/aws-sms/main',
  ...{ messageId: 'msg_1', part: 2, attempt: 3 },
});
async function attempt(content = text, change: object = {}): Promise<SendOutcome> {
  return sender.send(render(content)[0], { ...context(), ...change });
}
const inputIn = (call: Call | undefined): unknown => JSON.parse(call?.body ?? '{}');

/** The signature of a call as AWS would make it again, from what arrived. */
async function signatureAnew({ method = '', url: path = '', headers, body }: Call) {
  const signer = new SignatureV4({
    ...{ service: 'sms-voice', region: 'eu-central-1', sha256: sqs.config.sha256 },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-tests' },
  });
  const iso = String(headers['x-amz-date']).replace(
    /(....)(..)(..)T(..)(..)(..)Z/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  const names = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1]?.split(';') ?? [];
  const signed = names
    .filter((name) => !['x-amz-date', 'x-amz-content-sha256'].includes(name))
    .map((name) => [name, String(headers[name])]);
  const { headers: anew } = await signer.sign(
    {
      ...{ method, protocol: 'http:', hostname: '127.0.0.1', path, body },
      headers: Object.fromEntries(signed),
    },
    { signingDate: new Date(iso) },
  );
  return { signature: anew['authorization'], names };
}

describe('the request', () => {
  // Written down from what @aws-sdk/client-pinpoint-sms-voice-v2 3.1138.0 sends for the same input.
  it('has the address, the headers and the signature of AWS’s own SDK', async () => {
    await attempt();
    const [call] = calls;
    expect([call?.method, call?.url]).toEqual(['POST', '/']);
    expect(call?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'PinpointSMSVoiceV2.SendTextMessage',
    });
    const { authorization } = call?.headers ?? {};
    expect(authorization).toMatch(/\/eu-central-1\/sms-voice\/aws4_request/);
    if (!call) throw new Error('no call');
    const { signature, names } = await signatureAnew(call);
    expect(authorization).toBe(signature);
    expect(names).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-target']));
  });

  it('of a text says who sends it, how long it is worth sending, and which attempt it is', async () => {
    await attempt();
    expect(inputIn(calls[0])).toEqual({
      DestinationPhoneNumber: customer,
      MessageBody: 'Grüße 👋',
      OriginationIdentity: settings.originationIdentity,
      ConfigurationSetName: 'switchboard',
      TimeToLive: 14_400,
      Context: { reply: 'msg_1.2.3', address: settings.address },
    });
  });

  it('of a file names it in our bucket, and has its caption', async () => {
    const [request] = render(picture);
    const file = { uri: 's3://archive/uploads/cat.jpg', contentType: 'image/jpeg' };
    expect(sender.filesOf(request)).toEqual([{ ...file, maxSizeBytes: 2_000_000 }]);
    const protectConfigurationId = 'protect-1';
    await attempt(picture, { account: { ...account, protectConfigurationId } });
    expect(calls[0]?.headers['x-amz-target']).toBe('PinpointSMSVoiceV2.SendMediaMessage');
    expect(inputIn(calls[0])).toMatchObject({
      DestinationPhoneNumber: customer,
      MessageBody: 'our cat',
      MediaUrls: ['s3://archive/uploads/cat.jpg'],
      ProtectConfigurationId: 'protect-1',
    });
  });

  it('goes to the region of the function where nothing else is said', async () => {
    await attempt(text, { apiUrl: `${url}/{region}` });
    expect(calls[0]?.url).toBe('/eu-central-1/');
  });
});

describe('the answer', () => {
  const quota = 'ServiceQuotaExceededException';
  const refusal = (name: string, Reason?: string) => ({
    status: 400,
    body: JSON.stringify({
      __type: `com.amazonaws.pinpointsmsvoicev2#${name}`,
      Message: `no, +14255550123 (${name})`,
      Reason,
    }),
  });

  it('names the message', async () => {
    expect(await attempt()).toEqual({ kind: 'sent', providerMessageId: 'aws-1' });
  });

  it.each<[name: string, reason: string | undefined, kind: SendOutcome['kind'], code: string]>([
    ['ThrottlingException', undefined, 'not_sent', 'provider_throttled'],
    ['ServiceQuotaExceededException', undefined, 'not_sent', 'provider_throttled'],
    [quota, 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT', 'account_paused', 'credits_depleted'],
    ['AccessDeniedException', undefined, 'account_paused', 'credentials_rejected'],
    ['AccessDeniedException', 'ACCOUNT_DISABLED', 'account_paused', 'account_restricted'],
    ['ResourceNotFoundException', undefined, 'account_paused', 'account_restricted'],
    ['ValidationException', 'INVALID_PARAMETER', 'failed', 'request_rejected'],
    ['ValidationException', 'DESTINATION_COUNTRY_BLOCKED', 'failed', 'recipient_country_blocked'],
    ['ValidationException', 'MEDIA_TYPE_NOT_SUPPORTED', 'failed', 'media_rejected'],
    ['ValidationException', 'SENDER_ID_NOT_REGISTERED', 'failed', 'channel_misconfigured'],
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT', 'failed', 'recipient_opted_out'],
    ['ConflictException', 'NUMBER_CAPABILITIES_MISMATCH', 'failed', 'channel_misconfigured'],
    ['ConflictException', 'A_NEW_REASON', 'failed', 'request_rejected'],
    ['NovelException', undefined, 'failed', 'request_rejected'],
    ['InternalServerException', undefined, 'uncertain', 'provider_unavailable'],
  ])('%s %s is %s, %s: after exactly one request', async (name, reason, kind, code) => {
    answer = refusal(name, reason);
    const outcome = await attempt();
    expect(outcome).toMatchObject({ kind, error: { code, providerCode: reason ?? name } });
    expect(calls).toHaveLength(1);
    // The customer's number is not told on.
    expect(JSON.stringify(outcome)).not.toContain('4255550123');
  });

  it('that the number has opted out is learnt, for our number', async () => {
    answer = refusal('ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT');
    expect(await attempt()).toMatchObject({
      consent: {
        category: 'all_messages',
        state: 'revoked',
        evidence: 'DESTINATION_PHONE_NUMBER_OPTED_OUT',
        source: 'delivery_error',
        sender: settings.address,
      },
    });
    answer = refusal('ConflictException', 'RESOURCE_NOT_ACTIVE');
    const other = await attempt();
    expect(other).toMatchObject({ kind: 'failed', accountTrouble: true });
    expect(other).not.toHaveProperty('consent');
  });

  it('of an exception that no list has is judged by its status', async () => {
    const body = JSON.stringify({ __type: 'NovelException' });
    const outcomes: string[] = [];
    for (const status of [400, 403, 429, 500, 503]) {
      answer = { status, body };
      outcomes.push((await attempt()).kind);
    }
    expect(outcomes).toEqual(['failed', 'account_paused', 'not_sent', 'uncertain', 'uncertain']);
  });

  it('that is not in AWS’s form may be a proxy’s: what became of the message is open', async () => {
    for (const [status, body] of [
      [400, '<html>'],
      [403, '{"message":"Forbidden"}'],
      [502, 'Bad Gateway'],
      [200, '<html>'],
      [200, '{}'],
    ] as const) {
      answer = { status, body };
      expect(await attempt()).toMatchObject({
        kind: 'uncertain',
        error: { code: 'outcome_unknown' },
      });
    }
  });

  it('is uncertain when it does not come, and "not sent" when there is no listener', async () => {
    answer = 'reset';
    expect(await attempt()).toMatchObject({ kind: 'uncertain' });
    expect(calls).toHaveLength(1);
    const apiUrl = 'http://127.0.0.1:9';
    expect(await attempt(text, { apiUrl })).toMatchObject({ kind: 'not_sent' });
  });
});
