import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryState, untilIdle } from '#test/support/aws/stored';
import { localConnectors } from '#test/support/connectors/lists';
import { type Connector, openTalk } from '#test/support/replies/order';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, sentWith } from '#test/support/stack/providers';

/**
 * Long enough to see that nothing waits for it. Twilio calls nothing absent before a minute: an earlier look-up would find
 * nothing out, and where the machine is slow the next one would come after the deadline.
 */
const reconcileAfterSeconds = 61;
const uncertainAfterSeconds = 75;
const timerSeconds = 5;

let stack: LocalStack;
beforeAll(async () => {
  const variables = {
    RECONCILE_AFTER_SECONDS: String(reconcileAfterSeconds),
    UNCERTAIN_AFTER_SECONDS: String(uncertainAfterSeconds),
  };
  stack = await startLocalStack(
    undefined,
    'local',
    (fn) =>
      ['send', 'sweep'].includes(fn.label)
        ? { ...fn, environment: { ...fn.environment, ...variables } }
        : fn,
    timerSeconds,
  );
}, 120_000);
afterAll(() => stack.stop());

const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2) ?? '';
const waitFor = (replyId: string, kind: string, seconds: number) =>
  stack.helpdesk.waitFor((event) => event.data.replyId === replyId && kindOf(event) === kind, {
    seconds,
  });
const kindsOf = (replyId: string) =>
  stack.helpdesk.heard
    .map(({ event }) => event)
    .filter(({ data }) => (data.replyId ?? data.message?.replyId) === replyId)
    .map(kindOf);

/** Two replies of one conversation, written one after the other; the provider says 500 to the first. */
async function twoReplies(connector: Connector): Promise<{ conversationId: string }> {
  const { conversationId } = await openTalk(stack, connector);
  await makeFault(stack.description, connector, '500');
  await replyByQueue(stack, textReply(conversationId, `${connector}-1`, `${connector} one`));
  await replyByQueue(stack, textReply(conversationId, `${connector}-2`, `${connector} two`));
  return { conversationId };
}

describe('an uncertain reply', () => {
  it.each(localConnectors)(
    'of %s holds the next one of its conversation back for no look-up',
    async (connector) => {
      const { conversationId } = await twoReplies(connector);
      await waitFor(`${connector}-2`, 'sent', reconcileAfterSeconds / 2);
      expect(await deliveryState(stack, conversationId, 2)).toBe('uncertain');
    },
  );

  it('is looked up by the sweep, and failed where it was proved unsent too late', async () => {
    const [event] = await waitFor('twilio-1', 'failed', 2 * reconcileAfterSeconds);
    expect(event).toMatchObject({
      data: { errors: [{ code: 'not_sent_in_time', retryable: true }] },
    });
    expect(kindsOf('twilio-1')).toEqual(['accepted', 'failed']);
    expect(await sentWith(stack.description, 'twilio', 'twilio one')).toEqual([]);
  }, 150_000);

  it('is told after the deadline where nobody can look it up', async () => {
    await waitFor('whatsapp-1', 'uncertain', uncertainAfterSeconds + 30);
    expect(kindsOf('whatsapp-1')).toEqual(['accepted', 'uncertain']);
    expect(kindsOf('whatsapp-2').slice(0, 2)).toEqual(['accepted', 'sent']);
  }, 170_000);

  it('leaves nothing behind', async () => {
    await untilIdle(stack, 30);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
