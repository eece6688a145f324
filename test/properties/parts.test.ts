import '#test/model/quiet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { readConversation, readEntry, type Table } from '#shared/aws/store/table';
import { joinParked } from '#shared/aws/store/update/apply-parked';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { currentMessage } from '#shared/events/current-message';
import { messageIdOf } from '#shared/ids';
import type { MessagePart } from '#shared/model/delivery-status';
import { ReplyCommand } from '#shared/model/reply';
import type { Entry } from '#shared/table/entry';
import { type Database, startDatabase } from '#test/model/database';
import { origin, phone, textMessage } from '#test/store/messages';
import { parameters, untilFound } from './parameters.ts';

let database: Database;
let table: Table;
beforeAll(async () => {
  database = await startDatabase();
  table = await database.createTable('parts');
});
afterAll(() => database.stop());

type Told = 'sent' | 'delivered' | 'read' | 'failed';
interface Report {
  readonly part: number;
  readonly status: Told;
  /** Whether the status names our own id, as Twilio's and Meta's do; else only the provider's. */
  readonly named: boolean;
  readonly recipient?: string;
  readonly aliases?: string[];
}

const count = 3;
const report = fc.record({
  part: fc.nat(count - 1),
  status: fc.constantFrom<Told[]>('sent', 'delivered', 'read', 'failed'),
  named: fc.boolean(),
});
const ofMember = fc.record({
  part: fc.constant(0),
  status: fc.constantFrom<Told[]>('sent', 'delivered', 'read', 'failed'),
  named: fc.boolean(),
  recipient: fc.constantFrom('ada', 'bob', 'cem'),
});

/** Callbacks as they come: some missing, some twice, in any order; and the same ones in another. */
function twoOrders(one: fc.Arbitrary<Report>) {
  return fc
    .array(one, { maxLength: 9 })
    .chain((some) =>
      fc.tuple(
        fc.constant(some),
        fc.shuffledSubarray(some, { minLength: some.length }),
        fc.array(fc.nat(8), { maxLength: 3 }),
      ),
    )
    .map(([some, others, repeated]) => ({
      some,
      others: [...others, ...repeated.flatMap((index) => others[index] ?? [])],
    }));
}

let replies = 0;

/** A reply of so many messages that the provider has taken; `early` is told before anybody knows their ids. */
async function replySent(on: Table, parts: number, early: readonly Report[] = []) {
  replies += 1;
  const number = replies;
  const customer = { identities: [phone(`1650${number}`)] as const };
  const { conversation } = await appendMessage(
    on,
    origin,
    textMessage(`in${number}`, 'hi', { customer }),
  );
  const content = { type: 'text' as const, text: 'a reply' };
  const command = ReplyCommand.parse({
    replyId: `r${number}`,
    conversationId: conversation.id,
    content,
  });
  await appendReply(on, command, {}, origin.receivedAt);
  const place = { conversationId: conversation.id, sequence: 2 };
  const at = origin.receivedAt;
  const tell = async ({ part, status, named, recipient, aliases = [] }: Report) => {
    const id = `p${number}.${part}`;
    const own = named ? { messageId: messageIdOf(conversation.id, { sequence: 2 }), part } : {};
    const error = { code: 'undelivered', title: `part ${part}`, retryable: false } as const;
    const update: ChannelUpdate = {
      ...{
        kind: 'status',
        status,
        id: `${id}:${[recipient, ...aliases].join()}:${status}`,
      },
      target: { providerMessageId: id, ...own },
      ...(recipient === undefined ? {} : { recipient }),
      ...(aliases.length > 0 ? { aliases } : {}),
      ...(status === 'failed' ? { errors: [error] } : {}),
    };
    return applyChannelUpdate(on, origin, update);
  };
  for (const each of early) await tell(each);
  for (let part = 0; part < parts; part += 1) {
    // As the sender does it: the next part is claimed when the one before has heard what waited for it.
    const claimed = await leasePart(on, place, { part, parts, leaseUntil: at, at });
    if (!claimed) break;
    const fresh = await readConversation(on, conversation.id);
    const providerMessageId = `p${number}.${part}`;
    await recordSent(on, fresh, 2, { part, providerMessageId, at });
    await joinParked(on, fresh, providerMessageId, at);
  }
  const end = async () => {
    const entry = await readEntry(on, conversation.id, 2);
    if (!entry) throw new Error('no entry');
    return { entry, message: currentMessage(await readConversation(on, conversation.id), entry) };
  };
  return { tell, end };
}

async function endOf(on: Table, parts: number, reports: readonly Report[], atOnce = false) {
  const { tell, end } = await replySent(on, parts);
  if (atOnce) await Promise.all(reports.map(tell));
  else for (const each of reports) await tell(each);
  return end();
}

/** By the rule of the architecture alone, without a look at how it is done. */
function expectedOf(statuses: readonly Told[]): Told {
  const order: readonly Told[] = ['read', 'failed', 'delivered'];
  return order.find((each) => statuses.includes(each)) ?? 'sent';
}

function wholeOf(parts: readonly Told[]): { status: Told; code?: string } {
  if (parts.includes('failed')) {
    const code = parts.every((part) => part === 'failed') ? 'undelivered' : 'sent_in_part';
    return { status: 'failed', code };
  }
  const order: readonly Told[] = ['sent', 'delivered', 'read'];
  return { status: order.find((each) => parts.includes(each)) ?? 'sent' };
}

const expectedParts = (reports: readonly Report[]): Told[] =>
  Array.from({ length: count }, (_, part) =>
    expectedOf(reports.filter((each) => each.part === part).map(({ status }) => status)),
  );

/** The last event about a status says what the message shows. */
function lastToldOf({ pending }: Entry) {
  const last = pending.findLast(({ kind }) => kind === 'status');
  return last?.kind === 'status' ? { errors: [], ...last } : undefined;
}

const tables = (change: (input: { ConditionExpression?: string }) => void): Table => ({
  name: table.name,
  client: {
    send: (command: { input: { ConditionExpression?: string } }) => {
      change(command.input);
      return table.client.send(command as never);
    },
  } as unknown as Table['client'],
});

const isWhole = async (on: Table, reports: readonly Report[], atOnce = false): Promise<boolean> => {
  const { message } = await endOf(on, count, reports, atOnce);
  const parts = expectedParts(reports);
  const whole = wholeOf(parts);
  return (
    message?.status === whole.status &&
    message.parts?.map(({ status }) => status).join() === parts.join() &&
    (whole.code === undefined || message.errors[0]?.code === whole.code)
  );
};

describe('the statuses of a reply in three messages', () => {
  it('end alike in every order and however often they are repeated, as the rule says', async () => {
    await fc.assert(
      fc.asyncProperty(twoOrders(report), async ({ some, others }) => {
        const [one, other] = [await endOf(table, count, some), await endOf(table, count, others)];
        const comparable = ({ message }: typeof one) => [
          message?.status,
          message?.parts?.map(({ providerMessageId: _, ...part }) => part),
          message?.errors,
        ];
        expect(comparable(other)).toEqual(comparable(one));
        const parts = expectedParts(some);
        expect(one.message?.parts?.map(({ status }) => status)).toEqual(parts);
        expect(one.message).toMatchObject({ status: wholeOf(parts).status });
        const { code } = wholeOf(parts);
        if (code) expect(one.message?.errors).toMatchObject([{ code }]);
      }),
      parameters({ small: 5, full: 40 }),
    );
  }, 120_000);

  it('are told with one revision each, and the last one told is what the message shows', async () => {
    await fc.assert(
      fc.asyncProperty(twoOrders(report), async ({ others }) => {
        const { entry, message } = await endOf(table, count, others);
        const last = lastToldOf(entry);
        expect(entry.revision).toBe(entry.pending.length);
        expect(last).toMatchObject({ status: message?.status, errors: message?.errors });
        const missing = (parts: MessagePart[] | undefined) =>
          parts?.map(({ status }) => status === 'failed');
        if (last?.status === 'failed') expect(missing(last.parts)).toEqual(missing(message?.parts));
      }),
      parameters({ small: 5, full: 40 }),
    );
  }, 120_000);

  it('lose nothing when they come at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(twoOrders(report), async ({ others }) => {
        expect(await isWhole(table, others, true)).toBe(true);
      }),
      parameters({ small: 4, full: 30 }),
    );
  }, 120_000);
});

describe('statuses that come before anybody knows the ids they name', () => {
  it('count as if they had come later, and a failure among them stops what has not left', async () => {
    // Without readings: whether one comes before its failure has stopped the rest is a matter of time.
    const stranger = report
      .filter(({ status }) => status !== 'read')
      .map((each) => ({ ...each, named: false }));
    await fc.assert(
      fc.asyncProperty(twoOrders(stranger), async ({ some, others }) => {
        const told = expectedParts(some);
        const stop = told.indexOf('failed');
        const isStopped = stop >= 0 && stop < count - 1;
        const parts = told.map((status, part) => (stop >= 0 && part > stop ? 'failed' : status));
        for (const order of [some, others]) {
          const { message, entry } = await (await replySent(table, count, order)).end();
          expect(message?.parts?.map(({ status }) => status)).toEqual(parts);
          expect(message?.status).toBe(wholeOf(parts).status);
          expect(entry.delivery?.state).toBe(isStopped ? 'failed' : 'sent');
        }
      }),
      parameters({ small: 4, full: 30 }),
    );
  }, 120_000);
});

describe('the statuses of one message', () => {
  it('end alike with failures among them, and the failure stays known beside a reading', async () => {
    const single = report.map((each) => ({ ...each, part: 0 }));
    await fc.assert(
      fc.asyncProperty(twoOrders(single), async ({ some, others }) => {
        const statuses = some.map(({ status }) => status);
        const expected = expectedOf(statuses);
        for (const order of [some, others]) {
          const { message, entry } = await endOf(table, 1, order);
          expect(message).toMatchObject({ status: expected });
          expect(message?.parts).toBeUndefined();
          expect(message?.errors.length).toBe(statuses.includes('failed') ? 1 : 0);
          expect(lastToldOf(entry)).toMatchObject({ status: expected, errors: message?.errors });
        }
      }),
      parameters({ small: 5, full: 40 }),
    );
  }, 120_000);
});

describe('the statuses of a message into a group', () => {
  it('end with the same members in every order, and fail the whole when one of them failed', async () => {
    await fc.assert(
      fc.asyncProperty(twoOrders(ofMember), async ({ some, others }) => {
        const named = [...new Set(some.map(({ recipient }) => recipient))].sort();
        const members = named.map((recipient) => ({
          recipient,
          status: expectedOf(
            some.filter((each) => each.recipient === recipient).map(({ status }) => status),
          ),
        }));
        for (const order of [some, others]) {
          const { message } = await endOf(table, 1, order);
          expect(message?.parts ?? []).toMatchObject(members);
          const statuses = members.map(({ status }) => status);
          const whole = wholeOf(statuses);
          expect(message?.status === 'failed').toBe(whole.status === 'failed');
          if (whole.code) expect(message?.errors).toMatchObject([{ code: whole.code }]);
        }
      }),
      parameters({ small: 5, full: 40 }),
    );
  }, 120_000);
});

/** A member is told of by number, by user id, or by both; a status without a number is of somebody else. */
const ofPerson = fc
  .tuple(fc.constantFrom('ada', 'bob'), fc.constantFrom(1, 2, 3), ofMember)
  .map(([person, ways, each]): Report => {
    const [recipient, ...aliases] = [
      ...(ways & 1 ? [`DE.${person}`] : []),
      ...(ways & 2 ? [`49-${person}`] : []),
    ];
    return { ...each, ...(recipient === undefined ? {} : { recipient }), aliases };
  });

describe('the statuses of members who are named in two ways', () => {
  it('are of one part for each member, once one of them names both, in every order', async () => {
    await fc.assert(
      fc.asyncProperty(twoOrders(ofPerson), async ({ some, others }) => {
        const members = ['ada', 'bob'].flatMap((person) => {
          const own = some.filter(({ recipient }) => recipient?.endsWith(person));
          const isTied = own.some(({ aliases = [] }) => aliases.length > 0);
          const names = isTied
            ? [[`DE.${person}`, `49-${person}`]]
            : [...new Set(own.map(({ recipient }) => recipient))].map((name) => [name]);
          return names.map((same) => ({
            recipient: same[0],
            status: expectedOf(
              own.filter(({ recipient }) => same.includes(recipient)).map(({ status }) => status),
            ),
          }));
        });
        members.sort((one, other) => ((one.recipient ?? '') < (other.recipient ?? '') ? -1 : 1));
        for (const order of [some, others]) {
          const { message, entry } = await endOf(table, 1, order);
          expect(message?.parts ?? []).toMatchObject(members);
          expect(message?.parts ?? []).toHaveLength(members.length);
          expect(JSON.stringify([message, entry.pending])).not.toContain('aliases');
          const whole = wholeOf(members.map(({ status }) => status));
          expect(message?.status === 'failed').toBe(whole.status === 'failed');
          if (whole.code) expect(message?.errors).toMatchObject([{ code: whole.code }]);
        }
      }),
      parameters({ small: 6, full: 60 }),
    );
  }, 120_000);
});

describe('what these properties would notice', () => {
  const found = async (on: Table, atOnce = false) => {
    const property = fc.asyncProperty(twoOrders(report), async ({ others }) => {
      expect(await isWhole(on, others, atOnce)).toBe(true);
    });
    return fc.check(property, untilFound(300));
  };

  it('is a blind write over several parts, as if the reply were one message', async () => {
    const blind = tables((input) => {
      const single =
        'attribute_not_exists(#parts) AND (attribute_not_exists(delivery.#parts) OR delivery.#parts = :single)';
      const { ConditionExpression: condition } = input;
      if (!condition?.includes(single)) return;
      input.ConditionExpression = condition.replace(
        single,
        '(:single = :single OR attribute_exists(#parts))',
      );
    });
    expect((await found(blind)).failed).toBe(true);
  }, 120_000);

  it('is an outcome written over one that was written in between', async () => {
    const careless = tables((input) => {
      const { ConditionExpression: condition } = input;
      if (!condition?.includes('#partsVersion = ')) return;
      input.ConditionExpression = condition
        .split(' AND ')
        .map((each) => `(${each} OR attribute_exists(pk))`)
        .join(' AND ');
    });
    expect((await found(careless, true)).failed).toBe(true);
  }, 120_000);
});
