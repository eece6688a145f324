import { describe, expect, it } from 'vitest';
import { challenge, credentials, itemsOf, ownUserId, post, signature } from './received.ts';

const body = JSON.stringify({
  data: { event_type: 'dm.read', event_uuid: '1', filter: { user_id: ownUserId }, payload: {} },
});

describe('a signed POST', () => {
  it('is taken with the signature X makes over the raw bytes', () => {
    expect(post(body)).toMatchObject({ kind: 'items', response: { statusCode: 200 } });
  });

  it('is taken when the previous secret signed it, so that a rotation loses nothing', () => {
    const current = { ...credentials, consumerSecret: 'newer' };
    expect(post(body, { sets: [current, credentials] }).kind).toBe('items');
  });

  it.each([
    ['no header', ''],
    ['a hash without its algorithm', signature(body).slice('sha256='.length)],
    ['another algorithm', signature(body).replace('sha256', 'sha1')],
    ['an empty hash', 'sha256='],
    ['a hash of other bytes', signature(`${body} `)],
    ['another key', signature(body, 'somebody else')],
    ['two signatures joined', `${signature(body)},${signature(body)}`],
    ['a cut hash', signature(body).slice(0, -4)],
  ])('is refused with 401 for %s', (_, header) => {
    expect(post(body, { header })).toMatchObject({ kind: 'refused', statusCode: 401 });
  });

  it('is refused when one byte of the body differs', () => {
    const header = signature(body);
    expect(post(body.replace('dm.read', 'dm.sent'), { header }).kind).toBe('refused');
  });

  it('is refused by an account without credentials, and by an empty secret', () => {
    expect(post(body, { sets: [] }).kind).toBe('refused');
    const header = signature(body, '');
    const sets = [{ ...credentials, consumerSecret: '' }];
    expect(post(body, { header, sets }).kind).toBe('refused');
  });

  it.each(['hello', '', '[]', '[1, 2', 'null', '"a text"', '12', ' \n'])(
    'is refused when it is signed and cannot be an event: %j',
    (text) => {
      expect(post(text)).toEqual({
        kind: 'refused',
        statusCode: 401,
        reason: 'body_is_no_event',
      });
    },
  );

  it.each([
    ['a cut body', body.slice(0, 40)],
    ['a list of objects', '[{}]'],
    ['a brace in no JSON', 'hello {'],
    ['an object without events', '{}'],
    ['data that is no event', '{"data":7}'],
    ['an event without a type', '{"data":{"payload":{}}}'],
    ['only companions', '{"users":{}}'],
  ])('with %s becomes one unreadable item', (_, text) => {
    const [item, ...more] = itemsOf(text);
    expect(more).toEqual([]);
    expect(item?.unreadable).toBeTypeOf('string');
    expect(item?.groupKey).toEqual([ownUserId, ownUserId]);
  });
});

describe('the challenge (CRC)', () => {
  const token = 'NGVlZjY4NTItYzQ4Ny00YzFjLTlkODEt';

  it('is answered with the HMAC of the token, as JSON nobody sniffs', () => {
    expect(challenge(`crc_token=${token}`)).toEqual({
      kind: 'challenge',
      response: {
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
        body: JSON.stringify({ response_token: signature(token) }),
      },
    });
  });

  it('is answered with the current secret, which is the first of two', () => {
    const current = { ...credentials, consumerSecret: 'newer' };
    const outcome = challenge(`crc_token=${token}`, [current, credentials]);
    expect(JSON.stringify(outcome)).toContain(signature(token, 'newer'));
  });

  it('never signs an event: the answer would be a valid signature for it', () => {
    const forged = JSON.stringify({ data: { event_type: 'dm.received' } });
    expect(post(forged, { header: signature(forged) }).kind).toBe('items');
    const outcome = challenge(`crc_token=${encodeURIComponent(forged)}`);
    expect(outcome).toMatchObject({ kind: 'refused', statusCode: 403 });
    expect(JSON.stringify(outcome)).not.toContain(signature(forged));
  });

  it.each([
    ['is missing', ''],
    ['is empty', 'crc_token='],
    ['is long', `crc_token=${'a'.repeat(129)}`],
    ['has a line break behind it', `crc_token=${token}%0A`],
    ['has markup in it', `crc_token=${token}%3Cscript%3E`],
  ])('is refused with 403 when the token %s', (_, query) => {
    expect(challenge(query)).toMatchObject({ kind: 'refused', statusCode: 403 });
  });

  it('is refused where no credentials are set', () => {
    expect(challenge(`crc_token=${token}`, [])).toMatchObject({ kind: 'refused' });
  });
});
