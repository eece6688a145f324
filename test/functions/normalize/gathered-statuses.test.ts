import '#test/model/quiet';
import type { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import { statusNormalizer } from '#functions/normalize/normalize-statuses';
import type { AccountSetting } from '#shared/accounts';
import { publish } from '#shared/aws/publish/publish';
import { gathering, type Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { origin, phone, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { metaStatus, phoneNumberId, statusRecords } from '#test/support/replies/status-records';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const setting: AccountSetting = {
  ...{ connector: 'whatsapp', account: 'main', secretId: 'main' },
  ...{ publicUrl: 'https://example.com', apiUrl: 'https://graph.facebook.com' },
  settings: { address: phoneNumberId },
};

interface Told {
  readonly group: string;
  readonly revision: string;
}

type Answer = { readonly Failed?: readonly { Id: string; Code: string }[] };

/** A normalized queue that takes what `refuses` lets through. */
function choosy(refuses: (told: Told) => boolean) {
  const taken: Told[] = [];
  const batches: number[] = [];
  const send = async ({ input }: SendMessageBatchCommand): Promise<Answer> => {
    const { Entries = [] } = input;
    batches.push(Entries.length);
    const Failed = Entries.flatMap(
      ({ Id = '', MessageBody = '{}', MessageGroupId: group = '' }) => {
        const told = { group, revision: JSON.parse(MessageBody).revision };
        if (refuses(told)) return [{ Id, Code: 'InternalError' }];
        taken.push(told);
        return [];
      },
    );
    return { Failed };
  };
  const queue: Queue = { url: 'choosy', client: { send } as unknown as Queue['client'] };
  return { taken, batches, queue };
}

const silent: Queue = {
  url: 'silent',
  client: { send: async () => ({}) } as unknown as Queue['client'],
};
const now = () => new Date(origin.receivedAt);

/** So many conversations, each with a message that the business wrote elsewhere. */
async function conversations(count: number, prefix: string) {
  const table = emulators.table;
  const found = [];
  for (let index = 0; index < count; index += 1) {
    const id = `wamid.${prefix}${index}`;
    const customer = { identities: [phone(`1650800${prefix}${index}`)] as const };
    const message = textMessage(id, 'hi', { customer, direction: 'outbound' });
    const { conversation, entry } = await appendMessage(table, origin, message);
    await publish({ table, normalized: silent, outbound: silent, now }, conversation, entry);
    found.push({ id, conversationId: conversation.id });
  }
  return found;
}

async function handlerFor(normalized: Queue) {
  const archive = await emulators.bucket('archive');
  const target = { table: emulators.table, normalized, outbound: silent, now };
  return statusNormalizer({ accounts: [setting], parsers, archive, media: silent, now, target });
}

describe('the events of statuses', () => {
  it('of ten conversations go out in one batch, those of one conversation one after the other', async () => {
    const all = await conversations(10, 'a');
    const { taken, batches, queue } = choosy(() => false);
    const handle = await handlerFor(queue);
    const records = await statusRecords(
      all.flatMap(({ id }) => [metaStatus(id, 'delivered'), metaStatus(id, 'read')]),
    );
    expect((await handle(records)).size).toBe(0);
    expect(batches).toEqual([10, 10]);
    for (const { conversationId } of all) {
      const revisions = taken.filter(({ group }) => group === conversationId);
      expect(revisions.map(({ revision }) => revision)).toEqual(['1', '2']);
    }
  });

  it('that a batch leaves out stop their conversation only: nothing later of it is sent or marked as published', async () => {
    const all = await conversations(10, 'b');
    const [first, second] = all;
    let isBroken = true;
    const { taken, queue } = choosy(({ group, revision }) => {
      if (!isBroken) return false;
      if (group === first?.conversationId) return revision === '1';
      return group === second?.conversationId && revision === '2';
    });
    const handle = await handlerFor(queue);
    const records = await statusRecords(
      all.flatMap(({ id }) => [metaStatus(id, 'delivered'), metaStatus(id, 'read')]),
    );
    const faults = await handle(records);
    expect(faults.size).toBeGreaterThan(0);
    const toldOf = (id?: string) =>
      taken.filter(({ group }) => group === id).map(({ revision }) => revision);
    const publishedOf = async (id = '') =>
      (await readEntry(emulators.table, id, 1))?.publishedRevision;
    expect(toldOf(first?.conversationId)).toEqual([]);
    expect(await publishedOf(first?.conversationId)).toBe(0);
    expect(toldOf(second?.conversationId)).toEqual(['1']);
    expect(await publishedOf(second?.conversationId)).toBe(0);
    for (const { conversationId } of all.slice(2)) {
      expect(toldOf(conversationId)).toEqual(['1', '2']);
      expect(await publishedOf(conversationId)).toBe(2);
    }
    for (const { conversationId = '' } of [first ?? {}, second ?? {}] as {
      conversationId?: string;
    }[]) {
      expect((await readConversation(emulators.table, conversationId)).dirtyEntries).toEqual(
        new Set([1]),
      );
    }
    isBroken = false;
    expect((await handle(records)).size).toBe(0);
    expect(toldOf(first?.conversationId)).toEqual(['1', '2']);
    // Sent again with the same id, because the cursor had not moved.
    expect(toldOf(second?.conversationId)).toEqual(['1', '1', '2']);
  });
});

describe('a gathering', () => {
  const entry = { MessageBody: '{}', MessageGroupId: 'one' };

  it('waits for a publisher that the table keeps waiting, but not for long', async () => {
    const { batches, queue } = choosy(() => false);
    const { queue: gathered, work } = gathering(queue, 50);
    let end = () => {};
    const slow = work(() => new Promise<void>((resolve) => (end = resolve)));
    await work(async () => gathered.put?.(entry));
    expect(batches).toEqual([1]);
    end();
    await slow;
  });

  it('puts no more into a batch than SQS takes, by number and by size', async () => {
    const { batches, queue } = choosy(() => false);
    const { queue: gathered, work } = gathering(queue);
    const large = { MessageBody: JSON.stringify('x'.repeat(400_000)), MessageGroupId: 'one' };
    await Promise.all([1, 2, 3].map(() => work(async () => gathered.put?.(large))));
    expect(batches).toEqual([2, 1]);
    await Promise.all(Array.from({ length: 12 }, () => work(async () => gathered.put?.(entry))));
    expect(batches.slice(2)).toEqual([10, 2]);
  });

  it('tells each publisher of a call that failed', async () => {
    const send = async () => {
      throw new Error('no queue');
    };
    const { queue: gathered, work } = gathering({ url: 'none', client: { send } as never });
    const results = await Promise.allSettled(
      [1, 2].map(() => work(async () => gathered.put?.(entry))),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
