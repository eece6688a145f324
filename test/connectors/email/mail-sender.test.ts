import fc from 'fast-check';
import addressparser from 'nodemailer/lib/addressparser/index.js';
import { describe, expect, it } from 'vitest';
import { readFrom } from '#connectors/email/inbound/people/from-header';
import { parse } from '#connectors/email/parser';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { alwaysRuns } from '#test/properties/parameters';
import { inbox, received } from './inbox.ts';

/** A mail that passed every check, with these From and other headers. */
async function readWith(
  headers: readonly string[],
  readBySes?: readonly string[],
  body = 'Hello',
): Promise<ChannelMessage> {
  const { mail, receipt } = received();
  const notification = {
    mail: { ...mail, ...(readBySes ? { commonHeaders: { from: readBySes } } : {}) },
    receipt,
  };
  const raw = Buffer.from([...headers, 'Subject: x', '', body].join('\r\n'));
  const payload = { kind: 'mail', inbox: inbox.address, notification };
  const [event] = await parse({ payload, account: inbox, raw });
  if (event?.kind !== 'message') throw new Error('no message');
  return event;
}

const fred = 'fred@customer.example';

describe('one From address', () => {
  it.each([
    ['From: Fred <fred@customer.example>'],
    ['From: fred@customer.example'],
    ['From: FRED@Customer.Example (Fred)'],
    ['From: "Doe, Fred" <fred@customer.example>'],
    ['From: fred@customer.example <fred@customer.example>'],
    ['From: =?utf-8?q?Fr=C3=A9d_@_home?= <fred@customer.example>'],
    ['From:\r\n =?utf-8?b?RnLDqWQ=?=\r\n\t<fred@customer.example>'],
    ['From: "evil@evil.example" <fred@customer.example>'],
    ['From: Fréd <fred@customer.example>'],
  ])('is verified: %j', async (header) => {
    expect(await readWith([header])).toMatchObject({
      customer: { identities: [{ address: fred }] },
      senderStanding: 'authenticated',
      authenticity: { level: 'verified' },
    });
  });

  it('is the customer whatever Sender, Resent-From and Return-Path say', async () => {
    const others = [
      'Sender: x@evil.example',
      'Resent-From: x@evil.example',
      'Return-Path: <a@b.c>',
    ];
    const message = await readWith([...others, `From: ${fred}`]);
    expect(message.customer.identities).toMatchObject([{ address: fred }]);
    const without = await readWith([`Sender: ${fred}`, `Resent-From: ${fred}`]);
    expect(without).toMatchObject({
      customer: { identities: [{ address: 'anna@customer.example' }] },
      authenticity: { level: 'unverified', reasons: ['no_from'] },
    });
  });
});

describe('anything but one From address is not verified', () => {
  it.each([
    ['several_from', ['From: <fred@customer.example> <evil@evil.example>']],
    ['several_from', ['From: fred@customer.example, evil@evil.example']],
    ['several_from', ['From: Fred <fred@customer.example>, Evil <evil@evil.example>']],
    ['several_from', ['From: fred@customer.example', 'From: evil@evil.example']],
    ['several_from', ['From: fred@customer.example', 'from: fred@customer.example']],
    ['group_from', ['From: Team: fred@customer.example;']],
    ['group_from', ['From: undisclosed-recipients:;']],
    ['no_from', []],
    ['no_from', ['From:']],
    ['malformed_from', ['From: =?utf-8?q?=3Cfred=40customer.example=3E?=']],
    ['malformed_from', ['From: =?utf-8?q?fred@customer.example?=']],
    ['malformed_from', ['From: =?utf-8?q?fred=40customer.example=3E?=x@evil.example']],
    ['malformed_from', ['From: fred@customer.example (<evil@evil.example>)']],
    ['malformed_from', ['From: <@evil.example:fred@customer.example>']],
    ['malformed_from', ['From: "fred"@customer.example']],
    ['malformed_from', ['From: fred"x"@customer.example']],
    ['malformed_from', ['From: fred@customer.example <evil@evil.example>']],
    ['malformed_from', ['From: <fred@customer.example> evil@evil.example']],
    ['malformed_from', ['From: fred@customer.example\u0000@evil.example']],
    ['malformed_from', ['From: fred@customer.example\u0000']],
    ['malformed_from', ['From: fred@customer.example.']],
    ['malformed_from', ['From: fred@[127.0.0.1]']],
    ['malformed_from', ['From: fred@\u212Aunde.example']],
    ['malformed_from', ['From: fred@\uff4bunde.example']],
    ['malformed_from', ['From: fred@customer\u3002example']],
    ['malformed_from', ['From: Fred <fred@customer.example']],
    ['malformed_from', ['From: Fred (a <fred@customer.example>']],
  ])('%s: %j', async (reason, headers) => {
    const message = await readWith(headers);
    expect(message.authenticity).toMatchObject({ level: 'unverified', reasons: [reason] });
    expect(message.senderStanding).toBe('untrusted');
  });

  it('nor is one that SES read otherwise', async () => {
    const header = `From: ${fred}`;
    expect(await readWith([header], [`Fred <${fred}>`])).toMatchObject({
      authenticity: { level: 'verified' },
    });
    for (const readBySes of [['evil@evil.example'], [fred, 'evil@evil.example']]) {
      expect(await readWith([header], readBySes)).toMatchObject({
        senderStanding: 'untrusted',
        authenticity: { level: 'unverified', reasons: ['ambiguous_from'] },
      });
    }
  });

  const evil = 'From: Mallory <mallory@evil.example>';
  const longEvil = `From: "${'m'.repeat(9000)}" <mallory@evil.example>`;
  const filler = Array.from({ length: 300 }, (_, i) => `X-Filler-${i}: ${'x'.repeat(980)}`);
  const manyLines = 'a b\n'.repeat(110_000);

  it.each<[name: string, headers: readonly string[], body?: string]>([
    ['longer than what we keep of a large head', [longEvil, `From: ${fred}`, ...filler]],
    ['behind what we keep of a large head', [`From: ${fred}`, ...filler, evil]],
    ['in a mail of too many lines', [longEvil, `From: ${fred}`], manyLines],
    ['behind a lone carriage return', [`X-Mailer: x\r${evil}`, `From: ${fred}`]],
    ['with a NUL in its name', [evil.replace('From', 'Fr\u0000om'), `From: ${fred}`]],
    ['with a byte order mark', [`\ufeff${evil}`, `From: ${fred}`]],
    ['with a blank before the colon', [evil.replace(':', '\u00a0:'), `From: ${fred}`]],
  ])('nor is one beside another From header that somebody else may read: %s', async (...mail) => {
    const [, headers, body] = mail;
    const message = await readWith(headers, undefined, body);
    expect(message.authenticity).toMatchObject({ level: 'unverified', reasons: ['several_from'] });
    expect(message.senderStanding).toBe('untrusted');
  });

  it.each<[name: string, headers: readonly string[], body?: string]>([
    ['a folded list of signed headers', ['DKIM-Signature: v=1; h=date:\r\n from:to:subject']],
    ['a body that begins with a From line', [], 'From: Mallory <mallory@evil.example>\r\nHello'],
    ['a name that only begins alike', ['From-Node: mallory@evil.example', 'Fromage: brie']],
    ['a large head', filler],
    ['too many lines', [], manyLines],
  ])('while one is all there is beside %s', async (...mail) => {
    const [, headers, body] = mail;
    const message = await readWith([`From: ${fred}`, ...headers], undefined, body);
    expect(message.authenticity).toMatchObject({ level: 'verified' });
  });

  it('whatever another parser makes of it: who is verified is who both of them read', async () => {
    const bits = fc.constantFrom(
      'fred@customer.example',
      'evil@evil.example',
      'Fred',
      '<',
      '>',
      '"',
      '(',
      ')',
      ',',
      ';',
      ':',
      ' ',
      '\\',
      '@',
      '=?utf-8?q?a=40b=2Eexample?=',
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 9 }), (parts) => {
        const value = parts.join('');
        const from = readFrom([value]);
        if ('problem' in from) return;
        read += 1;
        const others = addressparser(value, { flatten: true });
        expect(others.map(({ address }) => address.toLowerCase())).toEqual([from.address]);
      }),
      alwaysRuns(20_000),
    );
    expect(read).toBeGreaterThan(100);
  });
});

describe('an address gets the form of another one only if it is the same mailbox', () => {
  const addressOf = async (address: string) =>
    (await readWith([`From: <${address}>`])).customer.identities[0].address;

  it.each([
    ['fran\u212A@x.example', 'frank@x.example'],
    ['je\u017F\u017Fe@x.example', 'jesse@x.example'],
    ['\u0130lker@x.example', 'ilker@x.example'],
    ['fred+spam@x.example', 'fred@x.example'],
    ['f.red@x.example', 'fred@x.example'],
    ['fred@\u0430pple.example', 'fred@apple.example'],
    ['fred@xn--pple-43d.example', 'fred@apple.example'],
    ['\u0430nna@x.example', 'anna@x.example'],
  ])('%s is not %s', async (one, other) => {
    expect(await addressOf(one)).not.toBe(await addressOf(other));
  });

  it('a domain is the same in Unicode and in ASCII, and is kept in ASCII', async () => {
    expect(await addressOf('fred@b\u00FCcher.example')).toBe('fred@xn--bcher-kva.example');
    expect(await addressOf('fred@xn--bcher-kva.example')).toBe('fred@xn--bcher-kva.example');
    expect(await addressOf('FRED@X.EXAMPLE')).toBe('fred@x.example');
  });
});

describe('a mail in our own name', () => {
  it.each([inbox.address, 'HELP@acme.example', 'help+x@acme.example'])(
    'from %s is verified for no customer, with a Reply-To or without',
    async (own) => {
      const form = await readWith([`From: ${own}`, `Reply-To: Hannes <hannes@kunde.example>`]);
      expect(form).toMatchObject({
        customer: { identities: [{ address: 'hannes@kunde.example' }], displayName: 'Hannes' },
        senderStanding: 'untrusted',
        authenticity: { level: 'unverified', reasons: ['own_mailbox'] },
        metadata: { sentBy: own.toLowerCase() },
      });
      const bare = await readWith([`From: ${own}`]);
      expect(bare).toMatchObject({
        senderStanding: 'untrusted',
        authenticity: { level: 'unverified', reasons: ['own_mailbox'] },
      });
    },
  );
});
