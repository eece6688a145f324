import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallCounter, startCallCounter } from '#test/support/call-counter';
import { type Forger, forgerOf, pathOf, twilioSignature } from '#test/support/forger';
import { forgeriesOf } from '#test/support/forgeries';
import { type LocalStack, startLocalStack } from '#test/support/local-stack';
import type { RawAnswer, RawRequest } from '#test/support/raw-http';
import { accountOf } from '#test/support/signed-webhooks';
import { untilIdle } from '#test/support/stored';
import { callingConnectors } from '#test/support/text-webhooks';

let counter: CallCounter;
let stack: LocalStack;
let forger: Forger;
beforeAll(async () => {
  counter = await startCallCounter();
  stack = await startLocalStack(undefined, 'local', counter.adjust);
  forger = forgerOf(stack, counter);
});
afterAll(async () => {
  await stack.stop();
  counter.stop();
});

describe.each(callingConnectors)('a forged webhook of %s', (connector) => {
  it('is refused in every form of the catalogue, and leaves no trace', async () => {
    const all = new Map<string, Partial<RawRequest>>();
    for (const [name, { method, headers, body, query }] of forgeriesOf(forger.genuine(connector))) {
      const path = pathOf(connector) + (query && `?${query}`);
      all.set(name, { method, path, headers: Object.entries(headers), body });
    }
    expect(all.size).toBeGreaterThan(40);
    expect(await forger.withoutTrace(() => forger.notRefused(all))).toEqual([]);
  });

  it('is refused with its signature in two headers, or in chunks, and leaves no trace', async () => {
    const { sign, body, secret } = forger.genuine(connector);
    const [right, wrong] = [sign(body, secret), sign(body, 'another key')];
    const all = new Map<string, Partial<RawRequest>>([
      ['the right one twice', forger.signedWith(connector, right, right)],
      ['the right one, then a wrong one', forger.signedWith(connector, right, wrong)],
      ['a wrong one, then the right one', forger.signedWith(connector, wrong, right)],
      ['an empty one, then the right one', forger.signedWith(connector, '', right)],
      ['none, in chunks', { ...forger.signedWith(connector), chunked: true }],
      ['a wrong one, in chunks', { ...forger.signedWith(connector, wrong), chunked: true }],
    ]);
    expect(await forger.withoutTrace(() => forger.notRefused(all))).toEqual([]);
  });

  it.each([
    '/webhooks/<connector>/main//',
    '/webhooks/<connector>/main/%2e',
    '/webhooks/<connector>/main/..',
    '/webhooks/<connector>/main/../main',
    '/webhooks/<connector>/main/status/msg_aaaaaaaaaaaaaaaaaaaaaaaaaa_1.0.1',
    '/webhooks/<connector>/main/fallback',
    '/webhooks/<connector>/main?account=main&verified=1',
    '/webhooks/<connector>/main?bodySHA256=<hash>',
  ])('is refused at %s, unsigned or signed with another key', async (template) => {
    const { sign, body } = forger.genuine(connector);
    const hash = createHash('sha256').update(body).digest('hex');
    const path = template.replace('<connector>', connector).replace('<hash>', hash);
    const all = new Map<string, Partial<RawRequest>>([
      ['unsigned', { ...forger.signedWith(connector), path }],
      ['another key', { ...forger.signedWith(connector, sign(body, 'another key')), path }],
    ]);
    expect(await forger.withoutTrace(() => forger.notRefused(all))).toEqual([]);
  });

  it.each([
    '/webhooks/<connector>/main/',
    '/webhooks/<connector>/main#',
    '/webhooks/<connector>/__proto__',
    '/webhooks/<connector>/%5f%5fproto%5f%5f',
    '/webhooks/<connector>/constructor',
    '/webhooks/<connector>/toString',
    '/webhooks/<connector>/MAIN',
    '/webhooks/<connector>/main%00',
    '/webhooks/<connector>/main%2f',
    '/webhooks/<connector>/%2e/main',
    '/webhooks/<connector>//main',
    '/webhooks/<connector>/../<connector>/main',
    '/webhooks/<connector>/',
    '//webhooks/<connector>/main',
    '/Webhooks/<connector>/main',
    '/webhooks/__proto__/main',
    '/webhooks/constructor/main',
    '/webhooks/<connector>%00/main',
  ])('is not even asked for at %s, though the signature is right', async (template) => {
    const { sign, body, secret } = forger.genuine(connector);
    const path = template.replaceAll('<connector>', connector);
    const request = { ...forger.signedWith(connector, sign(body, secret)), path };
    const { status } = await forger.withoutTrace(() => forger.send(request));
    expect(status).toBe(404);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'QUERY'])(
    'has no way in by %s, though the signature is right',
    async (method) => {
      const { sign, body, secret } = forger.genuine(connector);
      const request = { ...forger.signedWith(connector, sign(body, secret)), method };
      expect((await forger.withoutTrace(() => forger.send(request))).status).toBe(404);
    },
  );

  it('of another connector is refused, though it is signed with a key we know', async () => {
    const others = callingConnectors.filter((other) => other !== connector);
    const all = new Map(
      others.map((other) => {
        const { sign, body, secret } = forger.genuine(other);
        return [
          other,
          { ...forger.signedWith(other, sign(body, secret)), path: pathOf(connector) },
        ];
      }),
    );
    expect(await forger.withoutTrace(() => notOkay(all))).toEqual([]);
  });
});

/** Those that were answered with anything but a refusal: another connector's media type is 415. */
async function notOkay(all: ReadonlyMap<string, Partial<RawRequest>>): Promise<string[]> {
  const answers: [string, RawAnswer][] = [];
  for (const [name, raw] of all) answers.push([name, await forger.send(raw)]);
  return answers
    .filter(([, { status }]) => ![401, 403, 415].includes(status))
    .map(([name]) => name);
}

describe('a body that X’s challenge has signed', () => {
  const uuid = (index: number) => `3dd82dfc-b9db-46d8-940e-${String(index).padStart(12, '0')}`;
  const inBase64 = (text: string) => Buffer.from(text).toString('base64');
  const event = '{"for_user_id":"1","direct_message_events":[]}';
  const tokens = [
    ...Array.from({ length: 30 }, (_, index) => inBase64(uuid(index))),
    inBase64(event),
    inBase64(inBase64(event)),
    'abcdefghijklmnop',
    '1234567890123456',
  ];

  it('is refused, 30 of 30 and more, and leaves no trace', async () => {
    const { header } = forger.genuine('twitter');
    const signed: string[] = [];
    const ask = async () => {
      const all = new Map<string, Partial<RawRequest>>();
      for (const token of tokens) {
        const query = `crc_token=${encodeURIComponent(token)}&nonce=MTc2OTUxODI5MjkxNA`;
        const asked = await forger.send({ method: 'GET', path: `${pathOf('twitter')}?${query}` });
        const { response_token } = JSON.parse(asked.text) as { response_token: string };
        signed.push(response_token);
        const headers: [string, string][] = [
          ['content-type', 'application/json'],
          [header, response_token],
        ];
        all.set(token, { path: pathOf('twitter'), headers, body: Buffer.from(token) });
      }
      return forger.notRefused(all);
    };
    expect(await forger.withoutTrace(ask)).toEqual([]);
    const { sign, secret } = forger.genuine('twitter');
    expect(signed).toEqual(tokens.map((token) => sign(Buffer.from(token), secret)));
  });

  it.each([
    ['an event', event],
    ['an event behind white space', ` \n${event}`],
    ['a token with a line break', `${inBase64(uuid(1))}\n`],
    ['a token in other letters', 'абвгдежзийклмноп'],
    ['nothing', ''],
  ])('is never %s', async (_, token) => {
    const path = `${pathOf('twitter')}?crc_token=${encodeURIComponent(token)}`;
    const all = new Map([['challenge', { method: 'GET', path }]]);
    expect(await forger.withoutTrace(() => forger.notRefused(all))).toEqual([]);
  });
});

describe('a signature of Twilio’s that was made for another request', () => {
  it('is refused: for another URL, for the form with a hash, for the hash of another body', async () => {
    const { body, secret } = forger.genuine('twilio');
    const { publicUrl = '' } = accountOf(stack.description, 'twilio');
    const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
    const other = publicUrl.replace(/main$/, 'other');
    const query = `?bodySHA256=${hash(body)}`;
    const url = (text: string) => twilioSignature('', secret, text);
    const empty = url(`${publicUrl}?bodySHA256=${hash('')}`);
    const at = (path: string, signature: string): Partial<RawRequest> => ({
      ...forger.signedWith('twilio', signature),
      path: pathOf('twilio') + path,
    });
    const all = new Map<string, Partial<RawRequest>>([
      ['another account', at('', twilioSignature(body, secret, other))],
      ['another path', at('', twilioSignature(body, secret, `${publicUrl}/fallback`))],
      ['another query', at('', twilioSignature(body, secret, `${publicUrl}?x=1`))],
      [
        'another scheme',
        at('', twilioSignature(body, secret, publicUrl.replace(/^http/, 'https'))),
      ],
      ['the URL alone', at('', url(publicUrl))],
      [
        'the form, with its hash in the query',
        at(query, twilioSignature(body, secret, publicUrl + query)),
      ],
      ['the hash of the empty body', at(`?bodySHA256=${hash('')}`, empty)],
      ['another account with the hash', at(query, url(other + query))],
      ['the hash without its value', at('?bodySHA256=', url(`${publicUrl}?bodySHA256=`))],
    ]);
    expect(await forger.withoutTrace(() => forger.notRefused(all))).toEqual([]);
  });
});

describe('a connector that no provider calls', () => {
  it.each(['email', 'whatsapp-aws', 'sns'])('%s has no webhook to forge', async (connector) => {
    const notification = JSON.stringify({ Type: 'Notification', Message: '{}' });
    const headers: [string, string][] = [
      ['content-type', 'text/plain; charset=UTF-8'],
      ['x-amz-sns-message-type', 'Notification'],
    ];
    const request = { path: pathOf(connector), headers, body: Buffer.from(notification) };
    expect((await forger.withoutTrace(() => forger.send(request))).status).toBe(404);
  });
});

describe('the proof that nothing was called', () => {
  it.each(callingConnectors)('is red where a genuine webhook of %s comes', async (connector) => {
    const { sign, body, secret } = forger.genuine(connector);
    const post = () => forger.send(forger.signedWith(connector, sign(body, secret)));
    await expect(forger.withoutTrace(post)).rejects.toThrow('deeply equal');
    await untilIdle(stack);
    const services = new Set(counter.calls().map((call) => call.split(':')[0]));
    expect([...services].toSorted()).toEqual(['dynamodb', 's3', 'sqs']);
    expect(counter.calls()).toContain('sqs:SendMessageBatch');
  });

  it('sees calls that only read', async () => {
    counter.reset();
    const headers: [string, string][] = [['content-type', 'application/json']];
    const body = Buffer.from('{"replyId":"r","content":{"type":"text","text":"hi"}}');
    await forger.send({
      path: '/v1/conversations/cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa/replies',
      headers,
      body,
    });
    expect(counter.calls().some((call) => call.startsWith('dynamodb:'))).toBe(true);
  });
});
