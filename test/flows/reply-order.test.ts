import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { localConnectors } from '#test/support/connectors/lists';
import {
  expectInOrder,
  openTalk,
  type Way,
  withoutPacing,
  write,
} from '#test/support/replies/order';
import { bySize } from '#test/support/runner/size';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault } from '#test/support/stack/providers';

/** Replies in each conversation, and conversations at once. */
const each = bySize({ small: 4, full: 20 });
/** Before each throttling, and the rest behind it. */
const between = bySize({ small: 1, full: 6 });
const atOnce = bySize({ small: 4, full: 20 });

/** At the small size test/flows/replies.test.ts alone replies by HTTP. */
const ways = bySize<readonly Way[]>({ small: ['queue'], full: ['queue', 'http'] });

/** The other stage is one of test/flows/whatsapp/aws.test.ts too. */
const otherStages = bySize<readonly string[]>({ small: [], full: ['local-aws'] });
const times = bySize<readonly string[]>({ small: ['cold'], full: ['cold', 'warm'] });

describe.each(ways)('replies by %s leave in the order in which they were taken', (way) => {
  let stack: LocalStack;
  let end: () => void;
  beforeAll(async () => {
    stack = await startLocalStack();
    end = withoutPacing(stack, 'twitter');
  });
  afterAll(async () => {
    end();
    await stack.stop();
  });
  const openAll = () => Promise.all(localConnectors.map((connector) => openTalk(stack, connector)));

  // The first replies of a fresh stack: no function of their way has an environment yet.
  it.each(times)(
    `${each} of one conversation, on every channel, %s`,
    async () => {
      const talks = await openAll();
      await Promise.all(talks.map((talk) => write(stack, talk, way, { count: each })));
      await expectInOrder(stack, talks);
    },
    120_000,
  );

  it('while every provider throttles in between', async () => {
    const talks = await openAll();
    await Promise.all(
      talks.map(async (talk) => {
        await write(stack, talk, way, { count: between });
        await makeFault(stack.description, talk.connector, '429', 2);
        await write(stack, talk, way, { count: between });
        await makeFault(stack.description, talk.connector, '429');
        await write(stack, talk, way, { count: each - 2 * between });
      }),
    );
    await expectInOrder(stack, talks, 90);
  }, 150_000);

  it(`of ${atOnce} conversations at once`, async () => {
    const many = await Promise.all(
      Array.from({ length: atOnce }, (_, index) =>
        openTalk(stack, index % 2 ? 'twilio' : 'whatsapp'),
      ),
    );
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(many.map((talk) => write(stack, talk, way, { count: 1 })));
    }
    await expectInOrder(stack, many);
  }, 120_000);

  it('and every promise to the consumer is kept', async () => {
    await untilIdle(stack, 60);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  }, 90_000);
});

describe.each(otherStages)('on another stage, %s', (stage) => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack(undefined, stage);
  });
  afterAll(() => stack.stop());

  it(`${each} replies by WhatsApp through AWS leave in order too, cold`, async () => {
    const talk = await openTalk(stack, 'whatsapp-aws');
    await write(stack, talk, 'queue', { count: each });
    await expectInOrder(stack, [talk]);
  }, 120_000);

  it('a command in a group of the caller’s own is taken all the same', async () => {
    const talk = await openTalk(stack, 'whatsapp');
    await write(stack, talk, 'queue', { count: 3, ids: { group: 'my-own' } });
    await expectInOrder(stack, [talk]);
  }, 90_000);
});
