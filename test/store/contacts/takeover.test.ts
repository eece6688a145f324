import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Appended, appendMessage } from '#shared/aws/store/append/append';
import { entriesAfter, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';
import { conversationKey, identityItemKey } from '#shared/table/keys';
import { interleave } from '#test/model/interleave';
import { origin } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { bySize } from '#test/support/runner/size';
import { bsuid, changed, phone, written } from './identities.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const otherNumber: Identity = { channel: 'whatsapp', kind: 'sender_id', scope: '', address: '77' };

/** One person under an old and a new number; the new one began a contact of its own before the change was told. */
let people = 0;
function person() {
  people += 1;
  const name = String(people).padStart(5, '0');
  const [old, now] = [bsuid(`US.${name}1`), bsuid(`US.${name}2`)] as const;
  return {
    id: (message: string) => `${name}${message}`,
    old,
    now,
    /** Written under the new number, before and while its addresses are taken over. */
    writes: (id: string, minute: number, more: Partial<ChannelMessage> = {}) =>
      written(`${name}${id}`, minute, [now, phone(`1219${name}`)], more),
    change: (id: string, more: Partial<ChannelMessage> = {}) => ({
      ...changed(`${name}${id}`, 10, [old], [now]),
      ...more,
    }),
  };
}

type Person = ReturnType<typeof person>;
type Send = Table['client']['send'];

/** The same table through a client that asks before each call, and tells of each transaction that went through. */
function watched(turn: () => Promise<void>, committed: () => void, without?: RegExp): Table {
  const { client, name } = emulators.table;
  const send = async (command: Parameters<Send>[0]) => {
    await turn();
    if (without && command instanceof TransactWriteCommand) {
      const { TransactItems: items = [] } = command.input;
      command.input.TransactItems = items.filter((item) => !without.test(JSON.stringify(item)));
    }
    const result = await client.send(command);
    if (command instanceof TransactWriteCommand) committed();
    return result;
  };
  return { client: Object.assign(Object.create(client), { send }), name };
}

interface Race {
  readonly message: Appended;
  readonly change: Appended;
  readonly first: 'message' | 'change';
}

/** Appends both at the same time, their calls one by one in the order that `picks` gives. */
async function race(
  message: ChannelMessage,
  change: ChannelMessage,
  picks: readonly number[],
  without?: RegExp,
): Promise<Race> {
  const commits: ('message' | 'change')[] = [];
  const results: Partial<Record<'message' | 'change', Appended>> = {};
  const task = (name: 'message' | 'change', value: ChannelMessage) => {
    return async (turn: () => Promise<void>) => {
      const table = watched(turn, () => commits.push(name), without);
      results[name] = await appendMessage(table, origin, value);
    };
  };
  await interleave([task('message', message), task('change', change)], picks);
  const [first] = commits;
  if (!results.message || !results.change || !first) throw new Error('the race has no end');
  return { message: results.message, change: results.change, first };
}

/** A change makes about this many calls. */
const callsOfChange = 9;

/**
 * Every way in which the three calls of a message (its address, its conversation, its transaction) fall between those
 * of a change: each number says after how many of them.
 */
const interleavings = range(callsOfChange).flatMap((first) =>
  range(callsOfChange - first).flatMap((second) =>
    range(callsOfChange - first - second).map((third) => [
      first,
      first + second,
      first + second + third,
    ]),
  ),
);

function range(to: number): number[] {
  return Array.from({ length: to + 1 }, (_, index) => index);
}

/** Whose turn it is: 0 is the message, 1 the change. Whoever is left alone has every turn. */
function picksOf(interleaving: readonly number[]): number[] {
  const picks: number[] = [];
  for (const after of interleaving) {
    const done = picks.filter((pick) => pick === 1).length;
    picks.push(...Array.from({ length: after - done }, () => 1), 0);
  }
  // The first message of an address has one call more: nothing knows yet what belongs to it.
  return [...picks, 0, ...Array.from({ length: callsOfChange }, () => 1)];
}

/** What is before the race, the message in it, and the change. */
interface Situation {
  readonly before: (of: Person) => readonly ChannelMessage[];
  readonly message: (of: Person) => ChannelMessage;
  readonly change: (of: Person) => ChannelMessage;
  /** The change comes in by the same number of ours, so it can name the conversation of the message. */
  readonly named: boolean;
}

const there = { business: otherNumber };
const known = (of: Person) => written(of.id('old'), 0, [of.old]);
const begun = (of: Person) => of.writes('a', 12);
const begunThere = (of: Person) => of.writes('b', 12, there);

const situations: Record<string, Situation> = {
  'in the conversation it has begun': {
    named: true,
    before: (of) => [known(of), begun(of)],
    message: (of) => of.writes('m', 13),
    change: (of) => of.change('c'),
  },
  'in a conversation with another number of ours': {
    named: false,
    before: (of) => [known(of), begun(of), begunThere(of)],
    message: (of) => of.writes('m', 13, there),
    change: (of) => of.change('c'),
  },
  'that opens a conversation with another number of ours': {
    named: false,
    before: (of) => [known(of), begun(of)],
    message: (of) => of.writes('m', 13, there),
    change: (of) => of.change('c'),
  },
  'that opens the conversation in which the change would name it': {
    named: true,
    before: (of) => [known(of), begunThere(of)],
    message: (of) => of.writes('m', 13),
    change: (of) => of.change('c'),
  },
  'that is the first one ever of the new number': {
    named: true,
    before: (of) => [known(of)],
    message: (of) => of.writes('m', 13),
    change: (of) => of.change('c'),
  },
};

async function play(situation: Situation, interleaving: readonly number[], without?: RegExp) {
  const of = person();
  for (const each of situation.before(of)) await appendMessage(emulators.table, origin, each);
  return race(situation.message(of), situation.change(of), picksOf(interleaving), without);
}

/** Why the outcome is wrong; undefined where each message stands where consumers find it. */
function faultOf({ message, change, first }: Race, { named }: Situation): string | undefined {
  if (message.conversation.contactId === change.conversation.contactId) return undefined;
  if (first === 'change') return 'the message landed with the contact that has lost its address';
  const { relatedContactId, relatedConversationId } = change.entry.contactChange ?? {};
  if (relatedContactId !== message.conversation.contactId)
    return 'the contact is not named as joined';
  if (named && relatedConversationId !== message.conversation.id)
    return 'the conversation is not named';
  return undefined;
}

/** About so many of the interleavings are raced. */
const races = bySize({ small: 20, full: 73 });
const raced = interleavings.filter((_, at) => at % Math.floor(interleavings.length / races) === 0);

/** The faults of these races, and how often each of the two came first. What was planted need be found only once. */
async function racesOf(situation: Situation, without?: RegExp) {
  const seen = { message: 0, change: 0 };
  const faults: string[] = [];
  for (const interleaving of raced) {
    const result = await play(situation, interleaving, without);
    seen[result.first] += 1;
    const fault = faultOf(result, situation);
    if (fault) faults.push(`${interleaving.join()}: ${fault}`);
    if (fault && without) break;
    await expectGapless(result);
  }
  return { seen, faults };
}

async function expectGapless({ message, change }: Race): Promise<void> {
  for (const { conversation } of [message, change]) {
    const entries = await entriesAfter(emulators.table, conversation.id, 0);
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  }
}

describe.each(Object.entries(situations))('a message %s', (_, situation) => {
  it('lands with the contact that has taken its address over, if that came first', async () => {
    const { faults, seen } = await racesOf(situation);
    expect(faults).toEqual([]);
    expect(seen.message).toBeGreaterThan(raced.length / 15);
    expect(seen.change).toBeGreaterThan(raced.length / 15);
  }, 300_000);
});

describe('without what keeps it out of the losing contact’s conversation', () => {
  it.each([
    ['in the conversation it has begun', /takeovers = if_not_exists/],
    ['in a conversation with another number of ours', /takeovers = if_not_exists/],
    ['that opens a conversation with another number of ours', /^{"ConditionCheck":/],
    ['that opens the conversation in which the change would name it', /^{"ConditionCheck":/],
  ])(
    'a message %s is lost to it',
    async (name, without) => {
      const situation = situations[name];
      if (!situation) throw new Error(`no situation ${name}`);
      const { faults } = await racesOf(situation, without);
      expect(faults.length).toBeGreaterThan(0);
    },
    300_000,
  );
});

/** The table as an eventually consistent read may have it: items with this key are answered from before. */
function stale(before: ReadonlyMap<string, Record<string, unknown>>): Table {
  const { client, name } = emulators.table;
  const send = async (command: Parameters<Send>[0]) => {
    if (command instanceof GetCommand && !command.input.ConsistentRead) {
      const Item = before.get(String(command.input.Key?.['pk']));
      if (Item) return { $metadata: {}, Item };
    }
    return client.send(command);
  };
  return { client: Object.assign(Object.create(client), { send }), name };
}

describe('a message that is read from a replica that lags behind the takeover', () => {
  it.each([
    ['in its address', false],
    ['in its address and its conversation', true],
  ])('%s lands with the contact that has the address now', async (_, conversationToo) => {
    const { client, name: TableName } = emulators.table;
    const of = person();
    const first = await appendMessage(emulators.table, origin, known(of));
    const { conversation } = await appendMessage(emulators.table, origin, begun(of));
    const keys = [
      identityItemKey(of.now),
      ...(conversationToo ? [conversationKey(conversation.id)] : []),
    ];
    const before = new Map<string, Record<string, unknown>>();
    for (const Key of keys) {
      const { Item = {} } = await client.send(new GetCommand({ TableName, Key }));
      before.set(Key.pk, Item);
    }
    await appendMessage(emulators.table, origin, of.change('c'));
    const late = await appendMessage(stale(before), origin, of.writes('m', 13));
    expect(late.conversation.id).toBe(first.conversation.id);
  });
});
