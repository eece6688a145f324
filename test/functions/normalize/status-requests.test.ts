import '#test/model/quiet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statusNormalizer } from '#functions/normalize/normalize-statuses';
import type { AccountSetting } from '#shared/accounts';
import type { Queue } from '#shared/aws/publish/normalized-queue';
import { publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append';
import { origin, phone, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/emulators';
import {
  laned,
  type MetaStatus,
  metaStatus,
  phoneNumberId,
  recordOf,
} from '#test/support/status-records';

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

const setting: AccountSetting = {
  ...{ connector: 'whatsapp', account: 'main', secretId: 'main' },
  ...{ publicUrl: 'https://example.com', apiUrl: 'https://graph.facebook.com' },
  settings: { address: phoneNumberId },
};

/**
 * Requests for these webhooks, from the door to the normalized queue: those that send a batch, those that receive and
 * delete ten messages at a time, and those that publish. Each stays below the 64 KB that SQS counts as one.
 */
async function requestsFor(webhooks: readonly (readonly MetaStatus[])[]): Promise<number> {
  const sent = await Promise.all(webhooks.map((statuses) => laned({ statuses })));
  const batches = sent.flatMap(({ statuses }) => statuses);
  for (const batch of batches) expect(batch.join('').length).toBeLessThan(65_536);
  const records = batches.flat().map((body, index) => recordOf(`record-${index}`, body));
  const now = () => new Date(origin.receivedAt);
  const archive = await emulators.bucket('archive');
  const target = { table: emulators.table, normalized, outbound: normalized, now };
  const handle = statusNormalizer({
    ...{ accounts: [setting], archive, media: normalized, now, target },
  });
  calls = 0;
  for (let start = 0; start < records.length; start += 100) {
    expect((await handle(records.slice(start, start + 100))).size).toBe(0);
  }
  return batches.length + 2 * Math.ceil(records.length / 10) + calls;
}

/** Messages that the business wrote elsewhere: their statuses are told. */
async function written(count: number, prefix: string): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `wamid.${prefix}${index}`);
  for (const [index, id] of ids.entries()) {
    const customer = { identities: [phone(`1650700${index}`)] as const };
    const message = textMessage(id, 'hi', { customer, direction: 'outbound' });
    const { meta, entry } = await appendMessage(emulators.table, origin, message);
    const now = () => new Date(origin.receivedAt);
    const target = { table: emulators.table, normalized, outbound: normalized, now };
    await publish(target, meta, entry);
  }
  return ids;
}

describe('the requests of SQS that statuses cost', () => {
  it('are 103 for a hundred that come in one webhook, publishing included', async () => {
    const ids = await written(100, 'one');
    expect(await requestsFor([ids.map((id) => metaStatus(id, 'delivered'))])).toBe(1 + 2 + 100);
  });

  it('are 124 for a hundred in twenty webhooks of five: below 1.5 for each', async () => {
    const ids = await written(100, 'five');
    const webhooks = Array.from({ length: 20 }, (_, index) =>
      ids.slice(index * 5, index * 5 + 5).map((id) => metaStatus(id, 'delivered')),
    );
    const requests = await requestsFor(webhooks);
    expect(requests).toBe(20 + 4 + 100);
    expect(requests / 100).toBeLessThanOrEqual(1.5);
  });

  it('are 120 for a hundred of strangers, each in a webhook of its own: none of them is published', async () => {
    const webhooks = Array.from({ length: 100 }, (_, index) => [
      metaStatus(`wamid.stranger${index}`, 'delivered'),
    ]);
    const requests = await requestsFor(webhooks);
    expect(requests).toBe(100 + 2 * 10);
    expect(requests / 100).toBeLessThanOrEqual(1.5);
  });
});
