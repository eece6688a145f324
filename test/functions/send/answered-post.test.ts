import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { messageIdOf } from '#shared/ids';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const root = '2100000000000000001';
const own = '1500000000000000001';
const user = (address: string) =>
  ({ channel: 'twitter', kind: 'user_id', scope: '', address }) as const;

interface Thread {
  readonly harness: Harness;
  readonly conversationId: string;
  /** The customer posts in the thread that a stranger began. */
  readonly post: (id: string) => Promise<string>;
  readonly deletes: (id: string) => Promise<void>;
  readonly reply: (said: string | { inReplyToMessageId: string }) => Promise<Place>;
}

async function inThread(work: (thread: Thread) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators, 'twitter');
  const { target, setting, clock } = harness;
  const { connector, account } = setting;
  const origin = () => ({ connector, account, receivedAt: clock.now.toISOString() });
  const post = async (id: string) => {
    const message: ChannelMessage = {
      ...{ kind: 'message', channel: 'twitter', direction: 'inbound', visibility: 'public' },
      ...{ providerMessageId: id, business: user(own), occurredAt: clock.now.toISOString() },
      customer: { identities: [user('1600000000000000077')] },
      ...{ content: { type: 'text', text: '@us look at this' }, text: '@us look at this' },
      ...{ attachments: [], thread: { key: root, follows: [] } },
    };
    const { conversation } = await appendMessage(target.table, origin(), message);
    return conversation.id;
  };
  const conversationId = await post('2100000000000000100');
  const deletes = async (id: string) => {
    await applyChannelUpdate(target.table, origin(), {
      ...{ kind: 'deletion', id: `deletion:${id}`, occurredAt: clock.now.toISOString() },
      by: { identities: [user('1600000000000000077')] },
      target: { providerMessageId: id },
    });
    clock.pass(1);
  };
  const reply = (said: string | { inReplyToMessageId: string }) =>
    harness.reply(
      conversationId,
      typeof said === 'string' ? said : { content: { type: 'text', text: 'Hello' }, ...said },
    );
  try {
    await work({ harness, conversationId, post, deletes, reply });
  } finally {
    await harness.close();
  }
}

const answered = ({ asked }: Harness): readonly string[] =>
  asked
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/tweets'))
    .map(({ body }) => JSON.parse(body).reply.in_reply_to_tweet_id);

const codesOf = async (harness: Harness, place: Place): Promise<readonly string[]> =>
  ((await harness.entry(place)).errors ?? []).map(({ code }) => code);

describe('a public reply in a thread that a stranger began', () => {
  it('answers the customer’s post, however many replies are behind it', async () => {
    await inThread(async ({ harness, reply }) => {
      const places: Place[] = [];
      for (let number = 0; number < 33; number += 1) places.push(await reply(`answer ${number}`));
      for (const place of places) await harness.sendToEnd(place);
      expect(answered(harness)).toEqual(places.map(() => '2100000000000000100'));
    });
  });

  it('answers the post that was the newest when it was taken, however many came since', async () => {
    await inThread(async ({ harness, post, reply }) => {
      const place = await reply('wait');
      harness.api.fates.push('throttled');
      const wait = await harness.send(place);
      for (let number = 1; number <= 32; number += 1) await post(`21000000000000002${number + 10}`);
      harness.clock.pass(wait ?? 0);
      await harness.sendToEnd(place);
      const ids = answered(harness);
      expect(ids.length).toBeGreaterThan(1);
      expect(new Set(ids)).toEqual(new Set(['2100000000000000100']));
    });
  });

  it('answers an earlier post of the customer where the newest was deleted', async () => {
    await inThread(async ({ harness, post, deletes, reply }) => {
      await post('2100000000000000101');
      await deletes('2100000000000000101');
      await harness.sendToEnd(await reply('hello'));
      expect(answered(harness)).toEqual(['2100000000000000100']);
    });
  });

  it('is refused when it is taken where the customer has deleted every post, or the one it names', async () => {
    await inThread(async ({ harness, conversationId, post, deletes, reply }) => {
      await deletes('2100000000000000100');
      expect(await codesOf(harness, await reply('hello'))).toEqual(['post_unavailable']);
      await post('2100000000000000102');
      const gone = { inReplyToMessageId: messageIdOf(conversationId, { sequence: 1 }) };
      expect(await codesOf(harness, await reply(gone))).toEqual(['post_unavailable']);
      await harness.sendToEnd(await reply('hello'));
      expect(answered(harness)).toEqual(['2100000000000000102']);
    });
  });
});
