import { GetObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueDepths, untilIdle } from '#test/support/aws/stored';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, sentWith, writeAs } from '#test/support/stack/providers';
import { accountOf, post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';

let stack: LocalStack;
let sns: SNSClient;
beforeAll(async () => {
  stack = await startLocalStack(undefined, 'local-aws');
  const { region, credentials, endpoints } = stack.description;
  sns = new SNSClient({ region, credentials, endpoint: endpoints.sns });
});
afterAll(async () => {
  sns.destroy();
  await stack.stop();
});

const entryOf = (connector: string, lists: object) => ({
  id: '509609192225796',
  changes: [
    {
      field: 'messages',
      value: {
        messaging_product: 'whatsapp',
        metadata: {
          display_phone_number: '56227607895',
          phone_number_id: accountOf(stack.description, connector).address,
        },
        ...lists,
      },
    },
  ],
});

/** As AWS publishes it: the shape of aws-samples/sample-whatsapp-end-user-messaging-connect-chat. */
async function publish(entry: object): Promise<void> {
  const message = {
    context: {
      MetaWabaIds: [{ wabaId: '509609192225796', arn: 'arn:aws:social-messaging:x:1:waba/f' }],
      MetaPhoneNumberIds: [
        { metaPhoneNumberId: '503650672828631', arn: 'arn:aws:social-messaging:x:1:number/d' },
      ],
    },
    whatsAppWebhookEntry: JSON.stringify(entry),
    aws_account_id: '000000000000',
    message_timestamp: '2025-11-11T02:24:28.476795989Z',
  };
  const TopicArn = stack.description.topics['whatsapp-aws'] ?? '';
  await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
}

const messages = (from: string, ...given: readonly object[]) => ({
  contacts: [{ profile: { name: 'Kike' }, wa_id: from }],
  messages: given.map((each, index) => ({
    from,
    id: `wamid.${from}.${index}`,
    timestamp: '1762827867',
    ...each,
  })),
});
const received = (id: string) => (event: HeardEvent) =>
  event.type === 'switchboard.message.received.v1' && event.data.message?.providerMessageId === id;
const kindsOf = (events: readonly HeardEvent[]) => events.map(({ type }) => type.split('.').at(-2));

/** What of an event depends on the account it came through, and on the moment. */
function withoutRoute(event: HeardEvent | undefined): unknown {
  const text = JSON.stringify(event?.data.message, (key, value) =>
    ['id', 'conversationId', 'contactId', 'connector', 'receivedAt', 'raw', 'sha256'].includes(key)
      ? undefined
      : value,
  );
  const { address } = accountOf(stack.description, 'whatsapp');
  return JSON.parse(text.replaceAll('503650672828631', address));
}

describe('a message that AWS publishes', () => {
  it('becomes what the same message of Meta’s own webhook becomes', async () => {
    const more = {
      type: 'text',
      text: { body: 'BB' },
      context: { from: '56227607895', id: 'wamid.of-an-older-message' },
      referral: { source_type: 'ad', source_id: '7', headline: 'An ad' },
    };
    const lists = messages('14157470265', more);
    const body = { object: 'whatsapp_business_account', entry: [entryOf('whatsapp', lists)] };
    expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
    await publish(entryOf('whatsapp-aws', lists));
    const events = await stack.helpdesk.waitFor(received('wamid.14157470265.0'), { count: 2 });
    const connectors = events.map(({ data }) => Reflect.get(data.message ?? {}, 'connector'));
    expect(connectors.toSorted()).toEqual(['whatsapp', 'whatsapp-aws']);
    const [one, other] = events.map(withoutRoute);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ text: 'BB', referral: { sourceId: '7' } });
  });

  it('is one message, however often AWS publishes it', async () => {
    const entry = entryOf(
      'whatsapp-aws',
      messages('14157470266', { type: 'text', text: { body: 'once' } }),
    );
    await publish(entry);
    await publish(entry);
    await stack.helpdesk.waitFor(received('wamid.14157470266.0'));
    await untilIdle(stack);
    const heard = stack.helpdesk.heard.filter(({ event }) =>
      received('wamid.14157470266.0')(event),
    );
    expect(heard).toHaveLength(1);
  });
});

describe('a file through AWS', () => {
  const told = (state: string) => (event: HeardEvent) =>
    (Reflect.get(event.data, 'attachment') as { state?: string } | undefined)?.state === state;
  const sendFile = async (from: string, text: string, bytes: Buffer) => {
    const media = {
      ...{ kind: 'document', contentType: 'application/pdf', fileName: 'bill.pdf' },
      base64: bytes.toString('base64'),
    };
    const response = await fetch(`${stack.description.providers['whatsapp-aws']}/_inbound`, {
      method: 'POST',
      body: JSON.stringify({ from, text, media }),
    });
    expect(response.status).toBe(200);
  };

  it('arrives in our bucket after its message, byte for byte', async () => {
    const bytes = Buffer.from(`%PDF-1.7 ${'a bill '.repeat(40_000)}`);
    await sendFile('14157470267', 'the bill', bytes);
    const [event] = await stack.helpdesk.waitFor(told('stored'));
    const { uri, sizeBytes } = Reflect.get(event?.data ?? {}, 'attachment') as {
      readonly uri: string;
      readonly sizeBytes: number;
    };
    expect(sizeBytes).toBe(bytes.length);
    const { hostname: Bucket, pathname } = new URL(uri);
    expect(pathname).toMatch(/^\/media\//);
    const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket, Key: pathname.slice(1) }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it('that AWS refuses has failed, and is told', async () => {
    await makeFault(stack.description, 'whatsapp-aws', 'ValidationException');
    await sendFile('14157470268', 'another bill', Buffer.from('%PDF-1.7 another'));
    const [event] = await stack.helpdesk.waitFor(told('failed'));
    expect(Reflect.get(event?.data ?? {}, 'attachment')).toMatchObject({
      error: 'AWS answered ValidationException for the media id',
    });
  });
});

describe('a reply through AWS', () => {
  const ofReply = (replyId: string) => (event: HeardEvent) =>
    (event.data.message?.replyId ?? event.data.replyId) === replyId;

  async function conversationWith(from: string): Promise<string> {
    const text = `hello by ${from}`;
    await writeAs(stack.description, 'whatsapp-aws', { from, text });
    const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
    return event?.subject ?? '';
  }

  it('is sent once; its statuses come by the topic and teach us what Meta calls it', async () => {
    const from = '16505551235';
    const conversationId = await conversationWith(from);
    await replyByQueue(stack, textReply(conversationId, 'by-aws', 'Hello from AWS'));
    const events = await stack.helpdesk.waitFor(ofReply('by-aws'), { count: 3 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered']);
    const [send, ...others] = await sentWith(stack.description, 'whatsapp-aws', 'Hello from AWS');
    expect(others).toEqual([]);
    expect(send?.request).toMatchObject({ to: `+${from}` });
    expect(events[2]?.data.message?.providerMessageId).toBe(send?.messageId);

    // The customer reacts to it, and quotes it: both name Meta's id and nothing of ours.
    const wamid = send?.messageId;
    const reaction = { type: 'reaction', reaction: { message_id: wamid, emoji: '👍' } };
    const answer = { type: 'text', text: { body: 'that one' }, context: { id: wamid } };
    await publish(entryOf('whatsapp-aws', messages(from, reaction, answer)));
    const [added] = await stack.helpdesk.waitFor(
      ({ type, subject }) => type === 'switchboard.reaction.added.v1' && subject === conversationId,
    );
    expect(added?.sequence).toBe(events[0]?.sequence);
    const [quoting] = await stack.helpdesk.waitFor(received(`wamid.${from}.1`));
    expect(quoting?.subject).toBe(conversationId);
    expect(quoting?.data.message).toMatchObject({ inReplyTo: { providerMessageId: wamid } });

    // And an agent quotes it: nothing can be quoted that nobody has taught us the id of.
    const quoted = { inReplyToMessageId: events[0]?.data.message?.id };
    await replyByQueue(stack, { ...textReply(conversationId, 'quotes', 'As I said'), ...quoted });
    await stack.helpdesk.waitFor(ofReply('quotes'), { count: 3 });
    const [again] = await sentWith(stack.description, 'whatsapp-aws', 'As I said');
    expect(again?.request).toMatchObject({ context: { message_id: wamid } });
  });

  it('is proved by its status when the answer is lost, and is not sent again', async () => {
    const conversationId = await conversationWith('16505551236');
    await makeFault(stack.description, 'whatsapp-aws', 'reset-after-accept');
    await replyByQueue(stack, textReply(conversationId, 'lost-answer', 'Did you get it?'));
    const events = await stack.helpdesk.waitFor(ofReply('lost-answer'), { count: 3 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered']);
    expect(await sentWith(stack.description, 'whatsapp-aws', 'Did you get it?')).toHaveLength(1);
  });

  it('a day later fails as one by Meta does: the window is closed', async () => {
    const conversationId = await conversationWith('16505551237');
    const clock = (offsetSeconds: number) =>
      fetch(`${stack.description.providers['whatsapp-aws']}/_clock`, {
        ...{ method: 'POST', body: JSON.stringify({ offsetSeconds }) },
      });
    expect((await clock(25 * 3600)).status).toBe(200);
    await replyByQueue(stack, textReply(conversationId, 'too-late', 'Too late?'));
    const events = await stack.helpdesk.waitFor(ofReply('too-late'), { count: 2 });
    expect(kindsOf(events)).toEqual(['accepted', 'failed']);
    expect(events[1]?.data.errors).toMatchObject([
      { code: 'reply_window_closed', providerCode: '131047' },
    ]);
    expect((await clock(0)).status).toBe(200);
  });
});

describe('in the end', () => {
  it('the normalized queue has kept every promise, and no letter is dead', async () => {
    await untilIdle(stack);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
    const dead = Object.entries(await queueDepths(stack)).filter(([name]) => /dead/.test(name));
    expect(dead.filter(([, depth]) => depth > 0)).toEqual([]);
  });
});
