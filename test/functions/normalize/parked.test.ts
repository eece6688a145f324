import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handleMessage } from '#functions/normalize/handle-message';
import type { Queue } from '#shared/aws/queues/queue';
import { readConversation } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';
import { rawItem } from '#shared/raw/item';
import { openHarness } from '#test/functions/send/harness/harness';
import { origin, phone, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let queues = 0;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const now = () => new Date('2026-11-21T10:00:00.000Z');

/** A queue that counts what is put on it. */
function counting({ client, url }: Queue) {
  const counter = { sends: 0 };
  const send = (command: SendMessageCommand) => {
    counter.sends += 1;
    return client.send(command);
  };
  return { counter, queue: { url, client: { send } as unknown as Queue['client'] } };
}

/** So many reactions to a message that is not known yet: of as many people, or of one who changes their mind. */
function reactions(
  count: number,
  providerMessageId: string,
  whose: (number: number) => Identity,
): ChannelUpdate[] {
  return Array.from({ length: count }, (_, number) => ({
    ...{ kind: 'reaction', id: `${providerMessageId}-${number}`, emoji: '👍' },
    target: { providerMessageId },
    customer: { identities: [whose(number)] },
  }));
}

describe.each([4, 80])('%d updates that came before their message', (count) => {
  it('are all applied, and published once each, of a customer’s message', async () => {
    queues += 1;
    const normalized = await emulators.queue(`normalized-parked-${queues}.fifo`);
    const { counter, queue } = counting(normalized);
    const id = `parked-${count}`;
    for (const each of reactions(count, id, (number) => phone(`49151${number}`)))
      await applyChannelUpdate(emulators.table, origin, each);
    const target = { table: emulators.table, normalized: queue, outbound: queue, now };
    const dependencies = {
      ...{ accounts: [], target, now, media: queue },
      archive: await emulators.bucket(`archive-parked-${queues}`),
    };
    const group = { ...phone(`group-${count}`), kind: 'group' as const };
    const told = {
      customer: { identities: [group] as const },
      author: { identities: [phone('49151')] as const },
    };
    const item = { ...origin, deduplicationId: id, payload: {} };
    await handleMessage(dependencies, item, textMessage(id, 'hello', told), rawItem(item));
    const events = await emulators.drain(normalized);
    expect(events.map(({ revision }) => revision)).toEqual([
      ...[undefined, undefined],
      ...Array.from({ length: count }, (_, index) => String(index + 1)),
    ]);
    console.log(`${count} parked: ${counter.sends} sends for ${events.length} events`);
    expect(counter.sends).toBeLessThanOrEqual(2 * events.length + 4);
  });

  it('are all applied, and published once each, of a reply', async () => {
    const harness = await openHarness(emulators);
    try {
      const { client } = harness.target.normalized;
      const conversationId = await harness.newConversation();
      const place = await harness.reply(conversationId, 'Hello back');
      const conversation = await readConversation(emulators.table, conversationId);
      const customer = conversation.customerIdentities[0] ?? phone('none');
      let sends = 0;
      harness.api.onTaken = async (id) => {
        const from = { ...origin, connector: 'twilio', account: harness.setting.account };
        for (const each of reactions(count, id, () => customer)) {
          const { outcome } = await applyChannelUpdate(emulators.table, from, each);
          expect(outcome).toBe('parked');
        }
      };
      const { send } = client;
      const counted = (command: SendMessageCommand) => {
        if (command.constructor.name === 'SendMessageCommand') sends += 1;
        return Reflect.apply(send, client, [command]);
      };
      Object.assign(client, { send: counted });
      await harness.sendToEnd(place);
      Object.assign(client, { send });
      const events = await harness.events(place);
      expect(events).toHaveLength(1 + count);
      console.log(`${count} parked: ${sends} sends for ${events.length} events`);
      expect(sends).toBeLessThanOrEqual(2 * events.length + 4);
    } finally {
      await harness.close();
    }
  });
});
