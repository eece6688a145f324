import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage, isOwnCopy } from '#shared/aws/store/append/append';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { referenceKey } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const ann = { channel: 'email', kind: 'mailbox', scope: '', address: 'ann@x.example' } as const;
const mail = (id: string, more: Partial<ChannelMessage> = {}) =>
  textMessage(id, id, {
    customer: { identities: [ann] },
    thread: { key: id, follows: [] },
    ...more,
  });
const append = (message: ChannelMessage) => appendMessage(emulators.table, origin, message);

/** A first delivery may die between store and publish: the second has to find what is to be published. */
describe('the second delivery of a message', () => {
  it('that was stored before the one that it copies was known is that message still', async () => {
    const copy = mail('copy@x', { copyOf: 'ours@x' });
    expect(await isOwnCopy(emulators.table, origin, copy)).toBe(false);
    await append(copy);
    await append(mail('ours@x', { direction: 'outbound' }));
    expect(await isOwnCopy(emulators.table, origin, copy)).toBe(false);
    const another = mail('another@x', { copyOf: 'ours@x' });
    expect(await isOwnCopy(emulators.table, origin, another)).toBe(true);
  });

  it('that may only join finds what the first stored, also where it could join nothing now', async () => {
    await append(mail('sent@x', { direction: 'outbound', recipients: [ann] }));
    const report = mail('report@x', {
      joinsOnly: 'as_only_recipient',
      thread: { key: 'r', follows: [{ providerMessageId: 'sent@x', proof: 'secret' }] },
      content: { type: 'notice', kind: 'complaint' },
    });
    expect(await append(report)).toMatchObject({ outcome: 'appended' });
    const { connector, account } = origin;
    const Key = referenceKey(connector, account, 'sent@x');
    const { client, name: TableName } = emulators.table;
    await client.send(new DeleteCommand({ TableName, Key }));
    expect(await append(report)).toMatchObject({ outcome: 'duplicate' });
  });
});
