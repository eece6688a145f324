import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { entriesAfter, latestEntries, readConversation, readEntry } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { lastEditOf } from '#shared/aws/store/update/last-edit';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import type { Event } from '#shared/model/event';
import type { Entry } from '#shared/table/entry';
import { parameters } from '#test/properties/parameters';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
let target: PublishTarget;
let messages = 0;
beforeAll(async () => {
  emulators = await startEmulators();
  const normalized = await emulators.queue('normalized-changes.fifo');
  const outbound = await emulators.queue('outbound-changes.fifo');
  target = { table: emulators.table, normalized, outbound, now: () => new Date() };
});
afterAll(() => emulators.stop());

const timeOf = (second: number) =>
  new Date(Date.parse(origin.receivedAt) + second * 1000).toISOString();

const ada = { identities: [phone('ada')] as const };

/** A published message of Ada in a group, and what becomes of it. */
async function message() {
  messages += 1;
  const id = `changed-${messages}`;
  const group = { channel: 'whatsapp', kind: 'group', scope: '', address: `g-${id}` } as const;
  const told = { customer: { identities: [group] as const }, author: ada };
  const { conversation, entry } = await appendMessage(
    target.table,
    origin,
    textMessage(id, 'hi', told),
  );
  await publish(target, conversation, entry);
  const apply = (update: ChannelUpdate) => applyChannelUpdate(target.table, origin, update);
  const named = (name: string) => ({ id: `${id}-${name}`, target: { providerMessageId: id } });
  const edit = (name: string, second: number) =>
    apply({
      ...{ kind: 'edit', ...named(name), occurredAt: timeOf(second) },
      ...{ content: { type: 'text', text: name }, text: name, by: ada },
    });
  const react = (name: string, second: number, emoji: string, who = 'ada') =>
    apply({
      ...{ kind: 'reaction', ...named(name), occurredAt: timeOf(second), emoji },
      customer: { identities: [phone(who)] },
    });
  const place = { conversationId: conversation.id, sequence: 1 };
  const text = async () => {
    const now = await readEntry(target.table, conversation.id, 1);
    return now && (await lastEditOf(target.table, place, now))?.text;
  };
  const tell = async ({ changed }: Awaited<ReturnType<typeof apply>>) =>
    changed && publish(target, changed.conversation, changed.entry);
  return {
    conversation,
    edit,
    react,
    text,
    tell,
    entry: () => readEntry(target.table, conversation.id, 1),
  };
}

const changes = async (): Promise<Event[]> =>
  (await emulators.drain(target.normalized)).filter(({ revision }) => revision !== undefined);

/** What was found by an outsider: two changes in one second, and a repeat of the first one much later. */
describe('of two changes in the same second', () => {
  const others = async (one: Awaited<ReturnType<typeof message>>, count: number) => {
    for (let number = 0; number < count; number += 1) {
      await one.tell(await one.react(`other${number}`, 1, '👍', `other-${number}`));
    }
  };

  it.each([0, 18, 19, 20, 30])(
    'the later edit is the text, with %d changes since, and a repeat of the earlier one is not told',
    async (count) => {
      const one = await message();
      await one.tell(await one.edit('first', 1));
      await others(one, count);
      await one.tell(await one.edit('second', 1));
      expect(await one.text()).toBe('second');
      await others(one, 0);
      const { revision } = (await one.entry()) ?? {};
      for (const name of ['first', 'second']) {
        expect((await one.edit(name, 1)).outcome).not.toBe('applied');
      }
      expect((await one.entry())?.revision).toBe(revision);
      expect(await one.text()).toBe('second');
    },
  );

  it.each([0, 18, 19, 20, 30])(
    'the later reaction counts, with %d changes since, and a repeat of an earlier one is not told',
    async (count) => {
      const one = await message();
      await one.tell(await one.react('first', 1, '👍'));
      await others(one, count);
      await one.tell(await one.react('second', 1, '❤️'));
      await one.tell(await one.react('third', 1, '🔥'));
      await others(one, count);
      const { revision } = (await one.entry()) ?? {};
      for (const name of ['first', 'second', 'third']) {
        expect((await one.react(name, 1, '👍')).outcome).not.toBe('applied');
      }
      expect((await one.entry())?.revision).toBe(revision);
    },
  );

  it('an edit whose writer died behind its content is told when it comes again', async () => {
    const one = await message();
    await one.tell(await one.edit('first', 1));
    const { client } = target.table;
    const { send } = client;
    const dying = (command: object) =>
      command.constructor.name === 'UpdateCommand'
        ? Promise.reject(new Error('dead'))
        : Reflect.apply(send, client, [command]);
    Object.assign(client, { send: dying });
    await expect(one.edit('second', 1)).rejects.toThrow('dead');
    Object.assign(client, { send });
    expect((await one.edit('second', 1)).outcome).toBe('applied');
    expect(await one.text()).toBe('second');
  });
});

describe('the edits of a message', () => {
  it('leave the text of the latest, in whatever order they come; what is told only gets newer', async () => {
    const order = fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(order, async (seconds) => {
        const { edit, text, tell } = await message();
        await changes();
        for (const second of seconds) await tell(await edit(String(second), second));
        expect(await text()).toBe(String(Math.max(...seconds)));
        const told = (await changes()).map(({ data }) => String(Reflect.get(data, 'text')));
        expect(told.at(-1)).toBe(String(Math.max(...seconds)));
        expect(told).toEqual(told.toSorted());
      }),
      parameters(20),
    );
  }, 60_000);

  it('in the same second count in the order in which they came', async () => {
    const { edit, text } = await message();
    for (const name of ['one', 'two', 'three']) await edit(name, 1);
    expect(await text()).toBe('three');
    expect((await edit('one', 1)).outcome).toBe('repeated');
    expect(await text()).toBe('three');
  });

  it('are told once, however late they are repeated', async () => {
    const { edit, tell, entry } = await message();
    for (let second = 1; second <= 30; second += 1) await tell(await edit(String(second), second));
    expect((await edit('3', 3)).outcome).toBe('stale');
    expect((await edit('29', 29)).outcome).toBe('repeated');
    expect(await entry()).toMatchObject({ revision: 30, edits: { count: 30 } });
    expect((await entry())?.recent).toHaveLength(20);
  });
});

describe('the reactions to a message', () => {
  it('are told once each, however late they are repeated', async () => {
    const { react, tell, entry } = await message();
    for (let person = 1; person <= 30; person += 1) {
      await tell(await react(`r${person}`, person, '👍', `person-${person}`));
    }
    expect((await react('r1', 1, '👍', 'person-1')).outcome).toBe('stale');
    expect((await react('r30', 30, '👍', 'person-30')).outcome).toBe('repeated');
    expect(await entry()).toMatchObject({ revision: 30, reactions: 30 });
  });

  it('of one person end with the latest; an older one that comes late is not told', async () => {
    const { react, tell } = await message();
    await changes();
    for (const [name, second, emoji] of [
      ['a', 1, '👍'],
      ['c', 3, ''],
      ['b', 2, '❤️'],
      ['d', 3, '🎉'],
    ] as const) {
      await tell(await react(name, second, emoji));
    }
    const told = (await changes()).map(({ data }) => Reflect.get(data, 'emoji'));
    expect(told).toEqual(['👍', '', '🎉']);
  });

  it('that nobody has published yet are not applied again either', async () => {
    const { react, entry } = await message();
    await react('a', 2, '👍');
    expect((await react('a', 2, '👍')).outcome).toBe('repeated');
    expect((await react('b', 1, '❤️')).outcome).toBe('stale');
    expect(await entry()).toMatchObject({ revision: 1, pending: [{ kind: 'reaction' }] });
  });
});

describe('publishers of the changes of one message', () => {
  it('lose nothing and change no order, with states of any age at the same time', async () => {
    const { edit, conversation, entry } = await message();
    await changes();
    const states = [await entry()];
    for (let second = 1; second <= 60; second += 1)
      states.push((await edit(String(second), second)).changed?.entry as never);
    const read = await readConversation(target.table, conversation.id);
    const some = states.filter((_, index) => index % 7 === 0 || index === 60);
    await Promise.all(some.map((state) => state && publish(target, read, state)));
    const told = (await changes()).map(({ revision }) => Number(revision));
    expect(told).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(await entry()).toMatchObject({ publishedRevision: 60, pending: [] });
  });

  it('go on where one has died behind any event, with the same bytes', async () => {
    const { edit, react, conversation, entry } = await message();
    const read = await readConversation(target.table, conversation.id);
    await changes();
    await edit('one', 1);
    await react('two', 2, '👍');
    await edit('three', 3);
    const state = await entry();
    if (!state) throw new Error('no entry');
    const bodies: string[][] = [];
    for (const made of [1, 2, 3]) {
      const sent: string[] = [];
      const send = async ({ input }: { input: { MessageBody?: string } }) => {
        if (sent.length === made) throw new Error('dead');
        sent.push(input.MessageBody ?? '');
        return {};
      };
      const normalized = { url: '', client: { send } as never };
      await publish({ ...target, normalized }, read, state).catch(() => undefined);
      bodies.push(sent);
    }
    expect(bodies[2]?.slice(0, 2)).toEqual(bodies[1]);
    expect(bodies[1]?.slice(0, 1)).toEqual(bodies[0]);
    expect(await entry()).toMatchObject({ revision: 3, publishedRevision: 3, pending: [] });
  });
});

/** So many messages, of which every third one was never changed. */
async function conversationOf(count: number): Promise<string> {
  messages += 1;
  const customer = { identities: [phone(`4917100${messages}`)] as const };
  let conversationId = '';
  for (let number = 1; number <= count; number += 1) {
    const id = `page-${messages}-${number}`;
    const { conversation } = await appendMessage(
      target.table,
      origin,
      textMessage(id, id, { customer }),
    );
    conversationId = conversation.id;
    const content = { type: 'text' as const, text: 'new' };
    const edit = { kind: 'edit' as const, id: `${id}-edit`, content, text: 'new', by: customer };
    const update = { ...edit, target: { providerMessageId: id } };
    if (number % 3 !== 0) await applyChannelUpdate(target.table, origin, update);
  }
  return conversationId;
}

async function pagesOf(conversationId: string, limit: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const after = entries.at(-1)?.sequence ?? 0;
    const page = await entriesAfter(target.table, conversationId, after, limit);
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}

describe('the pages of a conversation', () => {
  it('hold each entry with its state, wherever they end', async () => {
    const conversationId = await conversationOf(7);
    const shown = (entries: readonly Entry[]) =>
      entries.map(({ sequence, revision }) => [sequence, revision]);
    const all = [1, 2, 3, 4, 5, 6, 7].map((number) => [number, number % 3 === 0 ? 0 : 1]);
    for (let limit = 1; limit <= 8; limit += 1) {
      expect(shown(await pagesOf(conversationId, limit))).toEqual(all);
      const latest = await latestEntries(target.table, conversationId, limit);
      expect(shown(latest)).toEqual(all.toReversed().slice(0, limit));
    }
  });
});
