import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append';
import { applyChannelUpdate } from '#shared/aws/store/channel-update';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { origin, phone, status, textMessage } from './messages.ts';

let emulators: Emulators;
interface Capacity {
  readonly CapacityUnits?: number;
}

const consumed = { read: 0, write: 0, calls: [] as string[] };

beforeAll(async () => {
  emulators = await startEmulators();
  countCapacity();
});
afterAll(() => emulators.stop());

/** dynoxide counts capacity exactly as AWS bills it (docs/performance.md). */
function countCapacity(): void {
  emulators.table.client.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
      const result = await next(args);
      const output = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
      const name = context.commandName ?? '';
      const kind = /^(Get|Query|BatchGet)/.test(name) ? 'read' : 'write';
      consumed.calls.push(name);
      for (const { CapacityUnits = 0 } of [output.ConsumedCapacity ?? []].flat()) {
        consumed[kind] += CapacityUnits;
      }
      return result;
    },
    { step: 'initialize', name: 'countCapacity' },
  );
}

async function costOf(work: () => Promise<unknown>) {
  Object.assign(consumed, { read: 0, write: 0, calls: [] });
  await work();
  return { ...consumed };
}

/** As long as the uris of a deployed stack are. */
const raw = {
  uri: `s3://switchboard-prod-storagearchivebucket-1a2b3c4d5e6f/raw/2026-11-21/whatsapp/main/${'0'.repeat(64)}.json`,
  sha256: '0'.repeat(64),
};

/** What the documentation says. */
const budget = { inboundTextWrites: 7, inboundTextReads: 1, statusWrites: 2 };

describe('what a message costs in the table', () => {
  it('is at most 7 write units and 1 read unit for an inbound text of a known customer', async () => {
    const normalized = await emulators.queue('normalized.fifo');
    const outbound = await emulators.queue('outbound.fifo');
    const target = { table: emulators.table, normalized, outbound, now: () => new Date() };
    const receive = async (id: string, text: string) => {
      const wamid = `wamid.HBgLMTY1MDU1NTEyMzTiRRjqHPFvfsOj8mrQ1${id}`;
      const message = textMessage(wamid, text);
      const { meta, entry } = await appendMessage(emulators.table, { ...origin, raw }, message);
      await publish(target, meta, entry);
    };
    await receive('a1', 'the first one opens the conversation');
    const cost = await costOf(() => receive('a2', 'an ordinary text message of a customer'));
    console.log(`inbound text: ${cost.write} write units, ${cost.read} read units`, cost.calls);
    expect(cost.write).toBeLessThanOrEqual(budget.inboundTextWrites);
    expect(cost.read).toBeLessThanOrEqual(budget.inboundTextReads);
  });

  it('is at most 2 write units for a delivery status', async () => {
    const normalized = await emulators.queue('normalized.fifo');
    const outbound = await emulators.queue('outbound.fifo');
    const target = { table: emulators.table, normalized, outbound, now: () => new Date() };
    const customer = { identities: [phone('16505553001')] as const };
    const echo = textMessage('b1', 'sent', { customer, direction: 'outbound' });
    const { meta, entry } = await appendMessage(emulators.table, origin, echo);
    await publish(target, meta, entry);
    const cost = await costOf(async () => {
      const { changed } = await applyChannelUpdate(emulators.table, origin, status('b1', 'read'));
      if (changed) await publish(target, changed.meta, changed.entry);
    });
    console.log(`delivery status: ${cost.write} write units, ${cost.read} read units`, cost.calls);
    expect(cost.write).toBeLessThanOrEqual(budget.statusWrites);
  });
});
