import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import { mediaFetcher } from '#functions/fetch-media/fetch-media';
import { normalizer } from '#functions/normalize/normalize';
import { statusNormalizer } from '#functions/normalize/normalize-statuses';
import { replySender } from '#functions/send/send';
import { publish, publishMarked } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { readConversation } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { conversationKey, entryKey, type Key, stateKey } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const now = () => new Date(origin.receivedAt);

async function targetOf(name: string) {
  const [normalized, outbound] = [
    await emulators.queue(`n-${name}.fifo`),
    await emulators.queue(`o-${name}.fifo`),
  ];
  return { table: emulators.table, normalized, outbound, now };
}

/** A newer release writes the item; `undefined`: this one does. */
async function setFormat(Key: Key, format: number | undefined): Promise<void> {
  const change = format === undefined ? 'REMOVE #format' : 'SET #format = :format';
  await emulators.table.client.send(
    new UpdateCommand({
      TableName: emulators.table.name,
      Key,
      UpdateExpression: change,
      ExpressionAttributeNames: { '#format': 'format' },
      ...(format === undefined ? {} : { ExpressionAttributeValues: { ':format': format } }),
    }),
  );
}

describe('an item of a newer release', () => {
  it.each(['entry', 'state'] as const)(
    'stops the publisher before it, and nothing is lost: %s',
    async (kind) => {
      const target = await targetOf(kind);
      const customer = { identities: [phone(`1650555900-${kind}`)] as const };
      const write = (id: string) =>
        appendMessage(target.table, origin, textMessage(id, id, { customer }));
      await write(`${kind}-1`);
      const { conversation } = await write(`${kind}-2`);
      const update = { kind: 'deletion', id: 'd', by: customer } as const;
      const named = { target: { providerMessageId: `${kind}-2` } };
      await applyChannelUpdate(target.table, origin, { ...update, ...named });
      const key = (kind === 'entry' ? entryKey : stateKey)(conversation.id, 2);
      await setFormat(key, 2);
      const { conversation: last, entry } = await write(`${kind}-3`);
      await expect(publish(target, last, entry)).rejects.toThrow(
        /format 2; this release reads up to 1/,
      );
      expect(await readConversation(target.table, conversation.id)).toMatchObject({
        sequence: 3,
        published: 0,
      });
      expect((await readConversation(target.table, conversation.id)).dirtySince).toBeDefined();
      expect(await emulators.drain(target.normalized)).toEqual([]);
      await setFormat(key, undefined);
      await publishMarked(target, conversation.id);
      const told = (await emulators.drain(target.normalized)).map(({ id }) =>
        id.slice(conversation.id.length),
      );
      expect(told).toEqual(['.1.opened', '.1', '.2', '.3']);
      expect(await readConversation(target.table, conversation.id)).toMatchObject({ published: 3 });
    },
  );

  it('refuses what would change it', async () => {
    const customer = { identities: [phone('16505559009')] as const };
    const first = textMessage('held-1', 'one', { customer });
    const { conversation } = await appendMessage(emulators.table, origin, first);
    await setFormat(conversationKey(conversation.id), 2);
    const next = textMessage('held-2', 'two', { customer });
    await expect(appendMessage(emulators.table, origin, next)).rejects.toThrow(/format 2/);
    await setFormat(conversationKey(conversation.id), undefined);
    expect((await appendMessage(emulators.table, origin, next)).entry.sequence).toBe(2);
  });
});

describe('a queue message of a newer release', () => {
  const version = /of version 2; this release reads up to 1/;
  const body = (fields: object) => JSON.stringify({ version: 2, ...fields });

  it('is neither guessed at nor quarantined by any function that reads one: it fails, and stays', async () => {
    const target = await targetOf('versions');
    const archive = await emulators.bucket('versions');
    const media = await emulators.queue('versions-media');
    const harness = { accounts: [], parsers, archive, media, now, target };
    const item = { ...origin, deduplicationId: 'x', payload: {} };
    await expect(normalizer(harness)(body(item))).rejects.toThrow(version);
    const record = { messageId: 'm', body: body({ ...origin, items: [item] }) };
    const faults = await statusNormalizer(harness)([record] as never);
    expect(String(faults.get('m'))).toMatch(version);
    const place = { conversationId: 'cnv_x', sequence: 1 };
    await expect(replySender({ target } as never)(body(place))).rejects.toThrow(version);
    const job = body({ ...place, attachmentId: 'att_1' });
    await expect(mediaFetcher({ target } as never)(job, 1)).rejects.toThrow(version);
  });
});
