import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectorId } from '#connectors/declarations';
import { harnesses } from '#test/connectors/harnesses';
import { untilIdle } from '#test/support/aws/stored';
import { firstChannel, localConnectors } from '#test/support/connectors/lists';
import { sendMail } from '#test/support/mail/mail';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords, secretsOf } from '#test/support/stack/logs';
import { brokenPromises } from '#test/support/stack/promises';
import { writeAs } from '#test/support/stack/providers';
import { boundTwilioWebhook, post, twilioWebhook } from '#test/support/webhooks/signed-webhooks';
import { twilioText } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** A customer's message, as the outside world does it: a signed webhook, or a conversation with the mail server. */
function deliver(connector: ConnectorId, text: string): Promise<number> {
  const { calls, customerOf } = harnesses[connector];
  if (!calls) return sendMail(stack.description, { from: customerOf(1), text });
  return statusOf(calls.text(stack.description, '1', text));
}

async function statusOf(request: Parameters<typeof post>[0]): Promise<number> {
  return (await post(request)).status;
}

/** Every event about messages with this text. */
const about = (text: string) =>
  stack.helpdesk.heard.filter(({ event }) => event.data.message?.text === text);

async function heardOnce(text: string) {
  await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  await untilIdle(stack);
  const [only, ...more] = about(text);
  expect(more).toEqual([]);
  return only?.event;
}

describe('a message', () => {
  it.each(localConnectors.map((each) => [each, firstChannel(each)] as const))(
    'of %s reaches the normalized queue once, from the simulator and from a webhook of its own',
    async (connector, channel) => {
      const accepted = connector === 'email' ? 250 : 200;
      const from = harnesses[connector].customerOf(1);

      const simulated = `simulated ${connector} 👋 Grüße "\\ \u2028 <end>`;
      expect(await writeAs(stack.description, connector, { from, text: simulated })).toMatchObject({
        status: accepted,
      });
      const first = await heardOnce(simulated);
      expect(first).toMatchObject({
        type: 'switchboard.message.received.v1',
        source: `/channels/${channel}/main`,
        sequence: '1',
        data: { message: { direction: 'inbound', channel, connector, account: 'main' } },
      });

      const own = `signed by the test for ${connector}`;
      expect(await deliver(connector, own)).toBe(accepted);
      const second = await heardOnce(own);
      expect(second).toMatchObject({
        type: 'switchboard.message.received.v1',
        data: { message: { direction: 'inbound', channel } },
      });
      // Mail without In-Reply-To begins a thread of its own.
      const continues = connector !== 'email';
      expect(second?.subject === first?.subject).toBe(continues);
      expect(second?.sequence).toBe(continues ? '2' : '1');
    },
  );

  it('of Twilio arrives too where its form is bound to the URL by bodySHA256, and once with its twin', async () => {
    const text = 'from a flow of Studio';
    const form = twilioText(
      stack.description,
      harnesses.twilio.customerOf(1),
      `SM${'2b'.repeat(16)}`,
      text,
    );
    expect(await statusOf(boundTwilioWebhook(stack.description, form))).toBe(200);
    expect(await statusOf(twilioWebhook(stack.description, form))).toBe(200);
    expect(await heardOnce(text)).toMatchObject({ sequence: '3', source: '/channels/sms/main' });
  });

  it('of a new customer is announced by its conversation', () => {
    const opened = stack.helpdesk.heard.filter(({ event }) => event.type.includes('opened'));
    // Mail opened two: one for each thread.
    expect(opened).toHaveLength(localConnectors.length + 1);
    for (const { event } of opened) {
      const first = stack.helpdesk.heard.find(
        ({ event: { subject } }) => subject === event.subject,
      );
      expect(first?.event).toBe(event);
    }
  });
});

describe('the normalized queue', () => {
  it('keeps every promise of the contract', () => {
    expect(stack.helpdesk.heard.length).toBeGreaterThan(8);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });

  it('would be noticed to break one', () => {
    const [good] = stack.helpdesk.heard.filter(({ event }) => event.sequence === '1');
    if (!good) throw new Error('nothing was heard');
    const { event } = good;
    const changed = (changes: object) =>
      brokenPromises([{ ...good, event: { ...event, ...changes } }]);
    expect(brokenPromises([good])).toEqual([]);
    expect(changed({ specversion: '1.1' }).join()).toContain('no CloudEvent');
    expect(changed({ time: 'yesterday' }).join()).toContain('no CloudEvent: /time');
    expect(changed({ partition_key: 'a' }).join()).toContain('no CloudEvent');
    expect(changed({ source: '' }).join()).toContain('no CloudEvent: /source');
    expect(changed({ data: {} }).join()).toContain('against its schema');
    expect(changed({ sequence: '2' }).join()).toContain('is 2, not 1');
    expect(changed({ channel: 'rcs' }).join()).toContain('attribute channel');
    expect(changed({ id: 'other' }).join()).toContain('its deduplication id');
    expect(changed({ partitionkey: 'other' }).join()).toContain('its group');
    expect(brokenPromises([good, good]).join()).toContain('came twice');
  });
});

describe('the logs', () => {
  it('hold no secret, no address and nothing of what was written', () => {
    const { description } = stack;
    const words = [
      'simulated ',
      'signed by the test',
      ...localConnectors.map((each) => harnesses[each].customerOf(1)),
    ];
    expect(secretsOf(description).length).toBeGreaterThan(5);
    expect(loggedWords(description, [...words, ...secretsOf(description)])).toEqual([]);
    // They do say which conversation it was, so they were looked into.
    const [{ event } = { event: undefined }] = stack.helpdesk.heard;
    expect(loggedWords(description, [event?.subject ?? ''])).toHaveLength(1);
  });
});
