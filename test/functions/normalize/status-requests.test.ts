import '#test/model/quiet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsers } from '#connectors/parsers';
import { statusNormalizer } from '#functions/normalize/normalize-statuses';
import type { AccountSetting } from '#shared/accounts';
import { publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { origin, phone, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import {
  laned,
  type MetaStatus,
  metaStatus,
  phoneNumberId,
  recordOf,
} from '#test/support/replies/status-records';

let emulators: Emulators;
let normalized: Queue;
/** Calls of SQS that the function makes. */
let calls = 0;
beforeAll(async () => {
  emulators = await startEmulators();
  normalized = await emulators.queue('normalized.fifo');
  normalized.client.middlewareStack.add(
    (next) => (args) => {
      calls += 1;
      return next(args);
    },
    { step: 'initialize', name: 'countCalls' },
  );
});
afterAll(() => emulators.stop());
// Events that wait for others are sent after some milliseconds all the same: a slow machine is no reason for that here.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const setting: AccountSetting = {
  ...{ connector: 'whatsapp', account: 'main', secretId: 'main' },
  ...{ publicUrl: 'https://example.com', apiUrl: 'https://graph.facebook.com' },
  settings: { address: phoneNumberId },
};

/**
 * Requests for these webhooks, from the door to the normalized queue: those that send a batch, those that receive and
 * delete ten messages at a time, and those that publish. Each stays below the 64 KB that SQS counts as one.
 */
async function requestsFor(
  webhooks: readonly (readonly MetaStatus[])[],
  batchSize = 100,
): Promise<number> {
  const sent = await Promise.all(webhooks.map((statuses) => laned({ statuses })));
  const batches = sent.flatMap(({ statuses }) => statuses);
  for (const batch of batches) expect(batch.join('').length).toBeLessThan(65_536);
  const records = batches.flat().map((body, index) => recordOf(`record-${index}`, body));
  const now = () => new Date(origin.receivedAt);
  const archive = await emulators.bucket('archive');
  const target = { table: emulators.table, normalized, outbound: normalized, now };
  const handle = statusNormalizer({
    ...{ accounts: [setting], parsers, archive, media: normalized, now, target },
  });
  calls = 0;
  for (let start = 0; start < records.length; start += batchSize) {
    expect((await handle(records.slice(start, start + batchSize))).size).toBe(0);
  }
  return batches.length + 2 * Math.ceil(records.length / 10) + calls;
}

/** Messages that the business wrote elsewhere: their statuses are told. */
async function written(count: number, prefix: string): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `wamid.${prefix}${index}`);
  for (const [index, id] of ids.entries()) {
    const customer = { identities: [phone(`1650700${index}`)] as const };
    const message = textMessage(id, 'hi', { customer, direction: 'outbound' });
    const { conversation, entry } = await appendMessage(emulators.table, origin, message);
    const now = () => new Date(origin.receivedAt);
    const target = { table: emulators.table, normalized, outbound: normalized, now };
    await publish(target, conversation, entry);
  }
  return ids;
}

/** What the issue allows for each status. */
const allowed = 1.5;

function overAllowed(requests: number, statuses: number): string[] {
  const each = requests / statuses;
  return each > allowed ? [`${each} requests for each status, allowed are ${allowed}`] : [];
}

const delivered = (ids: readonly string[]) => ids.map((id) => metaStatus(id, 'delivered'));
const alone = (ids: readonly string[]) => ids.map((id) => delivered([id]));

describe('the requests of SQS that statuses cost', () => {
  it('are 13 for a hundred that come in one webhook, publishing included', async () => {
    const ids = await written(100, 'one');
    expect(await requestsFor([delivered(ids)])).toBe(1 + 2 + 10);
  });

  it('are 34 for a hundred in twenty webhooks of five', async () => {
    const ids = await written(100, 'five');
    const webhooks = Array.from({ length: 20 }, (_, index) =>
      delivered(ids.slice(index * 5, index * 5 + 5)),
    );
    expect(await requestsFor(webhooks)).toBe(20 + 4 + 10);
  });

  // To the lane, off the lane (a receive and a deletion for ten), and to the normalized queue.
  it.each([
    [1, 1 + 2 + 1],
    [2, 2 + 2 + 1],
    [5, 5 + 2 + 1],
    [6, 6 + 2 + 1],
    [10, 10 + 2 + 1],
    [100, 100 + 20 + 10],
  ])(
    'of %d that come within a second, each in a webhook of its own, are %d',
    async (count, expected) => {
      const ids = await written(count, `alone${count}-`);
      const requests = await requestsFor(alone(ids));
      expect(requests).toBe(expected);
      // Below six there is not enough to share: each needs its way into the lane, and the rest is a batch of one.
      expect(overAllowed(requests, count).length).toBe(count < 6 ? 1 : 0);
    },
  );

  it('are noticed where each status is published alone: 2.2', async () => {
    const ids = await written(20, 'planted');
    // Off the lane by ten, but handled one by one.
    const requests = await requestsFor(alone(ids), 1);
    expect(requests).toBe(20 + 4 + 20);
    expect(overAllowed(requests, 20)).toEqual(['2.2 requests for each status, allowed are 1.5']);
  });

  it('are 120 for a hundred of strangers, each in a webhook of its own: none of them is published', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `wamid.stranger${index}`);
    const requests = await requestsFor(alone(ids));
    expect(requests).toBe(100 + 2 * 10);
    expect(overAllowed(requests, 100)).toEqual([]);
  });
});
