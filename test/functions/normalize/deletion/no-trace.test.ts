import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { packRaw } from '#shared/raw/item';
import {
  type DeletionHarness,
  deletionBody,
  postBody,
  type SaidPost,
  useDeletionHarness,
} from './harness.ts';

let harness: DeletionHarness;
useDeletionHarness((opened) => {
  harness = opened;
});

let posts = 0;
/** An id and a word that nothing else holds. */
function next() {
  posts += 1;
  const id = `23000000000000010${String(posts).padStart(2, '0')}`;
  return { id, word: `zq${posts}xylophonicity${posts}` };
}

/** Large enough that its raw item does not fit into the reference. */
const noise = (length: number) =>
  Array.from({ length }, (_, index) => (index * 7919).toString(36)).join(' ');

const typesOf = (events: readonly { readonly type: string }[]) =>
  events.map(({ type }) => type.replace(/^switchboard\.|\.v1$/g, ''));

async function stored(said: SaidPost) {
  await harness.receive(postBody(said));
  const events = await harness.heard();
  const conversationId = String(events[0]?.subject);
  const sequence = Number(events.at(-1)?.sequence);
  return { events, conversationId, sequence, entry: await harness.entry(conversationId, sequence) };
}

describe('the deletion of a post', () => {
  it.each(['small', 'large'])('leaves no trace of a %s one with a photo', async (size) => {
    const { id, word } = next();
    const text = `@acmecare ${word} ${size === 'large' ? noise(1200) : ''}`;
    const said = { id, text, photo: `https://pbs.twimg.com/media/${word}.jpg` };
    const { entry, conversationId, sequence } = await stored(said);
    const photo = Buffer.from(`\xff\xd8 a photo that shows ${word}`);
    await harness.storeFile(entry, conversationId, photo);
    expect((await harness.traces(word)).length).toBeGreaterThanOrEqual(3);
    await harness.heard();

    await harness.receive(deletionBody(id));
    expect(await harness.traces(word)).toEqual([]);
    expect(typesOf(await harness.heard())).toEqual(['message.deleted']);
    const { message, redaction, deletedAt } = await harness.entry(conversationId, sequence);
    expect({ redaction, isDeleted: deletedAt !== undefined }).toEqual({
      ...{ redaction: 'done', isDeleted: true },
    });
    expect(message).toMatchObject({
      ...{ content: { type: 'text', text: '' }, attachments: [{ state: 'expired' }] },
      author: { identity: { address: entry.message?.author.identity?.address } },
    });
  });

  it('takes the names from its author, and leaves them to the contact', async () => {
    const { id, word } = next();
    const { entry } = await stored({ id, text: 'hello', name: word, by: `16000000000001${posts}` });
    expect(entry.message?.author.displayName).toBe(word);
    await harness.receive(deletionBody(id, `16000000000001${posts}`));
    const where = await harness.traces(word);
    // The conversation and the contact are the customer's, not the message's.
    expect(where.filter((place) => / (ENTRY#|REFERENCE|EDIT)/.test(place))).toEqual([]);
    expect(where.some((place) => place.startsWith('CONTACT#'))).toBe(true);
    await harness.heard();
  });

  it('takes the quotations of it, in whatever conversation', async () => {
    const { id, word } = next();
    await stored({ id, text: word });
    const quoting = { id: next().id, text: 'see this', by: '1600000000000000077' };
    const { conversationId, entry } = await stored({ ...quoting, quotes: { id, text: word } });
    expect(entry.message?.quotedText).toBe(word);
    await harness.receive(deletionBody(id));
    expect(await harness.traces(word)).toEqual([]);
    const [kept] = await harness.entries(conversationId);
    expect(kept?.message?.text ?? kept?.message?.content).toMatchObject({ text: 'see this' });
    await harness.heard();
  });

  it('takes the copy that came with an answer to it, and leaves what the answer quotes', async () => {
    const [answered, quoted] = [next(), next()];
    await stored({ id: answered.id, text: answered.word });
    await stored({ id: quoted.id, text: quoted.word });
    const { entry, conversationId, sequence } = await stored({
      ...{ id: next().id, text: 'both' },
      answers: { id: answered.id, text: answered.word },
      quotes: { id: quoted.id, text: quoted.word },
    });
    expect(entry.message?.quotedText).toBe(quoted.word);
    await harness.receive(deletionBody(answered.id));
    expect(await harness.traces(answered.word)).toEqual([]);
    const kept = await harness.entry(conversationId, sequence);
    expect(kept.message?.quotedText).toBe(quoted.word);
    await harness.receive(deletionBody(quoted.id));
    expect(await harness.traces(quoted.word)).toEqual([]);
    await harness.heard();
  });

  it('that comes before the post has its text never told', async () => {
    const { id, word } = next();
    await harness.receive(deletionBody(id));
    const { events } = await stored({ id, text: word });
    expect(typesOf(events).slice(-2)).toEqual(['message.received', 'message.deleted']);
    expect(JSON.stringify(events)).not.toContain(word);
    expect(await harness.traces(word)).toEqual([]);
  });

  it('that comes before a quotation of it has the quotation never told', async () => {
    const { id, word } = next();
    await harness.receive(deletionBody(id));
    const { events } = await stored({ id: next().id, text: 'see', quotes: { id, text: word } });
    expect(JSON.stringify(events)).not.toContain(word);
    expect(await harness.traces(word)).toEqual([]);
    const later = next();
    await stored({ id: later.id, text: later.word });
    await harness.receive(deletionBody(later.id));
    await harness.heard();
    const second = { id: next().id, text: 'see', quotes: { id: later.id, text: later.word } };
    expect(JSON.stringify((await stored(second)).events)).not.toContain(later.word);
    expect(await harness.traces(later.word)).toEqual([]);
  });

  it('by another person changes nothing', async () => {
    const { id, word } = next();
    await stored({ id, text: word });
    const before = await harness.traces(word);
    await harness.receive(deletionBody(id, '1600000000000000099'));
    expect(await harness.traces(word)).toEqual(before);
    expect(await harness.heard()).toEqual([]);
  });

  it('is told once however often it comes, and the post that comes again does not restore it', async () => {
    const { id, word } = next();
    const said = { id, text: `${word} ${noise(1200)}` };
    const { conversationId, sequence } = await stored(said);
    await harness.receive(deletionBody(id));
    expect(typesOf(await harness.heard())).toEqual(['message.deleted']);
    const before = await harness.entry(conversationId, sequence);
    await harness.receive(deletionBody(id));
    await harness.receive(postBody(said));
    const later = () => new Date('2026-11-21T11:00:00.000Z');
    await harness.receive(postBody(said), { now: later });
    const [body = ''] = harness.bodiesOf(postBody(said));
    const { normalizer } = await import('#functions/normalize/normalize');
    const replayed = JSON.stringify({ ...JSON.parse(body), replay: true });
    await normalizer(harness.dependencies)(replayed);
    expect(await harness.traces(word)).toEqual([]);
    expect(await harness.heard()).toEqual([]);
    expect(await harness.entry(conversationId, sequence)).toEqual(before);
  });
});

describe('the scan that proves it', () => {
  const word = 'plantedxylophone';
  const table = () => harness.stores.table;
  const item = (attributes: object) =>
    table().client.send(
      new PutCommand({
        TableName: table().name,
        Item: { pk: 'PLANTED', sk: 'PLANTED', ...attributes },
      }),
    );
  const plantings: Record<string, () => Promise<unknown>> = {
    'in an attribute': () => item({ a: [{ b: `so ${word}` }] }),
    'in base64': () => item({ a: Buffer.from(`12${word}3`).toString('base64') }),
    'in bytes': () => item({ a: Buffer.from(word) }),
    'packed with our dictionary': () => item({ a: packRaw(JSON.stringify({ text: word })) }),
    'in an attribute’s name': () => item({ [word]: 1 }),
    'in an object, compressed': () =>
      harness.archive.client.send(
        new PutObjectCommand({
          ...{ Bucket: harness.archive.bucket, Key: 'planted', Body: gzipSync(word) },
        }),
      ),
    'in an object’s key': () =>
      harness.archive.client.send(
        new PutObjectCommand({ Bucket: harness.archive.bucket, Key: `uploads/${word}`, Body: 'x' }),
      ),
  };

  it.each(Object.keys(plantings))('finds a word %s', async (where) => {
    await item({ a: 'nothing' });
    const before = await harness.traces(word);
    await plantings[where]?.();
    const after = await harness.traces(word);
    expect(after).toHaveLength(before.length + 1);
  });
});
