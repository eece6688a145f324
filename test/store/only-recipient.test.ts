import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { JoinsNothing } from '#shared/aws/store/append/joins-nothing';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const mailbox = (address: string) =>
  ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;

const write = (id: string, from: string, more: Partial<ChannelMessage> = {}) =>
  appendMessage(
    emulators.table,
    origin,
    textMessage(id, id, {
      customer: { identities: [mailbox(from)] },
      thread: { key: id, follows: [] },
      ...more,
    }),
  );

/** A conversation with a mail of ours to these people, known to them as `secret-<name>`. */
async function mailTo(name: string, ...addresses: string[]) {
  const [customer = '', ...others] = addresses;
  const participants = others.map((address) => ({ identity: mailbox(address) }));
  const { conversation } = await write(`${name}@x`, customer, { participants });
  await write(`secret-${name}`, customer, {
    direction: 'outbound',
    recipients: addresses.map(mailbox),
    thread: { key: `${name}@x`, follows: [{ providerMessageId: `${name}@x`, proof: 'provider' }] },
  });
  return conversation.id;
}

const complaint = (name: string, of: string) =>
  write(`complaint-${name}-${of}`, of, {
    joinsOnly: 'as_only_recipient',
    thread: { key: 'c', follows: [{ providerMessageId: `secret-${name}`, proof: 'secret' }] },
    content: { type: 'notice', kind: 'complaint' },
  });

describe('a report in the name of a recipient', () => {
  it('stands in the conversation of a mail that went to that recipient alone', async () => {
    const id = await mailTo('one', 'ann@one.example');
    expect((await complaint('one', 'ann@one.example')).conversation.id).toBe(id);
  });

  it('stands nowhere where others knew the mail too, or where it names another person', async () => {
    await mailTo('two', 'ann@two.example', 'eve@two.example');
    await mailTo('three', 'ann@three.example');
    await expect(complaint('two', 'ann@two.example')).rejects.toThrow(JoinsNothing);
    await expect(complaint('three', 'eve@three.example')).rejects.toThrow(JoinsNothing);
    await expect(complaint('none', 'ann@two.example')).rejects.toThrow(JoinsNothing);
  });
});
