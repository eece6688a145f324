import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enqueueItems, type IngressItem } from '#shared/aws/queues/lanes';
import { ConnectorError } from '#shared/errors';
import { canonicalJson } from '#shared/json';
import { IngressMessage } from '#shared/model/ingress';
import { anyText } from './json-values.ts';
import { parameters } from './parameters.ts';

/** A letter, and how many bytes it takes as canonical JSON. */
const fillings = [
  { letter: 'x', bytes: 1 },
  { letter: 'ü', bytes: 6 },
  { letter: '👋', bytes: 12 },
  { letter: '\ud800', bytes: 6 },
  { letter: '\u0000', bytes: 6 },
] as const;

/** Small ones mostly; some of which ten fill a batch, and some that are beyond one message. */
const bytes = fc.oneof(
  { weight: 12, arbitrary: fc.nat(300) },
  { weight: 3, arbitrary: fc.integer({ min: 98_000, max: 99_900 }) },
  { weight: 1, arbitrary: fc.integer({ min: 99_900, max: 300_000 }) },
);

const item = fc
  .record({
    customer: fc.oneof(fc.constantFrom('ada', 'bob', 'eve', 'ida'), anyText),
    bytes,
    filling: fc.constantFrom(...fillings),
  })
  .map((each) => ({
    customer: each.customer,
    text: each.filling.letter.repeat(each.bytes / each.filling.bytes),
  }));

const items = fc
  .oneof(fc.array(item, { maxLength: 12 }), fc.array(item, { minLength: 12, maxLength: 40 }))
  .map((all) => all.map(({ customer, text }, index) => itemOf(customer, text, index)));

function itemOf(customer: string, text: string, index: number): IngressItem {
  return {
    ...{ connector: 'whatsapp', account: 'main', receivedAt: '2026-11-21T10:00:00.000Z' },
    ...{ groupKey: ['106', customer], deduplicationId: `wamid.${index}` },
    payload: { text, index },
  };
}

/** The items of one queue message, as normalize takes them out. */
function itemsIn(body: string) {
  const { items, ...message } = IngressMessage.parse(JSON.parse(body));
  return items ? items.map((each) => ({ ...message, ...each })) : [message];
}

type Entries = NonNullable<SendMessageBatchCommand['input']['Entries']>;

/** What was sent, batch by batch; `refuse` names the entries SQS does not take. */
async function sent(
  all: readonly IngressItem[],
  refuse: (call: number) => boolean = () => false,
  batches: Entries[] = [],
) {
  const claims = new Map<string, string>();
  const send = async ({ input }: SendMessageBatchCommand) => {
    batches.push(input.Entries ?? []);
    const Failed = (input.Entries ?? []).slice(0, refuse(batches.length) ? 1 : 0);
    return { Failed: Failed.map(({ Id }) => ({ Id, Code: 'InternalError' })) };
  };
  const put = async (key: string, body: string) => {
    claims.set(key, body);
    return { bucket: 'archive', key };
  };
  const queue = { url: 'https://sqs.invalid/ingress.fifo', claims: { put } };
  await enqueueItems({ ...queue, client: { send } as unknown as SQSClient }, all);
  return { batches, claims };
}

describe('items on their way into the queue', () => {
  it('never meet another of their group in one batch, and keep their order across batches', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (all) => {
        const { batches } = await sent(all);
        const groupsSeen = batches.map((batch) => batch.map((entry) => entry.MessageGroupId));
        for (const groups of groupsSeen) expect(new Set(groups).size).toBe(groups.length);
        const indexes = new Map<string, number[]>();
        for (const { MessageGroupId = '', MessageBody = '' } of batches.flat()) {
          const known = indexes.get(MessageGroupId) ?? [];
          const ids = itemsIn(MessageBody).map(({ deduplicationId }) => deduplicationId);
          indexes.set(MessageGroupId, [
            ...known,
            ...ids.map((id) => Number(id.slice('wamid.'.length))),
          ]);
        }
        for (const order of indexes.values()) {
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
      parameters(60),
    );
  });

  it('go each exactly once, whole, in words SQS takes', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (all) => {
        const { batches, claims } = await sent(all);
        const arrived = batches.flat().flatMap(({ MessageBody = '' }) => {
          expect(/^[\x20-\x7e]*$/.test(MessageBody)).toBe(true);
          return itemsIn(MessageBody).map(({ payload, claim }) =>
            canonicalJson(claim ? JSON.parse(claims.get(claim.key) ?? '') : payload),
          );
        });
        const wanted = all.map(({ payload }) => canonicalJson(payload));
        expect(arrived.toSorted().join() === wanted.toSorted().join()).toBe(true);
      }),
      parameters(60),
    );
  });

  it('fill no batch beyond ten entries and 1 MiB, and have valid ids', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (all) => {
        const { batches } = await sent(all);
        for (const batch of batches) {
          const bytes = batch.reduce((sum, { MessageBody = '' }) => sum + MessageBody.length, 0);
          expect(bytes).toBeLessThanOrEqual(1_048_576);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
          for (const { Id, MessageGroupId, MessageDeduplicationId } of batch) {
            expect(Id).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
            expect(MessageGroupId).toMatch(/^[A-Za-z0-9]{1,128}$/);
            expect(MessageDeduplicationId).toMatch(/^[A-Za-z0-9]{1,128}$/);
          }
        }
      }),
      parameters(60),
    );
  });

  it('are not said to be queued when SQS has refused one of them, and nothing of its group goes after it', async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 4 }), async (all, failing) => {
        fc.pre((await sent(all)).batches.length >= failing);
        const batches: Entries[] = [];
        await expect(sent(all, (call) => call === failing, batches)).rejects.toBeInstanceOf(
          ConnectorError,
        );
        const refused = batches[failing - 1]?.[0]?.MessageGroupId;
        const after = batches.slice(failing).flat();
        expect(after.map(({ MessageGroupId }) => MessageGroupId)).not.toContain(refused);
      }),
      parameters(40),
    );
  });

  it('of one customer by the thousand need a score of calls, and keep their order', async () => {
    const all = Array.from({ length: 1000 }, (_, index) => itemOf('ada', 'x'.repeat(300), index));
    const { batches } = await sent(all);
    expect(batches.length).toBeLessThanOrEqual(20);
    const order = batches.flat().flatMap(({ MessageBody = '' }) => itemsIn(MessageBody));
    expect(order.map(({ deduplicationId }) => deduplicationId)).toEqual(
      all.map(({ deduplicationId }) => deduplicationId),
    );
  });

  it('of a thousand customers travel ten to a call', async () => {
    const all = Array.from({ length: 1000 }, (_, index) => itemOf(`c${index}`, 'x', index));
    expect((await sent(all)).batches).toHaveLength(100);
  });
});
