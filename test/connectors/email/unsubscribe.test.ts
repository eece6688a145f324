import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUnsubscribeToken, unsubscribeUrl } from '#connectors/email/unsubscribe';

const key = 'a key of at least sixteen letters';
const publicUrl = 'https://api.example/live/webhooks/email/support';
const mail = { messageId: `msg_${'a'.repeat(26)}_7`, recipient: 'ada@customer.example' };
const prefix = 'https://api.example/live/unsubscribe/email/support/';

const tokenFor = (given: typeof mail, by = key) =>
  unsubscribeUrl({ ...given, publicUrl, key: by }).slice(prefix.length);

describe('the link of one-click unsubscription', () => {
  it('is an address of its own beside the webhook of the account', () => {
    expect(unsubscribeUrl({ ...mail, publicUrl, key })).toMatch(
      /^https:\/\/api\.example\/live\/unsubscribe\/email\/support\/[\w-]+\.[\w-]{43}$/,
    );
  });

  it('names its mail and its recipient, and is short enough for a header line', () => {
    const address = fc.string({ minLength: 1, maxLength: 320, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(address, (recipient) => {
        const token = tokenFor({ ...mail, recipient });
        expect(readUnsubscribeToken(token, key)).toEqual({ ...mail, recipient });
      }),
    );
    expect(tokenFor({ ...mail, recipient: 'a'.repeat(320) }).length).toBeLessThan(560);
  });

  it('is not read with another key, for another person, cut, or with a sign changed', () => {
    const token = tokenFor(mail);
    const [payload = '', mac = ''] = token.split('.');
    const [other = ''] = tokenFor({ ...mail, recipient: 'eve@evil.example' }).split('.');
    const forged = [
      tokenFor(mail, 'another key of sixteen letters'),
      `${other}.${mac}`,
      `${payload}.`,
      payload,
      '',
      token.slice(0, -1),
      `${token}a`,
      `${token}.`,
      ...Array.from(token, (sign, at) => {
        const changed = sign === 'A' ? 'B' : 'A';
        return `${token.slice(0, at)}${changed}${token.slice(at + 1)}`;
      }).filter((each) => Buffer.compare(Buffer.from(each), Buffer.from(token)) !== 0),
    ];
    for (const each of forged)
      expect([each, readUnsubscribeToken(each, key)]).toEqual([each, undefined]);
  });
});
