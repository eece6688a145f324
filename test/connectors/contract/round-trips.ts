import { expect } from 'vitest';
import { mediaSources } from '#connectors/media-sources';
import { senders } from '#connectors/senders';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { openPlace } from '#test/support/connectors/place';
import { isInbound } from '#test/support/connectors/rules';
import {
  type ContractTest,
  type Exemption,
  either,
  lacking,
  type Subject,
} from './contract-test.ts';
import type { Play } from './play.ts';

type Status = Extract<ChannelEvent, { kind: 'status' }>;

const test = (
  name: string,
  run: (play: Play, subject: Subject) => Promise<void>,
  unless?: Exemption,
): ContractTest => ({
  name: `with its provider's simulator, ${name}`,
  ...(unless ? { unless } : {}),
  run: async (subject) => {
    const play = await subject.play();
    await play.reset();
    await run(play, subject);
  },
});

/** Sends a text to the customer; resolves with the provider's id of it. */
async function sent(play: Play, text: string): Promise<string> {
  const to = await play.write(`before ${text}`);
  const [request] = play.render({ type: 'text', text }, to);
  expect(await play.send(request)).toMatchObject({ kind: 'sent' });
  const { body } = await play.ask('GET', '/_sent');
  const last = body.at(-1);
  expect(last.text).toContain(text);
  return last.messageId;
}

const told = (play: Play, id: string, status: string, code?: unknown) =>
  play.ask('POST', '/_status', { messageId: id, status, ...(code === undefined ? {} : { code }) });

async function statuses(play: Play): Promise<readonly Status[]> {
  return (await play.events()).filter((event) => event.kind === 'status');
}

const named = (all: readonly Status[]) => all.map(({ status }) => status);

const incoming: readonly ContractTest[] = [
  test("reads a customer's message with its words", async (play, { harness }) => {
    const message = await play.write('Grüße 👋 and "quotes"');
    expect(message.visibility).toBe('private');
    expect(message.business.address).toBe(harness.provider.address);
    expect(message.attachments).toEqual([]);
  }),
  test('reads each message under an id of its own', async (play) => {
    const ids = new Set<string>();
    for (const text of ['one', 'two', 'three']) ids.add((await play.write(text)).providerMessageId);
    expect(ids.size).toBe(3);
  }),
  test('keeps the messages of one customer in one group of the queue', async (play) => {
    await play.write('first');
    await play.write('second');
    const groups = play.items().map(({ groupKey }) => JSON.stringify(groupKey));
    expect(groups.length).toBeGreaterThan(1);
    expect(new Set(groups).size).toBe(1);
  }),
];

const outgoing: readonly ContractTest[] = [
  test('sends a reply, and learns the id of what was sent', async (play) => {
    const to = await play.write('a question');
    const [request] = play.render({ type: 'text', text: 'an answer' }, to);
    const outcome = await play.send(request);
    expect(outcome).toMatchObject({ kind: 'sent' });
    const { body } = await play.ask('GET', '/_sent');
    expect(body).toHaveLength(1);
    expect(body[0].text).toContain('an answer');
  }),
  test('sends odd words as they are', async (play) => {
    await sent(play, 'Grüße 👋 "quoted" <b> & 100 %');
  }),
  test('sends the parts of a long text whole and in order', async (play, { channels }) => {
    const to = await play.write('tell me everything');
    const found = channels.find(([channel]) => channel === to.channel)?.[1];
    const { maxTextLength = 1, maxTextParts = 1 } = found ?? {};
    const words = Array.from({ length: 2000 }, (_, index) => `w${index}`).join(' ');
    const text = words.slice(0, Math.min(maxTextLength * Math.min(maxTextParts, 2) - 50, 9000));
    const requests = play.render({ type: 'text', text }, to);
    for (const [part, request] of requests.entries()) {
      expect(await play.send(request, { part })).toMatchObject({ kind: 'sent' });
    }
    const { body } = await play.ask('GET', '/_sent');
    expect(body).toHaveLength(requests.length);
    const all = body.map((each: { text: string }) => each.text).join(' ');
    expect(all.match(/w\d+/g)).toEqual(text.match(/w\d+/g));
  }),
  test(
    'finds an attempt whose answer was lost',
    async (play, { connector }) => {
      const to = await play.write('is anybody there');
      const [request] = play.render({ type: 'text', text: 'sent, and never confirmed' }, to);
      await play.ask('POST', '/_fault', { kind: 'reset-after-accept' });
      const attemptedAt = new Date().toISOString();
      expect(await play.send(request)).toMatchObject({ kind: 'uncertain' });
      const found = await senders[connector].reconcile?.(request, { ...play.context, attemptedAt });
      expect(found?.kind).toBe('sent');
    },
    ({ declaration }) =>
      declaration.looksUpAttempts ? undefined : 'its provider cannot be asked what it has sent',
  ),
];

const tellsStatuses = lacking('statuses');

const statusTests: readonly ContractTest[] = [
  test(
    'reads what becomes of a message, in order',
    async (play, { harness }) => {
      const id = await sent(play, 'to be told of');
      for (const status of harness.provider.usual) await told(play, id, status);
      const all = await statuses(play);
      expect(named(all)).toEqual(harness.provider.usual);
      for (const { target } of all) expect(Object.values(target).some(Boolean)).toBe(true);
    },
    tellsStatuses,
  ),
  test(
    'reads a status told twice as the same item and the same change',
    async (play, { harness }) => {
      const id = await sent(play, 'told twice');
      const [status = ''] = harness.provider.usual;
      await play.ask('POST', '/_conditions', { repeat: true });
      await told(play, id, status);
      const [first, second, ...more] = play.items().filter(({ isStatus }) => isStatus);
      expect(more).toEqual([]);
      expect(second?.deduplicationId).toBe(first?.deduplicationId);
      const [one, other] = await statuses(play);
      expect(other).toEqual(one);
    },
    tellsStatuses,
  ),
  test(
    'reads statuses in the opposite order to the same changes',
    async (play, { harness }) => {
      const id = await sent(play, 'told backwards');
      for (const status of harness.provider.usual.toReversed()) await told(play, id, status);
      expect(named(await statuses(play))).toEqual(harness.provider.usual.toReversed());
    },
    tellsStatuses,
  ),
  test(
    'reads a status that comes after later messages',
    async (play, { harness }) => {
      const id = await sent(play, 'told late');
      await play.write('something later');
      await told(play, id, harness.provider.usual.at(-1) ?? '');
      expect(named(await statuses(play))).toEqual(harness.provider.usual.slice(-1));
    },
    tellsStatuses,
  ),
  test(
    'names in each status the message that it is about',
    async (play, { harness }) => {
      const ids = [await sent(play, 'the first'), await sent(play, 'the second')];
      for (const id of ids) await told(play, id, harness.provider.usual.at(-1) ?? '');
      const targets = (await statuses(play)).map(({ target }) => target.providerMessageId);
      expect(targets).toEqual(ids);
    },
    tellsStatuses,
  ),
  test(
    'reads a failure with its code, and a status of its own',
    async (play, { harness }) => {
      const id = await sent(play, 'to fail');
      const { failure } = harness.provider;
      await told(play, id, failure?.status ?? '', failure?.code);
      const [status] = await statuses(play);
      expect(status?.status).toBe('failed');
      expect(status?.errors?.length).toBeGreaterThan(0);
    },
    either(tellsStatuses, lacking('delivery failures')),
  ),
];

const bytes = Buffer.from('%PDF-1.7 a file of the tests');

const fileTests: readonly ContractTest[] = [
  test(
    "reads a customer's file, and finds it at the provider",
    async (play, { connector, harness }) => {
      const source = mediaSources[connector];
      await play.ask('POST', '/_inbound', {
        ...{ from: harness.provider.customer, text: '' },
        ...harness.provider.fileFields?.(bytes),
      });
      const [message] = (await play.events()).filter(isInbound);
      const reference = message?.attachments[0]?.providerReference ?? '';
      const place = await openPlace();
      const location = await source?.locate({ reference }, play.context, place.open);
      place.close();
      if (location?.kind === 'delivered') return expect(place.written()).toEqual(bytes);
      if (location?.kind !== 'found') throw new Error(JSON.stringify(location));
      const response = await fetch(location.url, { headers: location.headers });
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    },
    ({ declaration }) =>
      declaration.fetchesMedia ? undefined : 'its files are not fetched after the message',
  ),
  test(
    'sends a file, handed over or given an address first where the provider wants that',
    async (play, { connector, harness }) => {
      const { filesOf, upload, showAt } = senders[connector];
      const to = await play.write('the bill, please');
      const content = {
        type: 'media',
        contentType: harness.fileType ?? 'application/pdf',
        fileName: 'bill.pdf',
      } as const;
      const [request] = play.render({ ...content, url: 's3://archive/uploads/7' }, to);
      expect(filesOf(request).map(({ uri }) => uri)).toEqual(['s3://archive/uploads/7']);
      const file = Buffer.concat([harness.fileHead ?? Buffer.alloc(0), bytes]);
      const handed = await upload?.(request, [file], play.context);
      const shown = showAt?.(request, ['https://archive.example/7']);
      const ready = handed?.kind === 'uploaded' ? handed.request : shown;
      if (ready === undefined) throw new Error(JSON.stringify(handed));
      expect(await play.send(ready)).toMatchObject({ kind: 'sent' });
      expect((await play.ask('GET', '/_sent')).body).toHaveLength(1);
    },
    ({ declaration }) =>
      Object.values(declaration.channels).some(({ replyContent }) => replyContent.includes('media'))
        ? undefined
        : 'its replies carry no files',
  ),
  test(
    'shows each sign that it declares',
    async (play, { connector, channels }) => {
      const { providerMessageId, business, channel } = await play.write('are you there');
      const declared = channels.find(([each]) => each === channel)?.[1].signals ?? [];
      for (const signal of declared) {
        const sign = { signal, providerMessageId, businessIdentity: business };
        expect(await senders[connector].signal?.(sign, play.context), signal).toBe(true);
      }
    },
    ({ declaration }) =>
      Object.values(declaration.channels).some(({ signals }) => signals)
        ? undefined
        : 'it declares neither typing nor read marks',
  ),
];

export const roundTrips: readonly ContractTest[] = [
  ...incoming,
  ...outgoing,
  ...statusTests,
  ...fileTests,
];
