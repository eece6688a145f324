import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueVersion, readQueueBody } from '#shared/aws/queues/queue';
import { IngressMessage } from '#shared/model/ingress';
import { MediaJob } from '#shared/model/media-job';
import { SendCommand, SendSignal } from '#shared/model/send-command';
import { StatusesMessage } from '#shared/model/statuses';
import { EntryItem } from '#shared/table/entry';
import {
  ConsentItem,
  ConversationItem,
  IdentityItem,
  itemFormat,
  ParkedEditItem,
  ReferenceItem,
  ReplyItem,
} from '#shared/table/items';
import { EditItem, PendingUpdate, ReactionItem, StateItem } from '#shared/table/state';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { fileOf, formats, readLines, toText } from './files.ts';
import { type QueueMessage, queueEverything } from './queues.ts';
import { playEverything } from './scenario.ts';
import { eventsOf, type Item, itemsIn, kindOf, pathsOf, shapeOf, store } from './stored.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const schemas = {
  'CONVERSATION META': ConversationItem,
  'CONVERSATION ENTRY': EntryItem,
  'CONVERSATION STATE': StateItem,
  'CONVERSATION EDIT': EditItem,
  'CONVERSATION REACTION': ReactionItem,
  'REFERENCE REFERENCE': ReferenceItem,
  'REFERENCE EDIT': ParkedEditItem,
  'IDENTITY IDENTITY': IdentityItem,
  'CONSENT *': ConsentItem,
  'REPLY REPLY': ReplyItem,
};
const readers = {
  ingress: [IngressMessage],
  statuses: [StatusesMessage],
  outbound: [SendSignal, SendCommand],
  media: [MediaJob],
};
/** Attributes that no item of the set has, and why. */
const elsewhere = new Set([
  // The scenario is of a stage that keeps everything, in its first generation: test/store/{retention,generation}.
  'CONVERSATION ENTRY.expiresAt',
  'CONVERSATION STATE.expiresAt',
  'CONVERSATION EDIT.expiresAt',
  'CONVERSATION REACTION.expiresAt',
  'CONVERSATION ENTRY.generation',
  'CONVERSATION STATE.generation',
]);

const itemsOf = (format: number) => readLines(fileOf(format, 'items')) as Item[];
const messagesOf = (format: number) => readLines(fileOf(format, 'messages')) as QueueMessage[];

/** Attributes of an item that its schema leaves out when it reads: keys, and those that only indexes have. */
const unread = /^(?:pk|sk|\w+Pk|\w+Sk|activityAt|inboxAt|dueAt|parkedIds|contactId)$/;

describe.each(formats)('what was stored in format %d', (format) => {
  it('is read, every attribute of it', () => {
    for (const item of itemsOf(format)) {
      const schema = schemas[kindOf(item) as keyof typeof schemas];
      if (!schema) continue;
      const read = new Set(Object.keys(schema.parse(item)));
      const lost = Object.keys(item).filter((name) => !read.has(name) && !unread.test(name));
      expect(lost, `${kindOf(item)} ${item['sk']}`).toEqual([]);
    }
  });

  it('tells the same events as the release that wrote it, byte for byte', async () => {
    const own = await startEmulators();
    try {
      await store(own.table, itemsOf(format));
      const told = (await eventsOf(own.table)).map(toText);
      expect(told.length).toBeGreaterThan(30);
      expect(told).toEqual(readLines(fileOf(format, 'events')).map(toText));
    } finally {
      await own.stop();
    }
  });

  it('and put on queues then, is read now', () => {
    for (const { queue, body } of messagesOf(format)) {
      const value = readQueueBody(JSON.stringify(body));
      const read = readers[queue].map((schema) => schema.safeParse(value).data ?? {});
      const { version, ...fields } = body as Record<string, unknown>;
      expect(version).toBe(format);
      expect(read.map(toText), queue).toContain(toText(fields));
    }
  });
});

describe('what this release writes', () => {
  it('is of the newest format: each attribute is in the golden set, and no other', async () => {
    const [normalized, outbound] = [
      await emulators.queue('normalized.fifo'),
      await emulators.queue('outbound.fifo'),
    ];
    const { table } = emulators;
    await playEverything({ table, normalized, outbound, now: () => new Date() });
    expect(shapeOf(await itemsIn(table))).toEqual(shapeOf(itemsOf(itemFormat)));
    const shape = (messages: readonly QueueMessage[]) => [
      ...new Set(messages.flatMap(({ queue, body }) => pathsOf(body, queue))),
    ];
    const queued = await queueEverything(emulators, 'today');
    expect(shape(queued)).toEqual(shape(messagesOf(queueVersion)));
  });

  it('is in the golden set as a whole: every attribute of every kind, every kind of change', () => {
    const items = itemsOf(itemFormat);
    const missing = Object.entries(schemas).flatMap(([kind, { shape }]) => {
      const known = new Set(items.filter((each) => kindOf(each) === kind).flatMap(Object.keys));
      return Object.keys(shape).flatMap((name) => (known.has(name) ? [] : `${kind}.${name}`));
    });
    expect(missing.filter((each) => !elsewhere.has(each))).toEqual([]);
    expect([...elsewhere].filter((each) => !missing.includes(each))).toEqual([]);
    const pending = items.flatMap((item) => (item['pending'] ?? []) as { kind: string }[]);
    const kinds = PendingUpdate.options.map(({ shape }) => shape.kind.value);
    expect(new Set(pending.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  it.each([
    ['an attribute that is renamed', (item: Item) => ({ ...item, order: item['sequence'] })],
    ['an attribute of another type', (item: Item) => ({ ...item, sequence: '1' })],
    ['an attribute deep within', (item: Item) => ({ ...item, message: { stars: [{ n: 1 }] } })],
  ])('would be noticed with %s', (_, change) => {
    const items = itemsOf(itemFormat);
    const entry = items.findIndex((item) => kindOf(item) === 'CONVERSATION ENTRY');
    const planted = items.with(entry, change(items[entry] ?? {}));
    expect(shapeOf(planted)).not.toEqual(shapeOf(items));
  });
});
