import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ownUserId } from '#test/connectors/twitter/received';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { afterSeconds, type CatchUpHarness, customers, openCatchUp } from './harness.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const open: CatchUpHarness[] = [];
afterEach(() => {
  for (const { x } of open.splice(0)) x.stop();
});

const [ada = '', ben = '', eve = ''] = customers;

/** An account whose first run is over, and whose webhook brought one mention. */
async function started(catchUp: object = {}): Promise<CatchUpHarness> {
  const harness = await openCatchUp(emulators, catchUp);
  open.push(harness);
  await harness.run();
  harness.pass(600);
  await harness.known(harness.mention(ada, 'brought by the webhook'));
  harness.pass(300);
  await harness.run();
  expect(await harness.queued()).toEqual([]);
  return harness;
}

/** Messages of an hour that no webhook brings. */
function outage({ mention, directMessage, pass }: CatchUpHarness): readonly string[] {
  const texts: string[] = [];
  for (let minute = 0; minute < 60; minute += 10) {
    mention(minute % 20 ? ada : ben, `mention ${minute}`);
    directMessage(eve, `direct ${minute}`);
    texts.push(`mention ${minute}`, `direct ${minute}`);
    pass(600);
  }
  return texts;
}

const of = (kind: string, texts: readonly string[]) =>
  texts.filter((text) => text.startsWith(kind));

describe('a first run', () => {
  it('imports nothing that was there before it', async () => {
    const harness = await openCatchUp(emulators);
    open.push(harness);
    harness.mention(ada, 'years ago');
    harness.directMessage(ada, 'years ago');
    harness.pass(400);
    await harness.run();
    harness.pass(300);
    await harness.run();
    expect(await harness.queued()).toEqual([]);
  });

  it('reaches back the hours that the settings name', async () => {
    const harness = await openCatchUp(emulators, { hoursBack: 2 });
    open.push(harness);
    harness.mention(ada, 'three hours before');
    harness.pass(2 * 3600);
    harness.mention(ada, 'one hour before');
    harness.pass(3600);
    await harness.run();
    expect(await harness.queued()).toContain('one hour before');
    expect(await harness.queued()).not.toContain('three hours before');
  });
});

describe('an outage of an hour', () => {
  it('is healed: each message once, the oldest first, and the people who run it are told', async () => {
    const harness = await started();
    const texts = outage(harness);
    harness.pass(afterSeconds);
    expect(await harness.run()).toEqual({ missed: 12, failed: 0 });
    const queued = await harness.queued();
    expect(of('mention', queued)).toEqual(of('mention', texts));
    expect(of('direct', queued)).toEqual(of('direct', texts));
    expect(of('alert', queued)).toEqual(['alert messages_missed']);
    harness.pass(300);
    await harness.run();
    harness.pass(3600);
    await harness.run();
    expect(await harness.queued()).toEqual([]);
    expect((await harness.state())?.gap).toBeUndefined();
  });

  it('is read back to the last message that a webhook brought, and no further', async () => {
    const harness = await started();
    const state = await harness.state();
    harness.directMessage(ada, 'lost before the first mention');
    harness.pass(1800);
    harness.mention(ben, 'the first that is missed');
    harness.pass(afterSeconds);
    await harness.run();
    expect((await harness.state())?.gap?.since).toBe(state?.lists['mentions']?.soundAt);
    expect(await harness.queued()).toContain('lost before the first mention');
  });

  it('queues no message that the table knows, but our own, which proves that it arrived', async () => {
    const harness = await started();
    harness.mention(ada, 'missed');
    await harness.known(harness.directMessage(ada, 'known'));
    const conversation = { dm_conversation_id: `${ada}-${ownUserId}` };
    await harness.known(harness.directMessage(ownUserId, 'ours', { more: conversation }));
    harness.pass(afterSeconds);
    await harness.run();
    const queued = await harness.queued();
    expect(queued.toSorted()).toEqual(['alert messages_missed', 'missed', 'ours']);
  });

  it('marks what it brings, under the ids that the webhook would have given', async () => {
    const harness = await started();
    const id = harness.mention(ada, 'missed');
    harness.pass(afterSeconds);
    await harness.run();
    const [item] = await harness.takeQueued();
    expect(item?.deduplicationId).toBe(`post:${ownUserId}:${id}`);
    expect(item?.payload).toMatchObject({ caughtUp: true, type: 'post.mention.create' });
  });
});

describe('messages that tell of no gap', () => {
  it('are those on their way: a young one is left to its webhook and read again', async () => {
    const harness = await started();
    harness.mention(ada, 'just now');
    harness.pass(afterSeconds - 1);
    await harness.run();
    expect(await harness.queued()).toEqual([]);
    harness.pass(1);
    await harness.run();
    expect(await harness.queued()).toContain('just now');
  });

  it('are answers deep in a thread, which X does not deliver: they are brought, and no direct message is read', async () => {
    const harness = await started();
    const deep = { in_reply_to_user_id: ben, display_text_range: [10, 20] };
    const named = { entities: { mentions: [{ id: ownUserId, start: 0, end: 9 }] } };
    harness.mention(ada, '@acmecare deep', { more: { ...deep, ...named } });
    harness.pass(afterSeconds);
    await harness.run();
    expect(await harness.queued()).toEqual(['@acmecare deep']);
    expect((await harness.state())?.gap).toBeUndefined();
    expect(harness.x.calls).not.toContain('GET /2/dm_events');
  });
});

describe('a webhook that X has disabled', () => {
  it('is read for first and enabled after, then read for once more, and both is told', async () => {
    const harness = await started();
    if (harness.x.webhook) harness.x.webhook.valid = false;
    harness.directMessage(ada, 'lost');
    harness.pass(3600);
    harness.x.calls.length = 0;
    await harness.run();
    const order = harness.x.calls.filter((call) => /dm_events|PUT/.test(call));
    expect(order).toEqual(['GET /2/dm_events', 'PUT /2/webhooks/77']);
    expect(harness.x.webhook?.valid).toBe(true);
    harness.directMessage(ada, 'in the seam');
    expect(await harness.queued()).toEqual([
      'lost',
      'alert webhook_restored',
      'alert messages_missed',
    ]);
    harness.pass(300);
    await harness.run();
    expect(await harness.queued()).toEqual(['in the seam']);
    harness.pass(300);
    await harness.run();
    expect((await harness.state())?.gap).toBeUndefined();
  });

  it('that cannot be enabled is told once, and direct messages are read once an hour meanwhile', async () => {
    const harness = await started();
    Object.assign(harness.x, { webhook: { ...harness.x.webhook, valid: false }, validates: false });
    harness.pass(3600);
    for (let run = 0; run < 12; run += 1) {
      await harness.run();
      harness.pass(300);
    }
    expect(await harness.queued()).toEqual(['alert webhook_invalid']);
    expect(harness.x.calls.filter((call) => call === 'GET /2/dm_events')).toHaveLength(1);
    harness.directMessage(ben, 'polled');
    harness.pass(afterSeconds);
    await harness.run();
    expect(await harness.queued()).toEqual(['polled', 'alert messages_missed']);
  });

  it('that X does not have at all is told', async () => {
    const harness = await started();
    harness.x.webhook = undefined;
    harness.pass(3600);
    await harness.run();
    expect(await harness.queued()).toEqual(['alert webhook_invalid']);
  });

  it('that was never registered is no gap', async () => {
    const harness = await openCatchUp(emulators);
    open.push(harness);
    harness.x.webhook = undefined;
    await harness.run();
    harness.pass(3600);
    await harness.run();
    expect(await harness.queued()).toEqual([]);
    expect(harness.x.calls).not.toContain('GET /2/dm_events');
  });

  it('is looked at once an hour while all is well', async () => {
    const harness = await started();
    harness.x.calls.length = 0;
    for (let run = 0; run < 24; run += 1) {
      harness.pass(300);
      await harness.run();
    }
    expect(harness.x.calls.filter((call) => call === 'GET /2/webhooks')).toHaveLength(2);
  });
});

describe('a replay', () => {
  /** Runs every five minutes for some hours; returns what was queued. */
  const runFor = async (harness: CatchUpHarness, hours: number) => {
    for (let run = 0; run < hours * 12; run += 1) {
      await harness.run();
      harness.pass(300);
    }
    return harness.queued();
  };

  it('that X accepts and does not bring to its end loses nothing: the lists are read after it', async () => {
    const harness = await started({ replay: true });
    const texts = outage(harness);
    harness.pass(afterSeconds);
    const queued = await runFor(harness, 30);
    expect(of('mention', queued)).toEqual(of('mention', texts));
    expect(of('direct', queued)).toEqual(of('direct', texts));
    expect(harness.x.replays).toHaveLength(1);
    expect((await harness.state())?.gap).toBeUndefined();
  });

  it('is asked for when the whole gap is old enough for X, and direct messages wait half an hour for it', async () => {
    const harness = await started({ replay: true });
    outage(harness);
    harness.pass(afterSeconds);
    await runFor(harness, 0.25);
    expect(harness.x.replays).toEqual([]);
    await harness.run();
    expect(harness.x.replays).toEqual([
      { webhook_id: '77', from_date: '202611270910', to_date: '202611271021' },
    ]);
    harness.pass(1795);
    await harness.run();
    expect(harness.x.calls).not.toContain('GET /2/dm_events');
    harness.pass(5);
    await harness.run();
    expect(harness.x.calls).toContain('GET /2/dm_events');
  });

  it('of a gap of minutes begins where X still takes it', async () => {
    const harness = await started({ replay: true });
    harness.pass(300);
    await harness.known(harness.mention(ada, 'brought'));
    harness.pass(60);
    harness.mention(ada, 'missed');
    harness.pass(afterSeconds);
    await runFor(harness, 0.5);
    // Noticed at 09:23, asked for at 09:38: X takes no later beginning than 31 minutes before.
    expect(harness.x.replays).toEqual([
      { webhook_id: '77', from_date: '202611270906', to_date: '202611270927' },
    ]);
  });

  it('is not waited for longer than half an hour while the outage goes on, and is asked for at its end', async () => {
    const harness = await started({ replay: true });
    for (let run = 0; run < 12; run += 1) {
      harness.mention(ada, `mention ${run}`);
      harness.directMessage(eve, `direct ${run}`);
      harness.pass(300);
      await harness.run();
    }
    expect(harness.x.calls).toContain('GET /2/dm_events');
    expect(harness.x.replays).toEqual([]);
    const queued = await runFor(harness, 3);
    expect(harness.x.replays).toHaveLength(1);
    expect(new Set(of('direct', queued)).size).toBe(12);
    expect((await harness.state())?.gap).toBeUndefined();
  });

  it('that the plan does not include leaves the reading of direct messages', async () => {
    const harness = await started({ replay: true });
    harness.x.refusals.push({ path: /replay/, status: 403 });
    outage(harness);
    harness.pass(afterSeconds);
    const queued = await runFor(harness, 0.5);
    expect(harness.x.calls).toContain('GET /2/dm_events');
    expect(harness.x.replays).toEqual([]);
    expect(of('alert', queued)).toEqual(['alert messages_missed']);
  });

  it('is not asked for where X does not answer, and the lists are read all the same', async () => {
    const harness = await started({ replay: true });
    for (let call = 0; call < 20; call += 1) {
      harness.x.refusals.push({ path: /replay/, status: 503 });
    }
    const texts = outage(harness);
    harness.pass(afterSeconds);
    const queued = await runFor(harness, 2);
    expect(of('direct', queued)).toEqual(of('direct', texts));
    expect((await harness.state())?.gap).toBeUndefined();
  });
});

describe('an outage in which no mention falls', () => {
  const every = { directMessagesEveryHours: 24 };
  const isListed = (call: string) => call === 'GET /2/dm_events';

  /** Runs every five minutes for some hours. */
  const runFor = async (harness: CatchUpHarness, hours: number) => {
    for (let run = 0; run < hours * 12; run += 1) {
      harness.pass(300);
      await harness.run();
    }
    return harness.queued();
  };

  it('is not noticed without the setting, and no direct message is read', async () => {
    const harness = await started();
    harness.directMessage(ada, 'direct lost');
    expect(await runFor(harness, 25)).toEqual([]);
    expect(harness.x.calls.filter(isListed)).toEqual([]);
  });

  it('is healed by the reading at the interval of the setting, and is told', async () => {
    const harness = await started(every);
    await harness.known(harness.directMessage(ada, 'brought'));
    await runFor(harness, 25);
    await harness.known(harness.directMessage(ada, 'brought'));
    harness.directMessage(eve, 'direct 1');
    harness.pass(60);
    harness.directMessage(ben, 'direct 2');
    harness.pass(60);
    await harness.known(harness.directMessage(ada, 'brought'));
    expect(await runFor(harness, 25)).toEqual(['direct 1', 'direct 2', 'alert messages_missed']);
    expect((await harness.state())?.gap).toBeUndefined();
  });

  it('costs a day of silence one listed message', async () => {
    const harness = await started(every);
    for (let number = 0; number < 20; number += 1) {
      await harness.known(harness.directMessage(ada, `brought ${number}`));
      harness.pass(1);
    }
    await runFor(harness, 25);
    const before = { listed: harness.x.listed, calls: harness.x.calls.filter(isListed).length };
    await runFor(harness, 24);
    expect(harness.x.calls.filter(isListed)).toHaveLength(before.calls + 1);
    expect(harness.x.listed).toBe(before.listed + 1);
    expect(await harness.queued()).toEqual([]);
  });

  it('loses nothing between two readings, nor before the first in a gap that is longer', async () => {
    const harness = await openCatchUp(emulators, { directMessagesEveryHours: 1 });
    open.push(harness);
    await harness.run();
    harness.pass(600);
    await harness.known(harness.mention(ada, 'brought by the webhook'));
    harness.directMessage(eve, 'direct before the first reading');
    harness.clock.ms += 2 * 3_600_000;
    await harness.run();
    // The first reading reaches back an hour: what is older is read when a gap is known.
    expect(of('direct', await harness.queued())).toEqual([]);
    await harness.known(harness.directMessage(ada, 'brought'));
    await runFor(harness, 3);
    harness.mention(ben, 'missed');
    const queued = await runFor(harness, 2);
    expect(of('direct', queued)).toEqual(['direct before the first reading']);
  });
});
