import '#test/model/quiet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import { statusNormalizer } from '#functions/normalize/normalize-statuses';
import type { AccountSetting } from '#shared/accounts';
import type { Archive } from '#shared/aws/objects/archive';
import { publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { readEntry, type Table } from '#shared/aws/store/table';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import type { Event } from '#shared/model/event';
import { parameters } from '#test/properties/parameters';
import { origin, phone, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import {
  metaStatus,
  phoneNumberId,
  recordOf,
  statusRecords,
} from '#test/support/replies/status-records';

let emulators: Emulators;
let normalized: Queue;
let outbound: Queue;
let archive: Archive;
beforeAll(async () => {
  emulators = await startEmulators();
  normalized = await emulators.queue('normalized.fifo');
  outbound = await emulators.queue('outbound.fifo');
  archive = await emulators.bucket('archive');
});
afterAll(() => emulators.stop());

const setting: AccountSetting = {
  ...{ connector: 'whatsapp', account: 'main', secretId: 'main' },
  ...{ publicUrl: 'https://example.com', apiUrl: 'https://graph.facebook.com' },
  settings: { address: phoneNumberId },
};

function consumer(table: Table = emulators.table) {
  const now = () => new Date('2026-11-21T10:00:10.000Z');
  const target = { table, normalized, outbound, now };
  return statusNormalizer({ accounts: [setting], parsers, archive, media: outbound, now, target });
}

let messages = 0;

/** A message that the business wrote elsewhere, published; statuses of it are told under its provider's id. */
async function written() {
  messages += 1;
  const id = `wamid.written${messages}`;
  const customer = { identities: [phone(`1650600${messages}`)] as const };
  const message = textMessage(id, 'written', { customer, direction: 'outbound' });
  const store = async () => {
    const { conversation, entry, parked } = await appendMessage(emulators.table, origin, message);
    const now = () => new Date();
    const target = { table: emulators.table, normalized, outbound, now };
    await publish(target, conversation, entry);
    const joined = await applyParked(emulators.table, origin, parked, message);
    for (const each of joined) await publish(target, each.conversation, each.entry);
    return conversation.id;
  };
  return { id, store };
}

/** Every event off the queue; the emulator gives one of each group at a time. */
async function drained(): Promise<Event[]> {
  const events: Event[] = [];
  for (let some = await emulators.drain(normalized); some.length > 0; ) {
    events.push(...some);
    some = await emulators.drain(normalized);
  }
  return events;
}

const kinds = (events: readonly Event[]) => events.map(({ type }) => type.split('.').at(-2));

describe('a batch of statuses', () => {
  it('joins those of one message, whichever records they came in, and publishes each in order', async () => {
    const { id, store } = await written();
    const conversationId = await store();
    await drained();
    const others = Array.from({ length: 12 }, (_, index) =>
      metaStatus(`wamid.other${index}`, 'sent'),
    );
    const records = await statusRecords([
      metaStatus(id, 'sent'),
      ...others,
      metaStatus(id, 'delivered'),
      metaStatus(id, 'read'),
    ]);
    expect(records.length).toBeGreaterThan(1);
    expect((await consumer()(records)).size).toBe(0);
    const entry = await readEntry(emulators.table, conversationId, 1);
    expect(entry).toMatchObject({ status: 'read', revision: 2, publishedRevision: 2 });
    expect(kinds(await drained())).toEqual(['delivered', 'read']);
    // A redelivery finds everything done.
    expect((await consumer()(records)).size).toBe(0);
    expect(await drained()).toEqual([]);
  });

  it('of which one cannot be stored hands back that one alone, and of its record everything again', async () => {
    const poisoned = await written();
    const beside = await written();
    const [one, other] = [await poisoned.store(), await beside.store()];
    await drained();
    const filling = Array.from({ length: 98 * 10 }, (_, index) =>
      metaStatus(`wamid.filling${index}`, 'sent'),
    );
    const records = await statusRecords([
      metaStatus(poisoned.id, 'delivered'),
      metaStatus(beside.id, 'delivered'),
      ...filling,
    ]);
    expect(records.length).toBeGreaterThanOrEqual(98);
    const broken = refusing(emulators.table, one);
    const faults = await consumer(broken)(records);
    expect([...faults.keys()]).toEqual(['record-0']);
    expect(await readEntry(emulators.table, one, 1)).toMatchObject({ status: 'sent' });
    expect(await readEntry(emulators.table, other, 1)).toMatchObject({ status: 'delivered' });
    expect((await consumer()(records.filter(({ messageId }) => faults.has(messageId)))).size).toBe(
      0,
    );
    expect(await readEntry(emulators.table, one, 1)).toMatchObject({ status: 'delivered' });
    expect(kinds(await drained())).toEqual(['delivered', 'delivered']);
  }, 60_000);

  it('is left to a newer reader where a newer door wrote it, and set aside where nobody could read it', async () => {
    const [record] = await statusRecords([metaStatus('wamid.v', 'sent')]);
    const newer = recordOf(
      'newer',
      JSON.stringify({ ...JSON.parse(record?.body ?? ''), version: 2 }),
    );
    const faults = await consumer()([
      newer,
      recordOf('strange', 'no JSON'),
      recordOf('none', '{}'),
    ]);
    expect([...faults.keys()]).toEqual(['newer']);
  });

  it('that all tell of the same trouble raises one alert, and looks for it once', async () => {
    await drained();
    const errors = [{ code: 131042, title: 'payment' }];
    const records = await statusRecords(
      Array.from({ length: 50 }, (_, index) =>
        metaStatus(`wamid.unpaid${index}`, 'failed', { errors }),
      ),
    );
    let raised = 0;
    const table = watching(emulators.table, (input) => {
      if (String((input['Key'] as { sk?: string } | undefined)?.sk).startsWith('ALERT#'))
        raised += 1;
    });
    expect((await consumer(table)(records)).size).toBe(0);
    expect(kinds(await drained())).toEqual(['alert']);
    expect(raised).toBe(1);
  });
});

const told = fc.constantFrom('sent', 'delivered', 'read', 'failed');

describe('statuses and their message, handled at the same time by two functions', () => {
  it('end alike in every order, cut into batches anyhow, with repeats', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(told, fc.nat(2)), { minLength: 1, maxLength: 6 }),
        fc.nat(3),
        async (statuses, messageAt) => {
          const { id, store } = await written();
          const batches = [0, 1, 2].map((number) =>
            statuses.filter(([, batch]) => batch === number).map(([name]) => metaStatus(id, name)),
          );
          const work: (() => Promise<unknown>)[] = batches
            .filter((batch) => batch.length > 0)
            .map((batch) => async () => {
              const faults = await consumer()(await statusRecords(batch));
              expect(faults.size).toBe(0);
            });
          work.splice(messageAt, 0, store);
          await Promise.all(work.map((each) => each()));
          const entry = await readEntry(emulators.table, await store(), 1);
          const names = statuses.map(([name]) => name);
          const rank = ['sent', 'delivered', 'failed', 'read'];
          const highest = rank.findLast((name) => ['sent', ...names].includes(name));
          expect(entry?.status).toBe(highest);
          expect(entry?.publishedRevision).toBe(entry?.revision);
        },
      ),
      parameters(25),
    );
  }, 120_000);
});

type Input = Readonly<Record<string, unknown>>;

/** The table, and every command it is given. */
function watching(table: Table, watch: (input: Input) => void): Table {
  const send = async (command: { readonly input: Input }) => {
    watch(command.input);
    return table.client.send(command as never);
  };
  return { ...table, client: { send } as unknown as Table['client'] };
}

/** The table, which is down for one conversation. */
function refusing(table: Table, conversationId: string): Table {
  return watching(table, ({ Key }) => {
    if (JSON.stringify(Key ?? {}).includes(conversationId)) throw new Error('the table is down');
  });
}
