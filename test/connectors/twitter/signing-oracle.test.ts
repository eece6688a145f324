import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameters } from '#test/properties/parameters';
import { challenge, post, signature } from './received.ts';

/** X's own shape: a UUID in base64, as it stood in a production log of January 2026, beside its nonce. */
const real = 'M2RkODJkZmMtYjlkYi00NmQ4LTk0MGUtM2JjYzkwM2Q4MjQ0';
const nonce = 'MTc2OTUxODI5MjkxNA';

/** What the challenge signs for this query; undefined where it refuses. */
function signedBy(rawQueryString: string): string | undefined {
  const outcome = challenge(rawQueryString);
  if (outcome.kind !== 'challenge') return undefined;
  return (JSON.parse(outcome.response.body ?? '{}') as { response_token?: string }).response_token;
}

const alphabet = 'ABCXYZabcxyz0189+/=_-';
const shaped = fc
  .array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 140 })
  .map((letters) => letters.join(''));
const events = fc
  .record({ event_type: fc.string(), payload: fc.jsonValue() })
  .map((data) => JSON.stringify({ data }));
const encoded = (text: string) => Buffer.from(text).toString('base64');
/** Whatever somebody may hope to have signed: tokens, events, events in base64, JSON behind white space. */
const texts = fc.oneof(
  shaped,
  events,
  events.map(encoded),
  events.map(encoded).map(encoded),
  fc
    .tuple(fc.constantFrom(' ', '\n', '\t', '\r\n', '\u00a0', '\ufeff'), events)
    .map((each) => each.join('')),
  fc.tuple(shaped, events).map((each) => each.join('')),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
);

describe('what X’s challenge signs', () => {
  it('is the token as X writes it, also beside other parameters', () => {
    for (const query of [
      `crc_token=${real}&nonce=${nonce}`,
      `nonce=${nonce}&crc_token=${real}`,
      `crc_token=${real}`,
      `crc%5Ftoken=${encodeURIComponent(real)}`,
    ]) {
      expect(signedBy(query), query).toBe(signature(real));
    }
  });

  it.each([
    ['a token given twice', `crc_token=${real}&crc_token=${real}`],
    ['a second token in other spelling', `crc_token=${real}&crc%5ftoken=x`],
    ['a token among the names', `${real}`],
    ['a list in the manner of PHP', `crc_token[]=${real}`],
    ['other capitals', `CRC_TOKEN=${real}`],
    ['a plus that means a space', `crc_token=${real}+`],
    ['a space before it', `crc_token=%20${real}`],
    ['a NUL behind it', `crc_token=${real}%00`],
    ['letters that look alike', `crc_token=${real.slice(0, -1)}%D0%B0`],
    ['broken UTF-8', `crc_token=${real}%FF`],
    ['broken percent encoding', `crc_token=${real}%zz`],
    ['ten thousand letters', `crc_token=${'a'.repeat(10_000)}`],
  ])('is never %s', (_, query) => {
    expect(challenge(query)).toMatchObject({ kind: 'refused', statusCode: 403 });
  });

  it('is never a body that is admitted, though its signature is right', async () => {
    let signed = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const header = signedBy(`crc_token=${encodeURIComponent(text)}`);
        if (header === undefined) return;
        signed += 1;
        expect(header).toBe(signature(text));
        expect(post(text, { header })).toEqual({
          kind: 'refused',
          statusCode: 401,
          reason: 'body_is_no_event',
        });
      }),
      parameters(2000),
    );
    expect(signed).toBeGreaterThan(0);
  });

  it('opens no body at all, whatever the query was', () => {
    const queries = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom('crc_token=', 'crc_token[]=', '&crc_token='), fc.string())
        .map(([name, rest]) => name + rest),
    );
    fc.assert(
      fc.property(queries, texts, (query, body) => {
        const header = signedBy(query);
        if (header === undefined) return;
        const given = [body, query, ...new URLSearchParams(query).values()];
        for (const text of given) expect(post(text, { header }).kind).toBe('refused');
      }),
      parameters(1000),
    );
  });

  it('cannot be what any admitted body says', () => {
    let admitted = 0;
    fc.assert(
      fc.property(texts, (text) => {
        if (post(text).kind !== 'items') return;
        admitted += 1;
        expect(signedBy(`crc_token=${encodeURIComponent(text)}`)).toBeUndefined();
      }),
      parameters(2000),
    );
    expect(admitted).toBeGreaterThan(0);
  });
});
