import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallCounter, startCallCounter } from '#test/support/aws/call-counter';
import { untilIdle } from '#test/support/aws/stored';
import { callingConnectors, signsBodies } from '#test/support/connectors/lists';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import type { RawAnswer, RawRequest } from '#test/support/stack/raw-http';
import { type Forger, forgerOf, pathOf } from '#test/support/webhooks/forger';
import { carriesToken, forgeriesOf } from '#test/support/webhooks/forgeries';

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
    const genuine = forger.genuine(connector);
    const forgeries = [...forgeriesOf(genuine)];
    expect(forgeries.length).toBeGreaterThan(40);
    for (const [name, forgery] of forgeries) {
      const { method, headers, body, query } = forgery;
      if (!signsBodies(connector) && carriesToken(genuine, forgery)) continue;
      const path = pathOf(connector) + (query && `?${query}`);
      all.set(name, { method, path, headers: Object.entries(headers), body });
    }
    expect(all.size).toBeGreaterThan(signsBodies(connector) ? 40 : 20);
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
    expect([...services].toSorted()).toEqual(['dynamodb', 'sqs']);
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
