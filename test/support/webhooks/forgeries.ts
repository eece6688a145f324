import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A genuine webhook, and the provider's own way to sign. */
export interface Genuine {
  /** The header that carries the signature. */
  readonly header: string;
  readonly contentType: string;
  readonly body: Buffer;
  /** The key that signs. */
  readonly secret: string;
  /** The header's value for these bytes and this key. */
  readonly sign: (body: Buffer, secret: string) => string;
}

/** What a forger posts in its place. */
export interface Forgery {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly query: string;
}

type Forge = (genuine: Genuine & { readonly signature: string }) => Partial<Forgery>;

const sent = (body: Buffer): Partial<Forgery> => ({ body });
const named = /^(sha\d+=)?(.*)$/s;
const bare = (signature: string) => signature.replace(/^sha256=/, '');

/** The same hash written in the other of hex and base64. */
function inOtherSpelling(signature: string): string {
  const [, name = '', hash = ''] = named.exec(signature) ?? [];
  const isHex = /^[0-9a-f]+$/.test(hash);
  return name + Buffer.from(hash, isHex ? 'hex' : 'base64').toString(isHex ? 'base64' : 'hex');
}

const otherBody = (body: Buffer) => Buffer.concat([body, Buffer.from('&x=1 ')]);
const withSha1 = ({ body, secret }: Genuine) => {
  const hash = createHmac('sha1', secret).update(body).digest('hex');
  return { 'x-hub-signature': `sha1=${hash}` };
};

/** Other values of the signature header; the body is the genuine one. */
const signatures: Readonly<Record<string, (genuine: Parameters<Forge>[0]) => string>> = {
  'an empty signature': () => '',
  nonsense: () => 'zz',
  'a name without a hash': ({ signature }) => named.exec(signature)?.[1] ?? 'sha256=',
  'a signature with another key': ({ sign, body }) => sign(body, 'another key'),
  'a signature with an empty key': ({ sign, body }) => sign(body, ''),
  'a signature with a space behind the key': ({ sign, body, secret }) => sign(body, `${secret} `),
  'the signature of another body': ({ sign, body, secret }) => sign(otherBody(body), secret),
  'the signature of no body': ({ sign, secret }) => sign(Buffer.alloc(0), secret),
  'a signature without its last letter': ({ signature }) => signature.slice(0, -1),
  'half a signature': ({ signature }) => signature.slice(0, signature.length / 2),
  'a signature one letter longer': ({ signature }) => `${signature}0`,
  'a signature with another letter': ({ signature }) =>
    signature.slice(0, -4) + (signature.at(-4) === '0' ? '1' : '0') + signature.slice(-3),
  'a signature twice': ({ signature }) => `${signature},${signature}`,
  'a signature twice with a space': ({ signature }) => `${signature}, ${signature}`,
  'a wrong signature and the right one': ({ sign, body, signature }) =>
    `${sign(body, 'another key')},${signature}`,
  'the right signature and a wrong one': ({ sign, body, signature }) =>
    `${signature},${sign(body, 'another key')}`,
  'a signature in quotes': ({ signature }) => `"${signature}"`,
  'a signature with a name too few or too many': ({ signature }) =>
    bare(signature) === signature ? `sha256=${signature}` : bare(signature),
  'a signature under another algorithm': ({ signature }) => `sha1=${bare(signature)}`,
  'a name in capitals': ({ signature }) => `SHA256=${bare(signature)}`,
  'a signature in the other of hex and base64': ({ signature }) => inOtherSpelling(signature),
  'a signature in base64url': ({ signature }) =>
    Buffer.from(
      bare(signature),
      /^sha256=[0-9a-f]{64}$/.test(signature) ? 'hex' : 'base64',
    ).toString('base64url'),
  'a letter beyond ASCII in the signature': ({ signature }) => `${signature.slice(0, -2)}é=`,
};

/** Other bytes under the genuine signature, and requests that are something else altogether. */
const requests: Readonly<Record<string, Forge>> = {
  'no signature': () => ({ headers: {} }),
  'the signature under another name': ({ signature }) => ({
    headers: { 'x-signature': signature },
  }),
  'only the SHA-1 header that Meta sends beside': (genuine) => ({ headers: withSha1(genuine) }),
  'the signature in the query': ({ header, signature }) => ({
    headers: {},
    query: `${header}=${encodeURIComponent(signature)}`,
  }),
  'a body with one byte more': ({ body }) => sent(Buffer.concat([body, Buffer.from(' ')])),
  'a body with one byte less': ({ body }) => sent(body.subarray(0, -1)),
  'a body with another letter': ({ body }) =>
    sent(Buffer.from(body.toString('utf8').replace(/1/, '2').replace(/[o]/, '0'))),
  'a byte order mark before the body': ({ body }) =>
    sent(Buffer.concat([Buffer.from('\ufeff'), body])),
  'a NUL behind the body': ({ body }) => sent(Buffer.concat([body, Buffer.alloc(1)])),
  'letters beyond ASCII in the body': ({ body }) =>
    sent(Buffer.concat([body, Buffer.from('é\u200b')])),
  'no body': () => sent(Buffer.alloc(0)),
  'the body twice': ({ body }) => sent(Buffer.concat([body, body])),
  'the body in base64': ({ body }) => sent(Buffer.from(body.toString('base64'))),
  'the body in gzip': ({ body, header, signature }) => ({
    body: gzipSync(body),
    headers: { [header]: signature, 'content-encoding': 'gzip' },
  }),
  'the body in UTF-16': ({ body }) => sent(Buffer.from(body.toString('utf8'), 'utf16le')),
  'GET with the signature of the body': () => ({ method: 'GET', body: Buffer.alloc(0) }),
  'GET that calls itself POST': ({ header, signature }) => ({
    method: 'GET',
    body: Buffer.alloc(0),
    headers: { [header]: signature, 'x-http-method-override': 'POST' },
  }),
  'an unsigned POST that calls itself GET': () => ({
    headers: { 'x-http-method-override': 'GET', 'x-method-override': 'GET' },
  }),
  'headers of a proxy that says it has looked': () => ({
    headers: {
      'x-verified': 'true',
      'x-forwarded-for': '127.0.0.1',
      'x-amz-firehose-access-key': 'a',
    },
  }),
};

/** Everything in the catalogue made of one genuine webhook, by name. */
export function forgeriesOf(genuine: Genuine): ReadonlyMap<string, Forgery> {
  const { header, contentType, body, secret, sign } = genuine;
  const signature = sign(body, secret);
  const forged = (change: Partial<Forgery>): Forgery => ({
    ...{ method: 'POST', body, query: '', ...change },
    headers: { 'content-type': contentType, ...(change.headers ?? { [header]: signature }) },
  });
  const all = { ...genuine, signature };
  return new Map([
    ...Object.entries(signatures).map(
      ([name, forge]) => [name, forged({ headers: { [header]: forge(all) } })] as const,
    ),
    ...Object.entries(requests).map(([name, forge]) => [name, forged(forge(all))] as const),
  ]);
}

/**
 * Tells if a request carries the genuine header. A fixed token says nothing of the body: with it, every POST is
 * genuine. Spaces around a header's value are no part of it (RFC 9110, 5.5).
 */
export function carriesToken(
  { header, sign, body, secret }: Genuine,
  { method, headers }: Pick<Forgery, 'method' | 'headers'>,
): boolean {
  return method === 'POST' && headers[header]?.trim() === sign(body, secret);
}
