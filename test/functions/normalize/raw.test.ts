import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readObject } from '#shared/aws/objects/archive';
import { readEntry, readItem } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { unpackRaw } from '#shared/raw/unpack';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { origin, phone } from '#test/store/messages';
import { type CostHarness, openCostHarness } from './cost-harness.ts';

let harness: CostHarness;
beforeAll(async () => {
  harness = await openCostHarness();
});
afterAll(() => harness.stop());

const referenceOf = (id: string) =>
  readItem(harness.emulators.table, ReferenceItem, referenceKey('whatsapp', 'main', id), true);

/** Too random to be packed. */
const noise = randomBytes(900).toString('base64');

/** What is kept of a message, and its hash as the event has it. */
async function keptOf(id: string) {
  const { raw, rawKey = '', conversationId = '', sequence = 0 } = (await referenceOf(id)) ?? {};
  const { client, bucket } = harness.archive;
  const text = raw
    ? unpackRaw(raw)
    : Buffer.from(await readObject(client, { bucket, key: rawKey })).toString();
  const entry = await readEntry(harness.emulators.table, conversationId, sequence);
  const told = Buffer.from(entry?.message?.raw?.sha256 ?? []).toString('hex');
  return { text, isTold: told === createHash('sha256').update(text).digest('hex') };
}

describe('the raw item of a message', () => {
  it.each([
    ['small', 'Where is my order?'],
    ['too large for its reference', noise],
  ])(
    'that is %s is kept as canonical JSON, with the hash that the event tells',
    async (_, text) => {
      const id = `wamid.${text.length}`;
      await harness.receive('whatsapp', { id, text });
      const kept = await keptOf(id);
      expect(kept.text).toContain(`"text":{"body":"${text}"}`);
      expect(kept.text).toMatch(/^\{"account":"main","connector":"whatsapp",/);
      expect(kept.isTold).toBe(true);
    },
  );

  it('is in the archive before the table refers to it', async () => {
    const sent = { id: 'wamid.put-fails', text: noise };
    harness.failNext('PutObject');
    await expect(harness.receive('whatsapp', sent)).rejects.toThrow('PutObjectCommand fails');
    expect(await referenceOf(sent.id)).toBeUndefined();
    await harness.receive('whatsapp', sent);
    expect((await keptOf(sent.id)).isTold).toBe(true);
  });

  it('is written again under the same key when the store failed after it', async () => {
    const sent = { id: 'wamid.store-fails', text: noise };
    harness.failNext('TransactWrite');
    await expect(harness.receive('whatsapp', sent)).rejects.toThrow(
      'TransactWriteItemsCommand fails',
    );
    await harness.receive('whatsapp', sent);
    expect((await keptOf(sent.id)).isTold).toBe(true);
  });

  it('joins what is parked on its reference', async () => {
    const id = 'wamid.parked';
    const customer = { identities: [phone('16505551234')] as const };
    const reaction = { kind: 'reaction', id: `${id}:r`, emoji: 'x', customer } as const;
    const target = { providerMessageId: id };
    await applyChannelUpdate(harness.emulators.table, origin, { ...reaction, target });
    await harness.receive('whatsapp', { id, text: 'late' });
    expect((await keptOf(id)).text).toContain('"body":"late"');
  });
});
