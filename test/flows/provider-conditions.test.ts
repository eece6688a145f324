import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { harnesses } from '#test/connectors/harnesses';
import { eventsOfSuccess, stageConnectors } from '#test/support/connectors/lists';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import { bySize } from '#test/support/runner/size';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentWith, setConditions, tellStatus, writeAs } from '#test/support/stack/providers';

const nameOf = ({ type }: HeardEvent) => type.split('.').at(-2);
const late = { repeat: true, reorder: true, delayMilliseconds: 300 };

/** By stage: who writes over each connector. */
const channels = Object.fromEntries(
  Object.entries(stageConnectors).map(([stage, connectors]) => [
    stage,
    connectors.map((connector) => [connector, harnesses[connector].provider.customer] as const),
  ]),
);

/** test/flows/whatsapp/aws.test.ts has the other stage at the small size. */
const stages = bySize<readonly string[]>({ small: ['local'], full: Object.keys(channels) });
const chosen = Object.entries(channels).filter(([stage]) => stages.includes(stage));

describe.each(chosen)('stage %s', { timeout: 120_000 }, (stage, each) => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack(undefined, stage);
  });
  afterAll(() => stack.stop());
  afterEach(async () => {
    for (const [connector] of each) await setConditions(stack.description, connector);
  });

  const conversationWith = async (connector: string, from: string, text: string) => {
    const { status } = await writeAs(stack.description, connector, { from, text });
    expect([200, 250]).toContain(status);
    const received = await stack.helpdesk.waitFor(
      (event) => event.data.message?.text === text && nameOf(event) === 'received',
    );
    expect(received).toHaveLength(1);
    return received[0]?.subject ?? '';
  };
  const ofReply = (replyId: string) => (event: HeardEvent) =>
    (event.data.message?.replyId ?? event.data.replyId) === replyId;
  const kindsOf = (replyId: string) =>
    stack.helpdesk.heard
      .map(({ event }) => event)
      .filter(ofReply(replyId))
      .map(nameOf);

  it.each(each)('%s: late, double, reordered: each is told once', async (connector, from) => {
    await setConditions(stack.description, connector, late);
    const conversation = await conversationWith(connector, from, `hello over ${connector}`);
    const replyId = `late-${connector}`;
    await replyByQueue(stack, textReply(conversation, replyId, `Hello over ${connector}`));
    const expected = eventsOfSuccess(connector);
    await stack.helpdesk.waitFor(
      (event) => ofReply(replyId)(event) && nameOf(event) === expected.at(-1),
      { seconds: 60 },
    );
    // The double of the last one comes after it.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(kindsOf(replyId)).toEqual(expected);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });

  it.for(each)('%s: nothing by itself, then by hand', async ([connector, from], { skip }) => {
    const reason = harnesses[connector].lacks.statuses;
    if (reason !== undefined) skip(reason);
    await setConditions(stack.description, connector, { statuses: 'none' });
    const conversation = await conversationWith(connector, from, `again over ${connector}`);
    const replyId = `silent-${connector}`;
    const text = `Again over ${connector}`;
    await replyByQueue(stack, textReply(conversation, replyId, text));
    await stack.helpdesk.waitFor((event) => ofReply(replyId)(event) && nameOf(event) === 'sent');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(kindsOf(replyId)).toEqual(['accepted', 'sent']);
    const [send] = await sentWith(stack.description, connector, text);
    const messageId = send?.messageId ?? '';
    await tellStatus(stack.description, connector, { messageId, status: 'delivered' });
    await stack.helpdesk.waitFor(
      (event) => ofReply(replyId)(event) && nameOf(event) === 'delivered',
    );
  });
});
