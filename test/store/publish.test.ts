import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweeper } from '#functions/sweep/sweep';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { dirtyConversations } from '#shared/aws/store/publishing/dirty';
import { readConversation } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { Event } from '#shared/model/event';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { firstOf } from '#test/support/connectors/first-of';
import { unpaced } from '#test/support/stack/unpaced';
import { origin, phone, status, textMessage } from './messages.ts';

let emulators: Emulators;
let normalized: Queue;
let outbound: Queue;
let deadReplies: Queue;
beforeAll(async () => {
  emulators = await startEmulators();
  normalized = await emulators.queue('normalized.fifo');
  outbound = await emulators.queue('outbound.fifo');
  deadReplies = await emulators.queue('dead-replies.fifo');
});
afterAll(() => emulators.stop());

const now = () => new Date('2026-11-21T10:00:00.000Z');
const target = (queue = normalized): PublishTarget => ({
  table: emulators.table,
  normalized: queue,
  outbound,
  now,
});

/** A queue that refuses everything, as SQS does in an outage. */
const downQueue = (): Queue => ({
  ...normalized,
  client: { send: () => Promise.reject(new Error('down')) } as unknown as Queue['client'],
});

const customer = (address: string) => ({ identities: [phone(address)] as const });
const received = (events: readonly Event[]) =>
  events.filter(({ type }) => type === 'switchboard.message.received.v1');

describe('publishing a conversation', () => {
  it('sends the opening and each message once, in order, as CloudEvents', async () => {
    for (const id of ['a1', 'a2', 'a3']) {
      const { conversation, entry } = await appendMessage(
        emulators.table,
        origin,
        textMessage(id, id),
      );
      await publish(target(), conversation, entry);
      await publish(target(), conversation, entry);
    }
    const events = await emulators.drain(normalized);
    expect(events.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['switchboard.conversation.opened.v1', undefined],
      ['switchboard.message.received.v1', '1'],
      ['switchboard.message.received.v1', '2'],
      ['switchboard.message.received.v1', '3'],
    ]);
  });

  it('publishes what a dead worker left behind before the message that comes next', async () => {
    const who = customer('16505552001');
    await appendMessage(emulators.table, origin, textMessage('b1', 'left', { customer: who }));
    const next = await appendMessage(
      emulators.table,
      origin,
      textMessage('b2', 'next', { customer: who }),
    );
    await publish(target(), next.conversation, next.entry);
    expect(received(await emulators.drain(normalized)).map(({ sequence }) => sequence)).toEqual([
      '1',
      '2',
    ]);
  });

  it('gives one event, with the same bytes, to any number of publishers at once', async () => {
    const who = customer('16505552002');
    const appended = [];
    for (const id of ['c1', 'c2', 'c3', 'c4']) {
      appended.push(
        await appendMessage(emulators.table, origin, textMessage(id, id, { customer: who })),
      );
    }
    await Promise.all(
      appended.map(({ conversation, entry }) => publish(target(), conversation, entry)),
    );
    const events = received(await emulators.drain(normalized));
    expect(events.map(({ sequence }) => sequence)).toEqual(['1', '2', '3', '4']);
  });

  it('publishes an update only after its message, and each revision once', async () => {
    const who = customer('16505552003');
    const echo = textMessage('d1', 'from the phone', { customer: who, direction: 'outbound' });
    await appendMessage(emulators.table, origin, echo);
    for (const value of ['delivered', 'read', 'read'] as const) {
      const { changed } = await applyChannelUpdate(emulators.table, origin, status('d1', value));
      if (changed) await publish(target(), changed.conversation, changed.entry);
    }
    const events = await emulators.drain(normalized);
    expect(events.map(({ type, revision }) => [type, revision])).toEqual([
      ['switchboard.conversation.opened.v1', undefined],
      ['switchboard.message.received.v1', undefined],
      ['switchboard.message.delivered.v1', '1'],
      ['switchboard.message.read.v1', '2'],
    ]);
  });

  it('publishes text of every kind: emoji, controls, separators', async () => {
    const text = 'Grüße 👋🏽 \u0000 \u0007 \u2028';
    const message = textMessage('e1', text, { customer: customer('16505552004') });
    const { conversation, entry } = await appendMessage(emulators.table, origin, message);
    await publish(target(), conversation, entry);
    const [event] = received(await emulators.drain(normalized));
    expect(event?.data).toMatchObject({ message: { text } });
  });
});

const remainingSeconds = () => 60;

/** The conversations that the sweep would publish. */
async function marked(): Promise<string[]> {
  const dirty = await firstOf(dirtyConversations(emulators.table), 10);
  return dirty.map(({ conversationId }) => conversationId);
}

describe('when the normalized queue is down', () => {
  it('fails the work, marks the conversation, and the sweep publishes it in order once it is up', async () => {
    const who = customer('16505552005');
    const ids = ['f1', 'f2'];
    let conversationId = '';
    for (const id of ids) {
      const message = textMessage(id, id, { customer: who, direction: 'inbound' });
      const { conversation, entry } = await appendMessage(emulators.table, origin, message);
      conversationId = conversation.id;
      await expect(publish(target(downQueue()), conversation, entry)).rejects.toThrow('down');
    }
    expect(await marked()).toEqual([conversationId]);

    const down = await sweeper({
      ...unpaced,
      target: target(downQueue()),
      now,
      uncertainAfterSeconds: 1,
      deadReplies,
      remainingSeconds,
    })();
    expect(down.failed).toBe(1);
    const up = await sweeper({
      ...unpaced,
      target: target(),
      now,
      uncertainAfterSeconds: 1,
      deadReplies,
      remainingSeconds,
    })();
    expect(up).toMatchObject({ published: 1, failed: 0 });

    const events = received(await emulators.drain(normalized));
    expect(events.map(({ sequence }) => sequence)).toEqual(['1', '2']);
    expect(await marked()).toEqual([]);
    expect(await readConversation(emulators.table, conversationId)).toMatchObject({ published: 2 });
  });

  it('keeps updates for the sweep too', async () => {
    const who = customer('16505552006');
    const echo = textMessage('g1', 'x', { customer: who, direction: 'outbound' });
    const { conversation, entry } = await appendMessage(emulators.table, origin, echo);
    await publish(target(), conversation, entry);
    const { changed } = await applyChannelUpdate(emulators.table, origin, status('g1', 'read'));
    if (!changed) throw new Error('the status was not applied');
    await expect(
      publish(target(downQueue()), changed.conversation, changed.entry),
    ).rejects.toThrow();
    await sweeper({
      ...unpaced,
      target: target(),
      now,
      uncertainAfterSeconds: 1,
      deadReplies,
      remainingSeconds,
    })();
    const events = await emulators.drain(normalized);
    expect(events.at(-1)).toMatchObject({ type: 'switchboard.message.read.v1', revision: '1' });
  });
});
