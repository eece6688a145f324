import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectorId } from '#connectors/declarations';
import { harnesses } from '#test/connectors/harnesses';
import { everythingWritten, untilIdle } from '#test/support/aws/stored';
import { eventsOfSuccess, localConnectors } from '#test/support/connectors/lists';
import { replyByHttp, replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords, secretsOf } from '#test/support/stack/logs';
import { brokenPromises } from '#test/support/stack/promises';
import { sentWith, writeAs } from '#test/support/stack/providers';

type Connector = ConnectorId;
const connectors = localConnectors;

let stack: LocalStack;
const conversations = new Map<Connector, string>();

beforeAll(async () => {
  stack = await startLocalStack();
  for (const connector of connectors) {
    const text = `a question by ${connector}`;
    await writeAs(stack.description, connector, { from: harnesses[connector].customerOf(1), text });
    const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
    conversations.set(connector, event?.subject ?? '');
  }
});
afterAll(() => stack.stop());

const conversationOf = (connector: Connector) => conversations.get(connector) ?? '';
const about =
  (replyId: string) =>
  ({ data }: HeardEvent): boolean =>
    (data.replyId ?? data.message?.replyId) === replyId;
const eventsAbout = (replyId: string) =>
  stack.helpdesk.heard.map(({ event }) => event).filter(about(replyId));
const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2);

/** Everything a reply that went well leaves: one send, its events in order, numbered. */
async function expectFate(connector: Connector, replyId: string, text: string): Promise<void> {
  const expected = eventsOfSuccess(connector);
  await stack.helpdesk.waitFor(about(replyId), { count: expected.length });
  await untilIdle(stack);
  const events = eventsAbout(replyId);
  expect(events.map(kindOf)).toEqual(expected);
  expect(events.map(({ revision }) => revision)).toEqual(
    [undefined, '1', '2'].slice(0, expected.length),
  );
  expect(new Set(events.map(({ subject }) => subject))).toEqual(
    new Set([conversationOf(connector)]),
  );
  expect(events[0]?.data.message).toMatchObject({
    direction: 'outbound',
    status: 'accepted',
    text,
  });
  const sends = await sentWith(stack.description, connector, text);
  expect(sends).toHaveLength(1);
  expect(sends[0]?.to).toBe(harnesses[connector].customerOf(1));
  const named = events.at(-1)?.data.message?.providerMessageId ?? '';
  expect(named).toContain(sends[0]?.messageId);
}

describe.each(connectors)('a reply by %s', (connector) => {
  it('goes out once when it comes by the replies queue', async () => {
    const text = `Queued für ${connector} 👍`;
    await replyByQueue(stack, textReply(conversationOf(connector), `q-${connector}`, text));
    await expectFate(connector, `q-${connector}`, text);
  });

  it('goes out once when it comes by HTTP', async () => {
    const text = `Posted für ${connector} 👍`;
    const conversationId = conversationOf(connector);
    const command = textReply(conversationId, `h-${connector}`, text);
    expect(await replyByHttp(stack, conversationId, command)).toEqual({
      status: 202,
      body: { replyId: `h-${connector}`, conversationId, status: 'queued' },
    });
    await expectFate(connector, `h-${connector}`, text);
  });
});

describe('a replyId', () => {
  const first = 'Only once, please';
  const command = () => textReply(conversationOf('whatsapp'), 'same', first);

  it('that comes again with the same content changes nothing, by either way', async () => {
    await replyByQueue(stack, command());
    await expectFate('whatsapp', 'same', first);
    const before = await everythingWritten(stack);
    await replyByQueue(stack, command());
    const again = await replyByHttp(stack, conversationOf('whatsapp'), command());
    expect(again.status).toBe(202);
    await untilIdle(stack);
    await expectFate('whatsapp', 'same', first);
    expect(await everythingWritten(stack)).toEqual(before);
  });

  it('that comes twice at once goes out once', async () => {
    const twin = textReply(conversationOf('twilio'), 'twins', 'We are two');
    await Promise.all([replyByQueue(stack, twin), replyByHttp(stack, twin.conversationId, twin)]);
    await expectFate('twilio', 'twins', 'We are two');
  });

  it('that stands for other content is refused: 409 by HTTP, message.failed by the queue', async () => {
    const other = { ...command(), content: { type: 'text', text: 'Something else' } };
    const answer = await replyByHttp(stack, other.conversationId, other);
    const reasons = ['replyId same already stands for another reply'];
    expect(answer).toEqual({ status: 409, body: { error: 'reply_id_reused', reasons } });
    const failed = (event: HeardEvent) => about('same')(event) && kindOf(event) === 'failed';
    await untilIdle(stack);
    expect(eventsAbout('same').filter(failed)).toEqual([]);
    await replyByQueue(stack, other);
    await replyByQueue(stack, other);
    await stack.helpdesk.waitFor(failed);
    await untilIdle(stack);
    const refusals = eventsAbout('same').filter(failed);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({
      subject: other.conversationId,
      data: { status: 'failed', errors: [{ code: 'reply_id_reused' }] },
    });
    expect(await sentWith(stack.description, 'whatsapp', 'Something else')).toEqual([]);
  });

  it('of another caller is another reply', async () => {
    const theirs = { ...command(), caller: 'second-helpdesk' };
    await replyByQueue(stack, theirs);
    await stack.helpdesk.waitFor(about('same'), { count: 7 });
    await untilIdle(stack);
    expect(await sentWith(stack.description, 'whatsapp', first)).toHaveLength(2);
  });
});

describe('a long reply', () => {
  it('goes out in parts and is one message to the helpdesk', async () => {
    const text = 'Twelve words of which each is long enough to be read. '.repeat(60).trim();
    expect(text.length).toBeGreaterThan(3000);
    await replyByQueue(stack, textReply(conversationOf('twilio'), 'long', text));
    const delivered = (event: HeardEvent) => about('long')(event) && kindOf(event) === 'delivered';
    await stack.helpdesk.waitFor(delivered);
    await untilIdle(stack);
    expect(eventsAbout('long').map(kindOf)).toEqual(['accepted', 'sent', 'delivered']);
    const sent = await fetch(`${stack.description.providers['twilio']}/_sent`);
    const parts = ((await sent.json()) as { text: string }[]).filter(
      (each) => text.includes(each.text.trim()) && each.text.startsWith('Twelve'),
    );
    expect(parts.map((part) => part.text.trim()).join(' ')).toBe(text);
    expect(parts.length).toBeGreaterThan(1);
  });
});

describe('the normalized queue', () => {
  it('keeps every promise of the contract', () => {
    expect(stack.helpdesk.heard.length).toBeGreaterThan(30);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });

  it('does not take the echo of our own reply for a message', () => {
    const events = stack.helpdesk.heard.map(({ event }) => event);
    const received = events.filter((event) => kindOf(event) === 'received');
    expect(received.map(({ data }) => data.message?.direction)).toEqual(
      connectors.map(() => 'inbound'),
    );
  });
});

describe('the logs', () => {
  it('hold no secret, no address and nothing of what was written', () => {
    const { description } = stack;
    const words = [
      'Queued für',
      'Posted für',
      'Only once',
      ...connectors.map((each) => harnesses[each].customerOf(1)),
    ];
    expect(loggedWords(description, [...words, ...secretsOf(description)])).toEqual([]);
  });
});
