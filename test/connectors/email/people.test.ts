import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { inbox, received } from './inbox.ts';

const group = 'support@acme.example';

interface Given {
  readonly checks?: object;
  readonly account?: object;
}

async function read(headers: readonly string[], { checks = {}, account = {} }: Given = {}) {
  const { mail, receipt } = received(checks);
  const payload = { kind: 'mail', inbox: inbox.address, notification: { mail, receipt } };
  const raw = Buffer.from([...headers, 'Subject: x', '', 'Hello'].join('\r\n'));
  const [event] = await parse({ payload, account: { ...inbox, ...account }, raw });
  if (event?.kind !== 'message') throw new Error('no message');
  return event;
}

const addressOf = ({ customer }: ChannelMessage) => customer.identities[0].address;
const takingPart = ({ participants = [] }: ChannelMessage) =>
  participants.map(({ identity }) => identity.address);
const gray = { dmarcVerdict: { status: 'GRAY' } };

describe('to whom an answer goes', () => {
  const form = (replyTo: string) => [
    'From: Shop <no-reply@shop.example>',
    `Reply-To: ${replyTo}`,
    `To: ${inbox.address}`,
  ];

  it('is the Reply-To: by the word of the sender, who may go on by its own address', async () => {
    const message = await read(form('Emily <emily@customer.example>'));
    expect(message).toMatchObject({
      customer: { identities: [{ address: 'emily@customer.example' }], displayName: 'Emily' },
      senderStanding: 'untrusted',
      sentFrom: { identity: { address: 'no-reply@shop.example' }, standing: 'authenticated' },
      authenticity: { level: 'unverified', reasons: ['reply_to'] },
      metadata: { sentBy: 'no-reply@shop.example' },
    });
  });

  it('says no more of the sender than was checked', async () => {
    const message = await read(form('emily@customer.example'), { checks: gray });
    expect(message).toMatchObject({
      sentFrom: { standing: 'unknown' },
      authenticity: { level: 'unverified', reasons: ['dmarc_not_passed', 'reply_to'] },
    });
    expect(takingPart(message)).toEqual([]);
  });

  it.each([
    ['the same address', 'no-reply@shop.example'],
    ['the sender among others', 'emily@customer.example, no-reply@shop.example'],
    ['our own mailbox', inbox.address],
    ['our own mailbox with a label', 'help+x@acme.example'],
    ['nothing that is an address', 'emily at customer'],
    ['nothing', ''],
  ])('is the From address, where Reply-To is %s', async (_, replyTo) => {
    const message = await read(form(replyTo));
    expect(addressOf(message)).toBe('no-reply@shop.example');
    expect(message).not.toHaveProperty('sentFrom');
    expect(message.authenticity?.level).toBe('verified');
  });

  it('is the writer of a list, and not the list that wants answers itself', async () => {
    const list = ['List-Id: <devs.list.example>', 'List-Post: <mailto:devs@list.example>'];
    const message = await read([
      ...['From: Ann <ann@customer.example>', 'Reply-To: devs@list.example', ...list],
      `To: devs@list.example, ${inbox.address}`,
    ]);
    expect(addressOf(message)).toBe('ann@customer.example');
    expect(takingPart(message)).toEqual([]);
  });
});

describe('a mail that a group passed on in its own name', () => {
  const via = (...headers: string[]) => [`From: 'Fred' via Support <${group}>`, ...headers];
  const ours = { account: { groupAddresses: [group] } };

  it.each([
    ['X-Original-From', ['X-Original-From: Fred Doe <fred@customer.example>'], 'Fred Doe'],
    ['X-Original-Sender', ['X-Original-Sender: fred@customer.example'], 'Fred'],
  ])('belongs to its writer, told by %s', async (_, headers, displayName) => {
    const message = await read(via(...headers), ours);
    expect(message).toMatchObject({
      customer: { identities: [{ address: 'fred@customer.example' }], displayName },
      senderStanding: 'unknown',
      authenticity: { level: 'unverified', reasons: ['own_group'] },
      metadata: { sentBy: group },
    });
    expect(message).not.toHaveProperty('sentFrom');
  });

  it('is told by a Reply-To too, which the writer has chosen and which proves nothing', async () => {
    const message = await read(via('Reply-To: fred@customer.example'), ours);
    expect(addressOf(message)).toBe('fred@customer.example');
    expect(message.senderStanding).toBe('untrusted');
    expect(message.authenticity?.reasons).toContain('rewritten');
  });

  it('by a group that is not ours, or that was not checked, proves nothing', async () => {
    const headers = via('X-Original-From: Fred <fred@customer.example>');
    for (const given of [{}, { ...ours, checks: gray }]) {
      const message = await read(headers, given);
      expect(addressOf(message)).toBe('fred@customer.example');
      expect(message.senderStanding).toBe('untrusted');
      expect(message.authenticity?.reasons).toContain('rewritten');
    }
  });

  it('is the group itself, where nothing names the writer', async () => {
    expect(addressOf(await read(via(), ours))).toBe(group);
  });

  it('is not seen in a header alone, nor in a name alone', async () => {
    const original = 'X-Original-From: Fred <fred@customer.example>';
    expect(addressOf(await read(['From: ann@customer.example', original]))).toBe(
      'ann@customer.example',
    );
    expect(addressOf(await read(['From: Ann via Berlin <ann@customer.example>']))).toBe(
      'ann@customer.example',
    );
  });
});

describe('the people of a mail', () => {
  const copies = [
    'From: Fred <fred@customer.example>',
    `To: Help <${inbox.address}>, Emily <emily@customer.example>, ${group}`,
    'Cc: help+x@acme.example, Bob <BOB@customer.example>, bob@customer.example, fred@customer.example',
  ];

  it('are all in To and Cc but the writer, the mailbox and its groups, each once', async () => {
    const message = await read(copies, { account: { groupAddresses: [group] } });
    expect(message.participants).toMatchObject([
      { identity: { address: 'emily@customer.example' }, displayName: 'Emily' },
      { identity: { address: 'bob@customer.example' }, displayName: 'Bob' },
    ]);
  });

  it('take part only where the sender is certain', async () => {
    expect(takingPart(await read(copies, { checks: gray }))).toEqual([]);
    const failed = { dmarcVerdict: { status: 'FAIL' } };
    expect(takingPart(await read(copies, { checks: failed }))).toEqual([]);
    expect(takingPart(await read([...copies, 'From: x@evil.example']))).toEqual([]);
  });

  it('are as many as one mail can be sent to', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `p${index}@x.example`).join(', ');
    const message = await read(['From: fred@customer.example', `Cc: ${many}`]);
    expect(takingPart(message)).toHaveLength(49);
  });
});

describe('what may deceive a reader', () => {
  const warnings = async (from: string, account = {}) =>
    (await read([`From: ${from}`], { account })).authenticity?.warnings ?? [];

  it.each([
    ['mixed_script_domain', 'Ann <ann@pаypal.example>'],
    ['look_alike_domain', 'Ann <ann@аррӏе.com>'],
    ['look_alike_domain', 'Ann <ann@acrne.example>'],
    ['look_alike_domain', 'Ann <ann@acmé.example>'],
    ['mixed_script_name', '=?utf-8?b?UNCweXBhbCBTdXBwb3J0?= <ann@x.example>'],
    ['name_shows_address', '"boss@acme.example" <ann@x.example>'],
    ['name_like_ours', 'Acme Help <ann@x.example>'],
    ['name_like_ours', '=?utf-8?b?0JBjbWUgSGVscA==?= <ann@x.example>'],
    ['name_like_ours', '"help@acme.example" <ann@x.example>'],
  ])('%s: %s', async (warning, from) => {
    expect(await warnings(from)).toContain(warning);
  });

  it.each([
    'Ann <ann@customer.example>',
    'Jörg Müller <joerg@müller.example>',
    'Юлия Иванова <julia@почта.рф>',
    '田中 Ichiro <tanaka@日本語.jp>',
    '김민수 Kim <kim@customer.example>',
    'Νίκος Παπάς <nikos@customer.example>',
    'אבי כהן <avi@customer.example>',
    'Acme Help <help@acme.example>',
    'Sales <sales@eu.acme.example>',
    'O’Brien-Łukasz <o@customer.example>',
  ])('is not in an honest sender: %s', async (from) => {
    expect(await warnings(from)).toEqual([]);
  });
});

describe('one domain in two spellings', () => {
  it('is one address and one customer', async () => {
    const [unicode, ascii] = [
      await read(['From: Ann <ann@münchen.example>']),
      await read(['From: Ann <ann@xn--mnchen-3ya.example>']),
    ];
    expect(addressOf(unicode)).toBe('ann@xn--mnchen-3ya.example');
    expect(unicode.customer.identities).toEqual(ascii.customer.identities);
    expect(unicode.authenticity?.level).toBe('verified');
  });
});

describe('a mail that a check has failed', () => {
  const spam = { spamVerdict: { status: 'FAIL' } };
  const virus = { virusVerdict: { status: 'fail' } };
  const event = async (checks: object, account: object, released?: true) => {
    const { mail, receipt } = received(checks);
    const payload = { kind: 'mail', inbox: inbox.address, notification: { mail, receipt } };
    const raw = Buffer.from('From: ann@customer.example\r\n\r\nHello');
    const given = { payload, account: { ...inbox, ...account }, raw };
    return (await parse({ ...given, ...(released ? { released } : {}) }))[0];
  };

  it.each([
    ['is passed on with the verdict, if nothing is configured', spam, {}, 'message'],
    ['is passed on', spam, { spam: 'deliver', virus: 'hold' }, 'message'],
    ['is held back as spam', spam, { spam: 'hold' }, 'held_as_spam'],
    [
      'is held back for a virus',
      { ...spam, ...virus },
      { spam: 'hold', virus: 'hold' },
      'held_as_virus',
    ],
    ['is passed on without its files', virus, { spam: 'hold' }, 'message'],
    [
      'is passed on where the check could not be made',
      { spamVerdict: { status: 'PROCESSING_FAILED' } },
      { spam: 'hold' },
      'message',
    ],
  ])('%s', async (_, checks, account, outcome) => {
    const found = await event(checks, account);
    if (outcome === 'message') expect(found?.kind).toBe('message');
    else expect(found).toEqual({ kind: 'ignored', reason: outcome, keep: true });
  });

  it('is read after a person has let it in', async () => {
    const found = await event({ ...spam, ...virus }, { spam: 'hold', virus: 'hold' }, true);
    expect(found).toMatchObject({ kind: 'message', authenticity: { spam: 'FAIL' } });
  });
});
