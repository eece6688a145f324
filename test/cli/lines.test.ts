import { describe, expect, it } from 'vitest';
import { windowOf } from '#infra/cli/output/describe';
import { eventLine } from '#infra/cli/output/event-line';
import { refusedCommand } from '#infra/cli/output/refused-command';
import { clockTime, localTime } from '#infra/cli/output/terminal';
import { entryJson, timeline } from '#infra/cli/output/timeline';
import { historyFrom, publishedEvents } from '#infra/cli/stage/history';
import { entryEvents } from '#shared/events/events';
import { Event } from '#shared/model/event';
import { type Entry, EntryItem, joinEntry } from '#shared/table/entry';
import { shortHash } from '#shared/table/keys';
import { recentOf } from '#shared/table/recent';
import { StateItem } from '#shared/table/state';
import { clock, inboundEntry, replyEntry, storedMeta } from './stored-conversation.ts';

const conversation = storedMeta();
const plain = { paint: (_: string, text: string) => text };
const refused = { code: 'not_on_whatsapp', title: 'no such user', providerCode: '131026' } as const;
const author = { role: 'customer' } as const;
const time = (second: number) => clockTime(clock(second));

/** A reply of two messages, of which the second was refused. */
function failedInPart() {
  const inPart = { code: 'sent_in_part', title: '1 of 2 were sent' };
  const entry = replyEntry(2, 2, [['failed', 3, [inPart]]]);
  const parts = [
    { part: 0, status: 'delivered' as const, providerMessageId: 'SM1', errors: [] },
    { part: 1, status: 'failed' as const, errors: [{ ...refused, retryable: false }] },
  ];
  const delivery = { state: 'failed', part: 1, attempt: 2, parts: 2 } as const;
  return joinEntry(EntryItem.parse(entry), StateItem.parse({ ...entry, parts, delivery }));
}

/** The entry with another message. */
function written(entry: Entry, changes: Record<string, unknown>): Entry {
  const { message, ...rest } = entry;
  const { metadata, ...content } = changes;
  return {
    ...rest,
    message: { ...message, ...content, ...(metadata ? { metadata } : {}) },
  } as Entry;
}

const nothing = { edits: new Map(), reactions: [] };
const historyOf = (entry: Entry) => historyFrom(entry, nothing);
const updateEvents = (entry: Entry) => publishedEvents(conversation, historyOf(entry));

describe('a line of tail', () => {
  const linesOf = (events: readonly Event[]) => events.map((event) => eventLine(event, plain));

  it('says when, what, where and what was said', () => {
    const { customerIdentities, customerName } = conversation;
    const opening = { customerIdentities, customerName };
    const entry = inboundEntry(1, 1, { opens: 'opened', opening });
    expect(linesOf(entryEvents(conversation, entry))).toEqual([
      `${time(1)}  whatsapp  conversation.opened    cnv_aaaaaaaa  Ada 16505551234`,
      `${time(1)}  whatsapp  message.received       cnv_aaaaaaaa  #1 Ada: message 1`,
    ]);
  });

  it('gives the reasons of a failure', () => {
    const entry = replyEntry(2, 2, [['failed', 3, [refused]]]);
    expect(linesOf(updateEvents(entry))).toEqual([
      `${time(3)}  whatsapp  message.failed         cnv_aaaaaaaa  #2 not_on_whatsapp: no such user (provider's code 131026)`,
    ]);
  });

  it('says of a reply sent in part which of its messages arrived', () => {
    const entry = failedInPart();
    expect(linesOf(updateEvents(entry)).map((line) => line.slice(20))).toEqual([
      "message.failed         cnv_aaaaaaaa  #2 sent_in_part: 1 of 2 were sent; message 1 of 2 delivered, SM1; message 2 of 2 failed (not_on_whatsapp: no such user (provider's code 131026))",
    ]);
  });

  it('gives the reasons of a reply in many parts whole', () => {
    const entry = failedInPart();
    const title = 'the provider says at length what it did not like. '.repeat(8).trim();
    const parts = entry.parts?.map((part) => ({
      ...part,
      errors: [{ code: 'request_rejected' as const, title, retryable: false }],
    }));
    const [line = ''] = linesOf(updateEvents({ ...entry, parts }));
    expect(line.split(title)).toHaveLength(3);
    expect(line).not.toContain('…');
  });

  it.each([
    ['STOP', 'STOP', 'optOut: STOP'],
    ['please no more of this', 'REVIEW', 'optOut: REVIEW'],
  ])('marks %j, which may be an opt-out', (text, optOut, mark) => {
    const entry = written(inboundEntry(1, 1), {
      content: { type: 'text', text },
      metadata: { optOut },
    });
    const [line = ''] = linesOf(entryEvents(conversation, entry));
    expect(line.endsWith(`#1 Ada: [${mark}] ${text}`)).toBe(true);
    expect(timeline(conversation, [historyOf(entry)], plain)[0]).toContain(`[${mark}] ${text}`);
  });

  it('tells the variables of a template, and the segments of an SMS', () => {
    const variables = { 1: 'Ada', 2: 'Monday' };
    const content = { type: 'template', name: 'HX1', language: 'en', components: [], variables };
    const template = written(replyEntry(2, 2, []), { content });
    expect(linesOf(entryEvents(conversation, template))[0]).toMatch(/ \(1: Ada, 2: Monday\)$/);
    const metadata = { segments: '2', encoding: 'UCS-2', ucs2Character: '’' };
    const long = { content: { type: 'text', text: 'x'.repeat(500) }, metadata };
    const sms = written(replyEntry(2, 2, []), long);
    const end = /x… \(2 segments, UCS-2 because of ’\)$/;
    expect(linesOf(entryEvents(conversation, sms))[0]).toMatch(end);
    expect(timeline(conversation, [historyOf(sms)], plain)[0]).toMatch(end);
    const short = written(replyEntry(2, 2, []), { metadata: { segments: '1', encoding: 'GSM-7' } });
    expect(linesOf(entryEvents(conversation, short))[0]).toMatch(/ \(1 segment, GSM-7\)$/);
  });

  it('marks a sender who is not verified, signs that may deceive, and a thread that it may not join', () => {
    const authenticity = {
      ...{ level: 'unverified', reasons: ['dmarc_not_passed'], warnings: ['look_alike_domain'] },
      joinRefused: 'not_participant',
    };
    const marks =
      '[unverified: dmarc_not_passed] [warning: look_alike_domain] [joinRefused: not_participant, its sender takes no part there] message 1';
    const related = storedMeta({ relatedConversationId: 'cnv_b' });
    const opens = inboundEntry(1, 1, { opens: 'opened' });
    const entry = written(opens, { authenticity });
    const [opening = '', line = ''] = linesOf(entryEvents(related, entry));
    expect(opening).toMatch(/16505551234, related to cnv_b$/);
    expect(line.endsWith(marks)).toBe(true);
    expect(timeline(related, [historyOf(entry)], plain)[0]?.endsWith(marks)).toBe(true);
    const sure = written(opens, { authenticity: { level: 'verified' } });
    expect(linesOf(entryEvents(related, sure))[1]).toMatch(/#1 Ada: message 1$/);
  });

  it('names the people of a message that goes to several', () => {
    const [ada, bob, eve] = ['ada@x.example', 'bob@x.example', 'eve@x.example'].map((address) => ({
      ...{ channel: 'email', kind: 'mailbox', scope: '', address },
    }));
    const entry = written(replyEntry(2, 2, []), { recipients: [ada, bob], cc: [bob], bcc: [eve] });
    const people = /reply 2 \(to ada@x\.example; cc bob@x\.example; bcc eve@x\.example\)$/;
    expect(linesOf(entryEvents(conversation, entry))[0]).toMatch(people);
    expect(timeline(conversation, [historyOf(entry)], plain)[0]).toMatch(people);
  });

  it('stays one line whatever the customer writes', () => {
    const entry = inboundEntry(1, 1);
    const text = 'one\n\u001b[2Jtwo';
    const hostile = { ...entry, message: { ...entry.message, content: { type: 'text', text } } };
    const [line = ''] = linesOf(entryEvents(conversation, hostile as typeof entry));
    expect(line).toMatch(/#1 Ada: one two$/);
  });

  it('has something to say of every other event', () => {
    const told = [
      { kind: 'reaction', id: 'a', occurredAt: clock(2), emoji: '👍', author },
      { kind: 'reaction', id: 'b', occurredAt: clock(2), emoji: '', author },
      { kind: 'deletion', id: 'd', occurredAt: clock(2) },
      {
        kind: 'edit',
        id: 'c',
        occurredAt: clock(2),
        content: { type: 'text', text: 'x' },
        text: 'x',
      },
    ] as const;
    const counters = { revision: 4, publishedRevision: 4, recent: told.map(recentOf) };
    const entry: Entry = { ...inboundEntry(1, 1), ...counters };
    const [one, other, , edit] = told;
    const reactions = [
      { ...one, place: '', revision: 1 },
      { ...other, place: '', revision: 2 },
    ];
    const beside = { edits: new Map([[shortHash('c'), { ...edit }]]), reactions };
    const events = publishedEvents(conversation, historyFrom(entry, beside));
    expect(linesOf(events).map((line) => line.slice(20))).toEqual([
      'reaction.added         cnv_aaaaaaaa  #1 customer 👍',
      'reaction.removed       cnv_aaaaaaaa  #1 customer',
      'message.deleted        cnv_aaaaaaaa  #1',
      'message.updated        cnv_aaaaaaaa  #1 now: x',
    ]);
  });

  it.each([
    ['rate_limit', 'rate limit of the account'],
    ['account_paused', 'account paused'],
    ['earlier_reply', 'behind an earlier reply'],
    ['retry', 'tried again later'],
  ] as const)('says why a reply waits, and until when: %s', (reason, words) => {
    const delayed = { reason, expectedAt: clock(59) };
    const reply = replyEntry(2, 1, []);
    const delivery = { state: 'accepted', part: 0, attempt: 0, delayed } as const;
    const recent = [recentOf({ kind: 'delay', id: 'delay:1', occurredAt: clock(2), ...delayed })];
    const entry: Entry = { ...reply, delivery, revision: 1, publishedRevision: 1, recent };
    const history = historyFrom(entry, { edits: new Map(), reactions: [] });
    const until = localTime(clock(59)).slice(11);
    expect(linesOf(publishedEvents(conversation, history)).at(-1)?.slice(20)).toBe(
      `message.delayed        cnv_aaaaaaaa  #2 ${words}, expected ${until}`,
    );
    expect(timeline(conversation, [history], plain)[1]).toContain(
      `delayed (${words}, expected ${until})`,
    );
  });

  it('says which reply was refused before it had a conversation', () => {
    const event = Event.parse({
      specversion: '1.0',
      id: 'refused_a',
      source: '/replies/default',
      type: 'switchboard.message.failed.v1',
      time: clock(1),
      datacontenttype: 'application/json',
      dataschema: 'urn:switchboard',
      partitionkey: 'refused_a',
      data: { replyId: 'r9', status: 'failed', occurredAt: clock(1), errors: [refused] },
    });
    expect(linesOf([event])[0]).toMatch(/ {2}reply r9 not_on_whatsapp: no such user/);
  });
});

describe('a conversation from its beginning', () => {
  const entries = [
    inboundEntry(1, 1),
    replyEntry(2, 5, [
      ['sent', 6],
      ['failed', 4, [refused]],
    ]),
  ];

  it('shows each message, and what became of it in the order it was stored', () => {
    expect(timeline(conversation, entries.map(historyOf), plain)).toEqual([
      `#1   ${localTime(clock(1))}  in   Ada    message 1`,
      `#2   ${localTime(clock(5))}  out  agent  reply 2`,
      `     accepted ${time(5)}, sent ${time(6)}, failed (not_on_whatsapp: no such user (provider's code 131026)) ${time(4)}`,
    ]);
  });

  it('has the same names in JSON', () => {
    const [first, second] = entries.map((entry) => entryJson(conversation, historyOf(entry)));
    expect(first).toMatchObject({ kind: 'message', sequence: 1, updates: [] });
    expect(second).toMatchObject({
      kind: 'message',
      firstStatus: 'accepted',
      message: { id: 'msg_aaaaaaaaaaaaaaaaaaaaaaaaaa_2', status: 'failed' },
      updates: [{ status: 'sent' }, { status: 'failed' }],
    });
  });
});

describe('a file of which there is no copy', () => {
  it.each([
    ['at once', {}, { state: 'failed', error: 'more than 100 MB' }],
    ['later', { a1: { state: 'failed', error: 'more than 100 MB' } }, { state: 'pending' }],
  ])('that failed %s is shown with the reason', (_, files, state) => {
    const file = {
      id: 'a1',
      kind: 'image',
      contentType: 'image/png',
      fileName: 'cat.png',
      ...state,
    };
    const entry = { ...written(inboundEntry(1, 1), { attachments: [file] }), files } as Entry;
    expect(timeline(conversation, [historyOf(entry)], plain)[0]).toMatch(
      /message 1 \[cat\.png: failed \(more than 100 MB\)\]$/,
    );
  });
});

describe('a file of a message that was deleted', () => {
  it('is told as expired, and not as stored any more', () => {
    const file = { id: 'a1', kind: 'image', contentType: 'image/png', state: 'stored' } as const;
    const item = EntryItem.parse(written(inboundEntry(1, 1), { attachments: [file] }));
    const { unwritten: _, ...initial } = joinEntry(item);
    const recent = [
      recentOf({
        ...{ kind: 'attachment', id: 'media:a1:stored', occurredAt: clock(2), attachment: file },
      } as never),
      recentOf({ kind: 'deletion', id: 'd', occurredAt: clock(3) } as never),
    ];
    const state = StateItem.parse({
      ...{ ...initial, recent, revision: 2, publishedRevision: 2, redaction: 'done' },
      files: { a1: { state: 'expired', error: 'the message was deleted' } },
      deletedAt: clock(3),
    });
    const [told] = updateEvents(joinEntry(item, state));
    expect(told).toMatchObject({
      type: 'switchboard.attachment.updated.v1',
      data: { attachment: { state: 'expired', error: 'the message was deleted' } },
    });
    const before = StateItem.parse({ ...state, redaction: undefined, files: { a1: file } });
    expect(updateEvents(joinEntry(item, before))[0]).toMatchObject({
      data: { attachment: { state: 'stored' } },
    });
  });
});

describe('the price of a reply that was sent', () => {
  const price = { asOf: '2026-09-01', micros: 30_000, partMicros: 15_000, uses: { 'send:dm': 1 } };
  const priced = (state: string) => {
    const entry = replyEntry(2, 2, [['sent', 3]]);
    return { ...entry, delivery: { ...entry.delivery, state, price } } as Entry;
  };

  it('stands below it, and in its JSON', () => {
    expect(timeline(conversation, [historyOf(priced('sent'))], plain).at(-1)).toBe(
      '     cost about 0.030 USD (prices of 2026-09-01)',
    );
    expect(entryJson(conversation, historyOf(priced('sent')))['cost']).toEqual({
      ...{ amount: '0.030', currency: 'USD', estimated: true, asOf: '2026-09-01' },
    });
  });

  it('is not told while it is not sent, or where there is none', () => {
    expect(entryJson(conversation, historyOf(priced('sending')))).not.toHaveProperty('cost');
    expect(timeline(conversation, [historyOf(replyEntry(2, 2, []))], plain).join()).not.toContain(
      'cost',
    );
  });
});

describe('a refused reply', () => {
  const answered = { commandToWrite: () => undefined, page: 'docs/channels/twitter.md' };
  const advice = { action: 'reply_in_private', channel: 'twitter' } as const;
  const refused = (error: string, more: object = {}) =>
    refusedCommand('reply', { status: 422, body: { error, reasons: ['x'], ...more } }, answered, '')
      .next;

  it('is told what can be done here and, where there is no direct message yet, who has to write first', () => {
    const first =
      'reply in private instead: there is no such conversation on twitter yet; the customer has to write a direct message first';
    expect(refused('text_too_long', { advice })).toBe(
      `send a shorter text, or several\n  ${first}`,
    );
    for (const code of ['reply_not_allowed', 'post_unavailable', 'replies_restricted']) {
      expect(refused(code, { advice })).toMatch(/^(?:answer) [\s\S]*\n {2}reply in private/);
    }
    const known = { ...advice, conversationId: 'cnv_b' };
    expect(refused('text_too_long', { advice: known })).toBe(
      'send a shorter text, or several\n  reply in private instead: cnv_b',
    );
    expect(refused('text_too_long')).toBe('send a shorter text, or several');
  });
});

describe('a reply that was sent in part', () => {
  it('shows below it what became of each message', () => {
    expect(timeline(conversation, [historyOf(failedInPart())], plain).slice(1)).toEqual([
      `     accepted ${time(2)}, failed (sent_in_part: 1 of 2 were sent) ${time(3)}`,
      '     message 1 of 2 delivered, SM1',
      "     message 2 of 2 failed (not_on_whatsapp: no such user (provider's code 131026))",
    ]);
  });

  it('shows nothing more where all is well', () => {
    const entry = failedInPart();
    const parts = entry.parts?.slice(0, 1).flatMap((part) => [part, { ...part, part: 1 }]);
    const well = { ...entry, parts, errors: [], status: 'delivered' as const };
    expect(timeline(conversation, [historyOf(well)], plain)).toHaveLength(2);
  });
});

describe('the reply window', () => {
  const now = new Date('2026-03-01T10:00:00Z');
  it.each([
    ['2026-03-02T09:59:00Z', '23 h'],
    ['2026-03-01T10:59:59Z', '59 min'],
    ['2026-03-01T10:00:00Z', '0 min'],
    ['2026-03-01T09:59:59Z', 'closed'],
  ])('that closes at %s is %s', (closesAt, text) => {
    expect(windowOf({ replyWindow: { closesAt, freeForm: true } }, now)).toBe(text);
  });

  it('is not mentioned where there is none', () => {
    expect(windowOf({}, now)).toBe('-');
  });
});
