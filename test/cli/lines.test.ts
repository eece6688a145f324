import { describe, expect, it } from 'vitest';
import { windowOf } from '#infra/cli/output/describe';
import { eventLine } from '#infra/cli/output/event-line';
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
