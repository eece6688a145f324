import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handleMessage } from '#functions/normalize/handle-message';
import type { Queue } from '#shared/aws/queues/queue';
import { readEntry } from '#shared/aws/store/table';
import { applyChannelUpdates } from '#shared/aws/store/update/channel-update';
import { lastEditOf } from '#shared/aws/store/update/last-edit';
import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import { rawItem } from '#shared/raw/item';
import { origin, phone, status, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { bySize } from '#test/support/runner/size';

/** As many as came before their message in an attack from outside, or a quarter of them. */
const count = bySize({ small: 100, full: 1_000 });
/** What one share of them holds (shared/aws/store/update/apply-parked.ts). */
const share = 50;

let emulators: Emulators;
let writes: string[] = [];
/** The write with this number fails before it reaches the table; 0: none does. */
let failing = 0;
beforeAll(async () => {
  emulators = await startEmulators();
  emulators.table.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        if (/^(Put|Update|TransactWrite)/.test(commandName)) {
          writes.push(placeWritten(commandName, args.input));
          if (writes.length === failing) throw new Error('the process dies here');
        }
        return next(args);
      },
    { step: 'initialize', name: 'countWrites' },
  );
});
afterAll(() => emulators.stop());
beforeEach(() => {
  writes = [];
  failing = 0;
});

/** What a write changes: `state`, `reaction`, `edit`, `conversation`, or the append of the message. */
function placeWritten(command: string, input: object): string {
  if (command.startsWith('Transact')) return 'append';
  const { Key, Item } = input as { Key?: { sk: string }; Item?: { sk: string } };
  const { sk = '' } = Key ?? Item ?? {};
  if (sk.endsWith('#STATE')) return 'state';
  return { REACTION: 'reaction', EDIT: 'edit', META: 'conversation' }[sk.split('#')[0] ?? ''] ?? sk;
}

function counted(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of writes) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}

interface Sent {
  readonly revision?: string;
  readonly type: string;
}

const ada = { identities: [phone('491520')] as const };

/** One message, and everything that was told of it before it came. */
async function arrives(message: ChannelMessage, updates: readonly ChannelUpdate[]) {
  const { providerMessageId: id } = message;
  const received = updates.map((update) => ({ update, receivedAt: origin.receivedAt }));
  const outcomes = await applyChannelUpdates(emulators.table, origin, received);
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['parked']));
  const sent: Sent[] = [];
  const client = {
    send: async ({ input }: { input: { MessageBody: string } }) => {
      sent.push(JSON.parse(input.MessageBody));
      return {};
    },
  };
  const queue = { url: 'counted', client: client as unknown as Queue['client'] };
  const now = () => new Date('2026-11-21T10:00:00.000Z');
  const target = { table: emulators.table, normalized: queue, outbound: queue, now };
  const archive = await emulators.bucket('archive-parked-many');
  const item = { ...origin, deduplicationId: id, payload: {} };
  const handle = () =>
    handleMessage(
      { accounts: [], target, now, media: queue, archive },
      item,
      message,
      rawItem(item),
    );
  writes = [];
  return { sent, handle };
}

function ofAda(id: string): ChannelMessage {
  const group = { ...phone(`group-${id}`), kind: 'group' as const };
  return textMessage(id, 'hello', { customer: { identities: [group] }, author: ada });
}

function reactionsTo(id: string, people: number): ChannelUpdate[] {
  return Array.from({ length: count }, (_, number) => ({
    ...{ kind: 'reaction', id: `${id}-${number}`, emoji: String(number) },
    target: { providerMessageId: id },
    customer: { identities: [phone(`49151${number % people}`)] },
    occurredAt: new Date(Date.parse(origin.receivedAt) + number * 1000).toISOString(),
  }));
}

function editsOf(id: string): ChannelUpdate[] {
  return Array.from({ length: count }, (_, number) => {
    const text = `${number} ${'x'.repeat(1_000)}`;
    return {
      ...{ kind: 'edit', id: `${id}-${number}`, text, content: { type: 'text', text }, by: ada },
      target: { providerMessageId: id },
      // Providers count seconds: of two in the same one the later counts.
      occurredAt: new Date(Date.parse(origin.receivedAt) + (number >> 1) * 1000).toISOString(),
    };
  });
}

const revisions = Array.from({ length: count }, (_, index) => String(index + 1));

async function placed(id: string, sent: readonly Sent[]) {
  const { subject = '' } = (sent[0] ?? {}) as { subject?: string };
  const entry = await readEntry(emulators.table, subject, 1);
  if (!entry) throw new Error(`no message ${id}`);
  return { entry, place: { conversationId: subject, sequence: 1 } };
}

describe(`${count} updates that came before their message`, () => {
  it('are a write of its state and one of its cursor for each share where they are reactions of as many people', async () => {
    const { sent, handle } = await arrives(ofAda('reacted'), reactionsTo('reacted', count));
    await handle();
    expect(sent.flatMap(({ revision }) => revision ?? [])).toEqual(revisions);
    const { entry } = await placed('reacted', sent);
    expect(entry).toMatchObject({ revision: count, publishedRevision: count, reactions: count });
    const { state, reaction } = counted();
    expect({ state, reaction }).toEqual({ state: (2 * count) / share, reaction: count });
  }, 120_000);

  it('are no more where one person changes their mind: the last one of each share is kept', async () => {
    const { sent, handle } = await arrives(ofAda('minded'), reactionsTo('minded', 1));
    await handle();
    expect(sent.flatMap(({ revision }) => revision ?? [])).toEqual(revisions);
    const { state, reaction } = counted();
    expect({ state, reaction }).toEqual({ state: (2 * count) / share, reaction: count / share });
  }, 120_000);

  it('are as few where they are edits, and the last text is the text', async () => {
    const { sent, handle } = await arrives(ofAda('edited'), editsOf('edited'));
    await handle();
    expect(sent.flatMap(({ revision }) => revision ?? [])).toEqual(revisions);
    const { entry, place } = await placed('edited', sent);
    expect((await lastEditOf(emulators.table, place, entry))?.text).toMatch(
      new RegExp(`^${count - 1} x`),
    );
    const { state, edit } = counted();
    expect({ state, edit }).toEqual({ state: (2 * count) / share, edit: count });
  }, 120_000);

  it('are 3 writes where they are statuses, of which each kind is told once', async () => {
    const message = textMessage('reported', 'hi', { customer: ada, direction: 'outbound' });
    const { sent, handle } = await arrives(
      message,
      Array.from({ length: count }, (_, number) => ({
        ...status('reported', number % 2 === 0 ? 'delivered' : 'read'),
        id: `reported:${number}`,
      })),
    );
    await handle();
    const { entry } = await placed('reported', sent);
    expect(entry).toMatchObject({ status: 'read', revision: 2, publishedRevision: 2 });
    // The blind one, which a message without a state refuses, the one of them all, and the cursor.
    expect(counted()['state']).toBe(3);
  }, 120_000);

  it('are told alike where failures are among the statuses', async () => {
    const message = textMessage('failed', 'hi', { customer: ada, direction: 'outbound' });
    const { sent, handle } = await arrives(
      message,
      Array.from({ length: count }, (_, number) => ({
        ...status('failed', number % 2 === 0 ? 'delivered' : 'failed'),
        id: `failed:${number}`,
      })),
    );
    await handle();
    const { entry } = await placed('failed', sent);
    expect(entry.publishedRevision).toBe(entry.revision);
    expect(writes.length).toBeLessThan(20);
  }, 120_000);

  it.each(['reactions', 'edits'] as const)(
    'are neither lost nor told in another order where the process dies among the %s, again and again',
    async (kind) => {
      const id = `dying-${kind}`;
      const updates = kind === 'edits' ? editsOf(id) : reactionsTo(id, 7);
      const { sent, handle } = await arrives(ofAda(id), updates);
      for (let died = 0; died < 20; died += 1) {
        writes = [];
        failing = 3 + 17 * (died % 5);
        if (
          await handle().then(
            () => true,
            () => false,
          )
        )
          break;
      }
      failing = 0;
      await handle();
      const { entry } = await placed(id, sent);
      expect(entry).toMatchObject({ revision: count, publishedRevision: count, pending: [] });
      const told = sent.flatMap(({ revision }) => revision ?? []);
      expect([...new Set(told)]).toEqual(revisions);
    },
    240_000,
  );
});
