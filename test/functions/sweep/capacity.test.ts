import { BatchWriteCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sweeper } from '#functions/sweep/sweep';
import type { Queue } from '#shared/aws/queues/queue';
import { listDue } from '#shared/aws/store/due/due';
import { markDirty } from '#shared/aws/store/publishing/dirty';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordUncertain } from '#shared/aws/store/sending/record-outcome';
import type { Table } from '#shared/aws/store/table';
import { derivedId } from '#shared/ids';
import { conversationKey, dueAs } from '#shared/table/keys';
import { openHarness } from '#test/functions/send/harness/harness';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { firstOf } from '#test/support/connectors/first-of';
import { bySize } from '#test/support/runner/size';
import { unpaced } from '#test/support/stack/unpaced';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const uncertainReplies = bySize({ small: 150, full: 500 });
const uncertainAfterSeconds = 900;

/** A queue that takes everything and counts it. */
function countingQueue(): Queue & { readonly groups: string[] } {
  const groups: string[] = [];
  const send = async ({ input }: { input: { MessageGroupId?: string } }) => {
    groups.push(input.MessageGroupId ?? '');
    return {};
  };
  return { url: 'https://sqs.invalid/normalized', client: { send } as never, groups };
}

/** One conversation with an uncertain reply, made by the store, and as many copies of it. */
async function uncertain(copies: number): Promise<Date> {
  const { client, name } = emulators.table;
  const harness = await openHarness(emulators, 'whatsapp');
  const place = await harness.reply(await harness.newConversation(), 'Hello back');
  const at = harness.clock.now.toISOString();
  const claimed = await leasePart(emulators.table, place, {
    ...{ part: 0, parts: 1, leaseUntil: at, at },
  });
  if (!claimed) throw new Error('not claimed');
  await recordUncertain(emulators.table, place, claimed, { lookAfterAt: at });
  await harness.close();
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `CONVERSATION#${place.conversationId}` },
    }),
  );
  const copied = Array.from({ length: copies - 1 }, (_, number) => number).flatMap((number) => {
    const id = derivedId('cnv', 'copy', String(number));
    return Items.map((item) => ({
      ...item,
      pk: `CONVERSATION#${id}`,
      ...(item['sk'] === 'META' ? { id } : {}),
      ...(item['duePk'] ? dueAs('uncertain', id, String(item['dueAt'])) : {}),
    }));
  });
  for (let from = 0; from < copied.length; from += 25) {
    const requests = copied.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [name]: requests } }));
  }
  return harness.clock.now;
}

const noLetters: Queue = {
  url: 'https://sqs.invalid/dead',
  client: { send: async () => ({}) } as never,
};

/** Counts the calls to the table, and how many were under way at the same time. */
function counted(table: Table) {
  const calls = { made: 0, max: 0 };
  let running = 0;
  const send = async (command: never) => {
    calls.made += 1;
    running += 1;
    calls.max = Math.max(calls.max, running);
    try {
      return await table.client.send(command);
    } finally {
      running -= 1;
    }
  };
  return { calls, table: { ...table, client: { send } as never } };
}

/** As many as `atOnce.uncertain` of functions/sweep/sweep.ts. */
const workers = 24;
/** A call to DynamoDB or SQS from a function, with room: performance.md measures half of it. */
const callSeconds = 0.01;

describe('a sweep after an outage', () => {
  it('tells uncertain replies side by side, each once: 10,000 within minutes', async () => {
    const attemptedAt = await uncertain(uncertainReplies);
    const now = () => new Date(attemptedAt.getTime() + uncertainAfterSeconds * 1000);
    const normalized = countingQueue();
    const { calls, table } = counted(emulators.table);
    const began = performance.now();
    const swept = await sweeper({
      ...unpaced,
      target: { table, normalized, outbound: countingQueue(), now },
      ...{ now, uncertainAfterSeconds, remainingSeconds: () => 60 },
      deadReplies: noLetters,
    })();
    const seconds = (performance.now() - began) / 1000;
    expect(swept).toMatchObject({ replies: uncertainReplies, failed: 0 });
    expect(await firstOf(listDue(emulators.table, 'uncertain', '9999'), 1)).toEqual([]);
    // One event of each, no more.
    expect(new Set(normalized.groups).size).toBe(uncertainReplies);
    expect(normalized.groups).toHaveLength(uncertainReplies);
    const each = (calls.made + normalized.groups.length) / uncertainReplies;
    const tenThousand = (10_000 * each * callSeconds) / Math.min(calls.max, workers);
    console.log(
      `${uncertainReplies} uncertain replies told in ${seconds.toFixed(1)} s; ${each.toFixed(1)} calls each, ${calls.max} at once: 10,000 in ${tenThousand.toFixed(0)} s of 10 ms calls`,
    );
    expect(each).toBeLessThan(10);
    expect(calls.max).toBeGreaterThanOrEqual(workers);
    expect(tenThousand).toBeLessThan(120);
  }, 120_000);

  it('works its classes side by side: none waits for another one whose calls hang', async () => {
    const attemptedAt = await uncertain(1);
    const now = () => new Date(attemptedAt.getTime() + uncertainAfterSeconds * 1000);
    const harness = await openHarness(emulators);
    const conversationId = await harness.newConversation();
    await harness.close();
    await markDirty(emulators.table, conversationId, 1, attemptedAt.toISOString());
    await emulators.table.client.send(
      new UpdateCommand({
        TableName: emulators.table.name,
        Key: conversationKey(conversationId),
        UpdateExpression: 'SET published = :none',
        ExpressionAttributeValues: { ':none': 0 },
      }),
    );
    // Each event hangs until one of the other class has come.
    const groups = new Set<string>();
    const send = async ({ input }: { input: { MessageGroupId?: string } }) => {
      groups.add(input.MessageGroupId ?? '');
      await vi.waitFor(() => expect(groups.size).toBe(2), { timeout: 20_000 });
      return {};
    };
    const hanging: Queue = { url: 'https://sqs.invalid/normalized', client: { send } as never };
    const swept = await sweeper({
      ...unpaced,
      target: { table: emulators.table, normalized: hanging, outbound: countingQueue(), now },
      ...{ now, uncertainAfterSeconds, remainingSeconds: () => 60, deadReplies: noLetters },
    })();
    expect(swept).toMatchObject({ replies: 1, published: 1, failed: 0 });
  });
});
