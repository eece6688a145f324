import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Credentials } from '#connectors/whatsapp/credentials';
import { verify } from '#connectors/whatsapp/webhook/verify';
import { account, context, credentials, post, signatureOf } from './signed-webhook.ts';

const body = Buffer.from('{"object":"whatsapp_business_account","entry":[]}');

function kindOf(bytes: Buffer, signature?: string, using = context): string {
  return verify(post(bytes, signature), using).kind;
}

describe('a signed webhook', () => {
  it('is admitted by the hash of its raw bytes, in either case of hex', () => {
    const signature = signatureOf(body);
    expect(kindOf(body, signature)).toBe('items');
    expect(kindOf(body, `sha256=${signature.slice(7).toUpperCase()}`)).toBe('items');
  });

  it('is admitted with escaped, raw and broken UTF-8 alike, because bytes are hashed', () => {
    for (const text of ['{"a":"\\u00e9\\/"}', '{"a":"é/"}', '{\n "a": "é"\n}\n', '']) {
      const bytes = Buffer.from(text);
      expect(kindOf(bytes, signatureOf(bytes))).toBe('items');
    }
    const broken = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    expect(kindOf(broken, signatureOf(broken))).toBe('items');
  });

  it('is admitted by any secret of any valid set, so a rotation loses nothing', () => {
    const old = Credentials.parse({
      ...credentials,
      appSecret: 'old',
      appSecrets: ['of another app'],
    });
    const both = { ...context, credentials: [credentials, old] };
    for (const secret of [credentials.appSecret, 'old', 'of another app']) {
      expect(kindOf(body, signatureOf(body, secret), both)).toBe('items');
    }
    expect(kindOf(body, signatureOf(body, 'unknown'), both)).toBe('refused');
  });

  const hex = signatureOf(body).slice(7);
  const base64 = Buffer.from(hex, 'hex').toString('base64');
  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['an empty hash', 'sha256='],
    ['sha1 alone', `sha1=${createHmac('sha1', credentials.appSecret).update(body).digest('hex')}`],
    ['the right hash under the wrong name', `sha1=${hex}`],
    ['the right hash without a name', hex],
    ['base64 in place of hex', `sha256=${base64}`],
    ['letters that are not hex', `sha256=${'z'.repeat(64)}`],
    ['63 digits', `sha256=${hex.slice(1)}`],
    ['65 digits', `sha256=${hex}0`],
    ['a line break after it', `sha256=${hex}\n`],
    ['two signatures in one header', `sha256=${hex},sha256=${hex}`],
    ['the signature of another body', signatureOf(Buffer.from('{}'))],
    ['the signature with another key', signatureOf(body, 'wrong')],
    ['the signature with an empty key', signatureOf(body, '')],
  ])('is refused with %s', (_, signature) => {
    expect(verify(post(body, signature), context)).toMatchObject({
      kind: 'refused',
      statusCode: 401,
    });
  });

  it('is refused when one byte of the body is another', () => {
    const changed = Buffer.from(body);
    changed[0] = 0x5b;
    expect(kindOf(changed, signatureOf(body))).toBe('refused');
  });

  it('is refused when no secret is configured', () => {
    const empty = { ...context, credentials: [{ ...credentials, appSecret: '' }] };
    expect(kindOf(body, signatureOf(body, ''), empty)).toBe('refused');
    expect(kindOf(body, signatureOf(body), { ...context, credentials: [] })).toBe('refused');
  });

  it('agrees with the published test vectors', () => {
    const folder = '../shared/corpus/whatsapp/authored/signature';
    if (!existsSync(folder)) return console.log('whatsapp signature vectors: ran 0 corpus cases');
    const { app_secret, vectors } = JSON.parse(readFileSync(`${folder}/vectors.json`, 'utf8'));
    const set = Credentials.parse({ ...credentials, appSecret: app_secret });
    const using = { ...context, credentials: [set] };
    const bodies = readdirSync(folder).filter((name) => name.endsWith('.body'));
    expect(new Set(vectors.map(({ file }: { file: string }) => file))).toEqual(new Set(bodies));
    for (const { file, header } of vectors) {
      const bytes = readFileSync(`${folder}/${file}`);
      expect(kindOf(bytes, header, using), file).toBe('items');
      expect(kindOf(Buffer.concat([bytes, Buffer.from(' ')]), header, using), file).toBe('refused');
    }
    console.log(`whatsapp signature vectors: ran ${vectors.length} corpus cases`);
  });
});

describe('the handshake', () => {
  function ask(query: Record<string, string>, using = context) {
    const rawQueryString = new URLSearchParams(query).toString();
    return verify(
      { method: 'GET', subpath: '', rawQueryString, headers: {}, body: Buffer.alloc(0) },
      using,
    );
  }
  const right = {
    'hub.mode': 'subscribe',
    'hub.challenge': '1158201444',
    'hub.verify_token': credentials.verifyToken,
  };

  it('gives the challenge back as plain text', () => {
    expect(ask(right)).toEqual({
      kind: 'challenge',
      response: {
        statusCode: 200,
        headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
        body: '1158201444',
      },
    });
  });

  it('keeps a challenge that only looks like a number as the text it is', () => {
    expect(ask({ ...right, 'hub.challenge': '00071158201444999999' })).toMatchObject({
      response: { body: '00071158201444999999' },
    });
  });

  it('accepts the token of any valid set', () => {
    const next = Credentials.parse({ ...credentials, verifyToken: 'next' });
    const both = { ...context, credentials: [credentials, next] };
    expect(ask({ ...right, 'hub.verify_token': 'next' }, both).kind).toBe('challenge');
  });

  it.each([
    ['another token', { 'hub.verify_token': 'guess' }],
    ['an empty token', { 'hub.verify_token': '' }],
    ['another mode', { 'hub.mode': 'unsubscribe' }],
    ['a challenge with markup', { 'hub.challenge': '<script>' }],
    ['a challenge with a line break', { 'hub.challenge': '1\n' }],
    ['an empty challenge', { 'hub.challenge': '' }],
    ['a challenge with letters that look like digits', { 'hub.challenge': '１１５８' }],
    ['markup encoded once more', { 'hub.challenge': '%3Cscript%3E' }],
    ['a challenge with a space', { 'hub.challenge': '1 2' }],
    ['a token with a NUL', { 'hub.verify_token': `${credentials.verifyToken}\u0000` }],
    ['a token in capitals', { 'hub.verify_token': credentials.verifyToken.toUpperCase() }],
    ['a challenge of 129 characters', { 'hub.challenge': '1'.repeat(129) }],
  ])('is refused with %s', (_, change) => {
    expect(ask({ ...right, ...change })).toMatchObject({ kind: 'refused', statusCode: 403 });
  });

  it('is refused when no token is configured', () => {
    const empty = { ...context, credentials: [{ ...credentials, verifyToken: '' }] };
    expect(ask({ ...right, 'hub.verify_token': '' }, empty).kind).toBe('refused');
    expect(account.address).toBe('200100300400500');
  });
});

describe('the credentials', () => {
  it('lose a line break pasted behind them and may not be empty', () => {
    expect(Credentials.parse({ ...credentials, appSecret: 'abc\n' }).appSecret).toBe('abc');
    expect(Credentials.safeParse({ ...credentials, appSecret: ' ' }).success).toBe(false);
    expect(Credentials.safeParse({ ...credentials, verifyToken: '' }).success).toBe(false);
    expect(Credentials.safeParse({ ...credentials, accessToken: 'a b' }).success).toBe(false);
  });
});
