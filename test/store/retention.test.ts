import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleEvent } from '#functions/normalize/handle-event';
import { pollChanges } from '#infra/cli/stage/changes';
import { readEntries } from '#infra/cli/stage/table';
import { publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendAlert } from '#shared/aws/store/publishing/alert';
import { appendReply } from '#shared/aws/store/sending/accept';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { recordRefusal } from '#shared/aws/store/sending/refuse';
import {
  entriesAfter,
  latestEntries,
  MessageExpired,
  readConversation,
  type Table,
} from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { Customer } from '#shared/connector/channel-event';
import { ReplyCommand } from '#shared/model/reply';
import { rawItem } from '#shared/raw/item';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, status, textMessage } from './messages.ts';

let emulators: Emulators;
/** The same table, as a stage sees it that deletes. */
let forgetting: Table;
beforeAll(async () => {
  emulators = await startEmulators();
  forgetting = { ...emulators.table, retention: { messagesDays: 30, replyIdsDays: 20 } };
});
afterAll(() => emulators.stop());

const at = origin.receivedAt;
const after = (days: number) => Date.parse(at) / 1000 + days * 86_400;

async function scan() {
  const { client, name } = emulators.table;
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  return Items;
}

/** Everything that can be stored about one customer. */
async function everything(table: Table, name: string, number: string): Promise<string> {
  const customer = { identities: [phone(number)] as const };
  const message = textMessage(`${name}.1`, 'hello', { customer, providerAliases: [`${name}.1a`] });
  const deletion = { kind: 'deletion' as const, id: 'x', target: target(name), by: customer };
  await applyChannelUpdate(table, origin, deletion);
  const { conversation, entry } = await appendMessage(table, origin, message);
  await publish(await queues(table), conversation, entry);
  await change(table, name, customer);
  const content = { type: 'text' as const, text: 'an answer' };
  const command = ReplyCommand.parse({ replyId: name, conversationId: conversation.id, content });
  await appendReply(table, command, {}, at);
  const taken = { part: 0, providerMessageId: `${name}.2`, providerAliases: [`${name}.2a`], at };
  await recordSent(table, await readConversation(table, conversation.id), 2, taken);
  const error = { code: 'invalid_reply', title: 'no', retryable: false } as const;
  await recordRefusal(table, 'default', `${name}refused`, 'hash', { error, occurredAt: at });
  await appendAlert(table, origin, {
    ...{ kind: 'alert', id: name, channel: 'whatsapp', code: 'account_restricted', title: 'no' },
  });
  return conversation.id;
}

const target = (name: string) => ({ providerMessageId: `${name}.1` });

async function queues(table: Table) {
  const [normalized, outbound] = [await emulators.queue('n.fifo'), await emulators.queue('o.fifo')];
  return { table, normalized, outbound, now: () => new Date(at) };
}

/** An edit and a reaction, both published: each leaves an item of its own. */
async function change(table: Table, name: string, customer: Customer): Promise<void> {
  const content = { type: 'text' as const, text: 'hello!' };
  for (const update of [
    { kind: 'edit' as const, content, text: 'hello!', by: customer },
    { kind: 'reaction' as const, emoji: '👍', customer },
  ]) {
    const named = { id: `${name}.${update.kind}`, target: target(name) };
    const { changed } = await applyChannelUpdate(table, origin, { ...update, ...named });
    if (changed) await publish(await queues(table), changed.conversation, changed.entry);
  }
}

/** The days after which the items of a kind expire. */
async function expiries(before: readonly object[]): Promise<Record<string, unknown[]>> {
  const known = new Set(
    before.map((item) => JSON.stringify([Reflect.get(item, 'pk'), Reflect.get(item, 'sk')])),
  );
  const fresh = (await scan()).filter(({ pk, sk }) => !known.has(JSON.stringify([pk, sk])));
  const kinds = Map.groupBy(fresh, ({ pk, sk }) => {
    const [kind, within] = [pk, sk].map((key) => String(key).split('#')[0]);
    return kind === 'CONVERSATION' && within !== 'META' ? `${within}` : `${kind}`;
  });
  return Object.fromEntries(
    [...kinds].map(([kind, items]) => [
      kind,
      [...new Set(items.map(({ expiresAt }) => expiresAt && (expiresAt - after(0)) / 86_400))],
    ]),
  );
}

describe('what is kept', () => {
  it('stays for ever, unless the stage says otherwise', async () => {
    await everything(emulators.table, 'a', '16505557001');
    const kept = await expiries([]);
    expect(Object.values(kept).flat()).toEqual(Object.keys(kept).map(() => undefined));
  });

  it('are messages with what points at them, and replyIds, for as long as the stage says; people stay', async () => {
    const before = await scan();
    await everything(forgetting, 'b', '16505557002');
    expect(await expiries(before)).toEqual({
      ENTRY: [30],
      EDIT: [30],
      REACTION: [30],
      REFERENCE: [30],
      REPLY: [20],
      CONVERSATION: [undefined],
      IDENTITY: [undefined],
      CONTACT: [undefined],
    });
  });
});

describe('a conversation whose first messages have expired', () => {
  const number = '16505557003';
  const customer = { identities: [phone(number)] as const };
  let conversationId: string;

  beforeAll(async () => {
    conversationId = await everything(forgetting, 'c', number);
    const { client, name } = emulators.table;
    const gone = (await scan()).filter(({ pk, sk }) =>
      `${pk}${sk}`.includes(`${conversationId}ENTRY#`),
    );
    const isState = ({ sk }: (typeof gone)[number]) => `${sk}`.endsWith('#STATE');
    expect([gone.length, gone.filter(isState).length]).toEqual([4, 2]);
    for (const { pk, sk } of gone) {
      await client.send(new DeleteCommand({ TableName: name, Key: { pk, sk } }));
    }
  });

  it('goes on above them, and every reader begins where it does', async () => {
    const message = textMessage('c.3', 'me again', { customer });
    const { conversation, entry } = await appendMessage(forgetting, origin, message);
    expect([conversation.id, entry.sequence]).toEqual([conversationId, 3]);
    await publish(await queues(forgetting), { ...conversation, published: 2 }, entry);
    const sequences = (entries: readonly { sequence: number }[]) =>
      entries.map((each) => each.sequence);
    expect(sequences(await entriesAfter(forgetting, conversationId, 0))).toEqual([3]);
    expect(sequences(await latestEntries(forgetting, conversationId, 10))).toEqual([3]);
    expect(sequences(await readEntries(forgetting, conversationId))).toEqual([3]);
    const stored = await readConversation(forgetting, conversationId);
    const { found } = await pollChanges(forgetting, stored, undefined, 0);
    expect(found.map(({ event }) => event.type.split('.')[2])).toEqual(['received']);
  });

  it('takes a reply, and a status or a repeat of what has expired changes nothing', async () => {
    const content = { type: 'text' as const, text: 'welcome back' };
    const command = ReplyCommand.parse({ replyId: 'c2', conversationId, content });
    expect(await appendReply(forgetting, command, {}, at)).toMatchObject({ outcome: 'accepted' });
    const again = ReplyCommand.parse({
      ...command,
      replyId: 'c',
      content: { ...content, text: 'an answer' },
    });
    expect((await appendReply(forgetting, again, {}, at)).outcome).toBe('duplicate');
    for (const value of ['delivered', 'failed', 'read'] as const) {
      const { outcome } = await applyChannelUpdate(forgetting, origin, status('c.2', value));
      expect(outcome, value).toBe('missing');
    }
    const repeat = textMessage('c.1', 'hello', { customer });
    await expect(appendMessage(forgetting, origin, repeat)).rejects.toThrow(MessageExpired);
    const harness = {
      accounts: [],
      ...{ target: await queues(forgetting), now: () => new Date(at) },
      ...{ archive: await emulators.bucket('archive'), media: await emulators.queue('media') },
    };
    const item = { ...origin, deduplicationId: 'c.1', payload: {} };
    await handleEvent(harness, item, repeat, rawItem(item));
    expect(
      (await scan()).filter(
        ({ pk, sk }) =>
          pk === `CONVERSATION#${conversationId}` && /ENTRY#0+[12](#STATE)?$/.test(sk),
      ),
    ).toEqual([]);
  });

  it('is not forgiven a hole where nothing expires', async () => {
    const { client, name } = emulators.table;
    const message = textMessage('d.1', 'hello', {
      customer: { identities: [phone('16505557009')] },
    });
    const { conversation } = await appendMessage(emulators.table, origin, message);
    const sk = 'ENTRY#000000000000001';
    await client.send(
      new DeleteCommand({ TableName: name, Key: { pk: `CONVERSATION#${conversation.id}`, sk } }),
    );
    await expect(appendMessage(emulators.table, origin, message)).rejects.toThrow('no entry');
  });
});
