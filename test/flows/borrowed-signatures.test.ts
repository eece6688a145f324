import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallCounter, startCallCounter } from '#test/support/aws/call-counter';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import type { RawRequest } from '#test/support/stack/raw-http';
import { type Forger, forgerOf, pathOf, twilioSignature } from '#test/support/webhooks/forger';
import { accountOf } from '#test/support/webhooks/signed-webhooks';

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

describe('a handshake', () => {
  const crc = 'crc_token=NGVlZjY4NTItYzQ4Ny00YzFjLTlkODEtNDQyNDQ3M2IzZDIz';
  const hub = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=';

  it('is answered by its own connector only, and for an account of ours', async () => {
    const token = accountOf(stack.description, 'whatsapp').secrets?.['verifyToken'] ?? '';
    const get = (path: string) => ({ method: 'GET', path });
    const all = new Map([
      ['X’s at WhatsApp', get(`${pathOf('whatsapp')}?${crc}`)],
      ['X’s at Twilio', get(`${pathOf('twilio')}?${crc}`)],
      ['Meta’s at X', get(`${pathOf('twitter')}?${hub}${token}`)],
      ['Meta’s at Twilio', get(`${pathOf('twilio')}?${hub}${token}`)],
      ['a guessed token', get(`${pathOf('whatsapp')}?${hub}${token.slice(1)}`)],
      [
        'two tokens, a guessed one first',
        get(`${pathOf('whatsapp')}?${hub}x&hub.verify_token=${token}`),
      ],
    ]);
    expect(await forger.withoutTrace(() => forger.notRefused(all))).toEqual([]);
    for (const path of ['/webhooks/twitter/other', '/webhooks/twitter/__proto__']) {
      const asked = () => forger.send(get(`${path}?${crc}`));
      expect((await forger.withoutTrace(asked)).status).toBe(404);
    }
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
