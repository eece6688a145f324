import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import { splitBody } from '#connectors/whatsapp/webhook/items';
import { normalizer } from '#functions/normalize/normalize';
import type { Archive } from '#shared/aws/objects/archive';
import { type Harness, openHarness } from '#test/functions/send/harness/harness';
import { lines } from '#test/functions/send/harness/lines';
import type { Place } from '#test/functions/send/harness/outbound-queue';
import { waitsInDue } from '#test/functions/send/harness/waits-in-due';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let archive: Archive;
beforeAll(async () => {
  emulators = await startEmulators();
  archive = await emulators.bucket('archive');
});
afterAll(() => emulators.stop());

type Provider = 'whatsapp' | 'twilio';
interface Failing {
  readonly id: string;
  readonly code: number;
  /** Of one status, beside the first. */
  readonly more?: readonly number[];
  readonly to?: string;
}

/** The payload of one item of the ingress queue, as the door of the provider writes it. */
const payloads = {
  whatsapp: ({ id, code, more = [] }: Failing) => {
    const errors = [code, ...more].map((each) => ({ code: each, title: `Error ${each}` }));
    const item = { id, status: 'failed', timestamp: '1795255200', recipient_id: '4915', errors };
    const metadata = { phone_number_id: lines.whatsapp.business };
    const changes = [{ field: 'messages', value: { metadata, statuses: [item] } }];
    const body = { object: 'whatsapp_business_account', entry: [{ id: '1', changes }] };
    return splitBody(Buffer.from(JSON.stringify(body)), lines.whatsapp.business)[0]?.payload;
  },
  twilio: ({ id, code, to = '+4915' }: Failing) => ({
    subpath: '',
    params: Object.entries({
      ...{ MessageSid: id, MessageStatus: 'undelivered', ErrorCode: String(code) },
      ...{ From: lines.twilio.business, To: to },
    }),
  }),
} satisfies Record<Provider, (failing: Failing) => unknown>;

interface Room {
  readonly harness: Harness;
  /** A failed status comes in, of a message that nobody here knows. */
  readonly fail: (code: number, more?: Partial<Failing>, item?: object) => Promise<void>;
}

let told = 0;

async function withRoom(connector: Provider, work: (room: Room) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators, connector);
  const { target, setting } = harness;
  const normalize = normalizer({
    ...{ accounts: [setting], parsers, target, archive, now: target.now },
    media: target.outbound,
  });
  const fail: Room['fail'] = (code, more = {}, item = {}) => {
    told += 1;
    const failing = { id: `SM${told.toString(16).padStart(32, '0')}`, code, ...more };
    return normalize(
      JSON.stringify({
        ...{ connector, account: setting.account, deduplicationId: failing.id },
        receivedAt: target.now().toISOString(),
        payload: payloads[connector](failing),
        ...item,
      }),
    );
  };
  try {
    await work({ harness, fail });
  } finally {
    await harness.close();
  }
}

/** For how long a reply waits in `due` for its account; undefined where it does not wait. */
async function waitSeconds(harness: Harness, place: Place): Promise<number | undefined> {
  expect(await harness.send(place)).toBeUndefined();
  const state = await harness.entry(place);
  const { dueAt = '' } = state;
  return waitsInDue(state) ? (Date.parse(dueAt) - harness.clock.now.getTime()) / 1000 : undefined;
}

const cases = [
  ['whatsapp', 131042, 'account_restricted', 60],
  ['whatsapp', 131031, 'account_restricted', 60],
  ['whatsapp', 368, 'account_restricted', 60],
  ['whatsapp', 190, 'credentials_rejected', 60],
  ['whatsapp', 131048, 'sending_restricted', 3600],
  ['whatsapp', 131064, 'sending_restricted', undefined],
  ['whatsapp', 131208, 'sending_restricted', undefined],
  ['twilio', 30002, 'account_restricted', 60],
  ['twilio', 30007, 'channel_misconfigured', undefined],
  ['twilio', 30034, 'channel_misconfigured', undefined],
  ['twilio', 21408, 'channel_misconfigured', undefined],
  ['twilio', 21606, 'channel_misconfigured', undefined],
] as const;

describe('trouble of an account that a status tells of', () => {
  it.each(cases)(
    '%s %i is one alert, %s, and pauses for %s seconds',
    async (provider, code, ours, seconds) => {
      await withRoom(provider, async ({ harness, fail }) => {
        const place = await harness.reply(await harness.newConversation(), 'the next one');
        for (let status = 0; status < 3; status += 1) await fail(code);
        expect(await harness.alerts()).toEqual([ours]);
        expect(await waitSeconds(harness, place)).toBe(seconds);
        expect(harness.api.taken).toHaveLength(seconds === undefined ? 1 : 0);
      });
    },
  );

  it.each([
    ['whatsapp', 131026],
    ['twilio', 30003],
  ] as const)('is not what %s %i tells: one message failed', async (provider, code) => {
    await withRoom(provider, async ({ harness, fail }) => {
      await fail(code);
      expect(await harness.alerts()).toEqual([]);
      const place = await harness.reply(await harness.newConversation(), 'the next one');
      expect(await harness.send(place)).toBeUndefined();
    });
  });

  it('is one alert for each code that one status names, and the longest of the pauses', async () => {
    await withRoom('whatsapp', async ({ harness, fail }) => {
      const place = await harness.reply(await harness.newConversation(), 'the next one');
      const more = [131048, 131048, 131064, 131026, 368];
      for (let status = 0; status < 2; status += 1) await fail(131042, { more });
      expect((await harness.alerts()).toSorted()).toEqual([
        ...['account_restricted', 'account_restricted', 'sending_restricted', 'sending_restricted'],
      ]);
      expect(await waitSeconds(harness, place)).toBe(3600);
    });
  });

  it('is told again after an hour while it lasts, not before', async () => {
    await withRoom('twilio', async ({ harness, fail }) => {
      await fail(30034);
      for (const minutes of [1, 40, 18]) {
        harness.clock.pass(minutes * 60);
        await fail(30034);
      }
      expect(await harness.alerts()).toHaveLength(1);
      harness.clock.pass(60);
      await fail(30034);
      await fail(30034);
      expect(await harness.alerts()).toEqual(['channel_misconfigured']);
    });
  });

  it('is told for each reason, also where our code for two of them is the same', async () => {
    await withRoom('whatsapp', async ({ harness, fail }) => {
      await fail(131042);
      await fail(131031);
      await fail(131042);
      expect(await harness.alerts()).toEqual(['account_restricted', 'account_restricted']);
    });
  });

  it('is one alert with what an answer tells', async () => {
    await withRoom('whatsapp', async ({ harness, fail }) => {
      const place = await harness.reply(await harness.newConversation(), 'refused');
      harness.api.fates.push('unauthorized');
      await harness.send(place);
      await fail(190);
      expect(await harness.alerts()).toEqual(['credentials_rejected']);
    });
  });

  it('is one alert of an account with several channels', async () => {
    await withRoom('twilio', async ({ harness, fail }) => {
      await fail(30034);
      await fail(30034, { to: 'whatsapp:+4915' });
      await fail(63007, { to: 'whatsapp:+4915' });
      expect(await harness.alerts()).toEqual(['channel_misconfigured', 'channel_misconfigured']);
    });
  });

  it('that comes twice, or is read again, pauses once', async () => {
    await withRoom('whatsapp', async ({ harness, fail }) => {
      const place = await harness.reply(await harness.newConversation(), 'the next one');
      const first = { receivedAt: harness.clock.now.toISOString() };
      await fail(131042, { id: 'wamid.once' }, first);
      harness.clock.pass(60);
      await fail(131042, { id: 'wamid.once' }, first);
      await fail(131042, { id: 'wamid.once' }, { replay: true });
      expect(await harness.send(place)).toBeUndefined();
      expect(harness.api.taken).toHaveLength(1);
    });
  });

  it('is not over because a message was taken: only when no status failed for a minute', async () => {
    await withRoom('whatsapp', async ({ harness, fail }) => {
      const conversation = await harness.newConversation();
      await fail(131042);
      expect(await harness.alerts()).toEqual(['account_restricted']);
      harness.clock.pass(60);
      await harness.send(await harness.reply(conversation, 'taken'));
      expect(await harness.alerts()).toEqual([]);
      harness.clock.pass(3);
      await fail(131042);
      // Told before, within the hour; and paused for twice as long.
      const waiting = await harness.reply(conversation, 'waits');
      expect(await waitSeconds(harness, waiting)).toBe(120);
      harness.clock.pass(180);
      await harness.sendToEnd(waiting);
      expect(await harness.alerts()).toEqual(['account_resumed']);
    });
  });
});

describe('trouble of an account that an answer tells of', () => {
  it('is an alert also where it does not pause the account', async () => {
    await withRoom('twilio', async ({ harness, fail }) => {
      const place = await harness.reply(await harness.newConversation(), 'refused');
      harness.api.fates.push('misconfigured');
      await harness.send(place);
      await fail(21606);
      expect(await harness.alerts()).toEqual(['channel_misconfigured']);
      expect(await harness.heard(place)).toEqual(['failed']);
    });
  });
});
