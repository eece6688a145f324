import { describe, expect, it } from 'vitest';
import { ownUserId, twitterHarness } from './harness.ts';

const { call, write, ask, told } = twitterHarness();

interface Listed {
  readonly id: string;
  readonly text: string;
  readonly sender_id?: string;
}

const mentionsPath = (query: string) => `/2/users/${ownUserId}/mentions?${query}`;
const idsOf = (data: readonly Listed[] = []) => data.map(({ id }) => id);

/** Reads a list to its end. */
async function pages(path: string): Promise<readonly Listed[][]> {
  const found: Listed[][] = [];
  for (let token = ''; ; ) {
    const { body, status } = await call('GET', token ? `${path}&pagination_token=${token}` : path);
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(body.data ?? []);
    expect(body.meta.result_count).toBe(found.at(-1)?.length);
    if (body.meta.next_token === undefined) return found;
    token = body.meta.next_token;
  }
}

describe('the mentions that the simulated X lists', () => {
  it('are newest first, in pages, and end at an id or a time', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 12; at += 1) ids.push(await write({ text: `@acmecare number ${at}` }));
    const newestFirst = ids.toReversed();
    const found = await pages(mentionsPath('max_results=5'));
    expect(found.flatMap(idsOf).slice(0, 12)).toEqual(newestFirst);
    const since = await call('GET', mentionsPath(`since_id=${ids[8]}`));
    expect(idsOf(since.body.data)).toEqual(newestFirst.slice(0, 3));
    expect(since.body.meta).toEqual({ newest_id: ids[11], oldest_id: ids[9], result_count: 3 });
    const none = await call('GET', mentionsPath(`since_id=${ids[11]}`));
    expect(none.body).toEqual({ meta: { result_count: 0 } });
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await call('GET', mentionsPath(`start_time=${later}`))).body.data).toBeUndefined();
  });

  it('hold the fields and inclusions that were asked for, under either set of names', async () => {
    const id = await write({ text: '@acmecare a < b', media: [{ kind: 'image' }] });
    const plain = (await call('GET', mentionsPath('max_results=5'))).body;
    expect(Object.keys(plain.data[0])).toEqual(['id', 'text', 'edit_history_tweet_ids']);
    expect(plain.data[0].text).toContain('@acmecare a &lt; b https://t.co/');
    const query =
      'tweet.fields=created_at,conversation_id,entities&expansions=author_id,attachments.media_keys';
    const { data, includes } = (await call('GET', mentionsPath(query))).body;
    expect(data[0]).toMatchObject({ id, conversation_id: id, author_id: includes.users[0].id });
    expect(data[0].entities.mentions[0]).toMatchObject({ start: 0, end: 9, id: ownUserId });
    expect(includes.media[0]).toMatchObject({ type: 'photo', url: expect.any(String) });
    const renamed = (await call('GET', mentionsPath('post.fields=created_at'))).body;
    expect(renamed.data[0]).toHaveProperty('edit_history_post_ids');
  });

  it('hold an answer deep in a thread, of which no event tells', async () => {
    const root = await write({ text: '@acmecare where is it?' });
    told.length = 0;
    const deep = await write({ from: '@ben', text: 'same here', inReplyTo: root });
    expect(told).toEqual([]);
    expect(idsOf((await call('GET', mentionsPath('max_results=5'))).body.data)).toContain(deep);
    const reply = { text: 'on its way', reply: { in_reply_to_tweet_id: root } };
    const { body } = await call('POST', '/2/tweets', reply);
    await write({ text: 'thanks @acmecare', inReplyTo: body.data.id });
    expect(told.map(({ data }) => data.event_type)).toEqual(
      expect.arrayContaining(['post.mention.create', 'post.reply.create']),
    );
  });

  it('hold an edited post under its new id, with the ids it had', async () => {
    const first = await write({ text: '@acmecare helo' });
    const second = await write({ text: '@acmecare hello', edits: first });
    expect(told[1].data.payload.edit_history_tweet_ids).toEqual([first, second]);
    expect(await write({ from: '@ben', text: 'mine', edits: first })).toContain(
      'has written no post',
    );
  });

  it.each([
    'max_results=4',
    'max_results=101',
    'colour=red',
    'tweet.fields=colour',
    'since_id=a',
    'pagination_token=abc',
  ])('are refused for %s', async (query) => {
    const { status, body } = await call('GET', mentionsPath(query));
    expect({ status, title: body.title }).toEqual({ status: 400, title: 'Invalid Request' });
  });
});

describe('the direct messages that the simulated X lists', () => {
  it('are both sides of a conversation, newest first, in pages', async () => {
    const question = await write({ from: '1600', text: 'where is it?' });
    const answer = await call('POST', '/2/dm_conversations/with/1600/messages', { text: 'there' });
    const photo = await write({ from: '1600', text: '', media: [{ kind: 'image' }] });
    const elsewhere = await write({ from: '1700', text: 'hello' });
    const ours = answer.body.data.dm_event_id;
    const query = 'max_results=2&expansions=sender_id,attachments.media_keys';
    const fields = 'dm_event.fields=id,text,created_at,dm_conversation_id,attachments,entities';
    const path = `/2/dm_conversations/with/1600/dm_events?${query}&${fields}`;
    const found = await pages(path);
    expect(found.map(idsOf)).toEqual([[photo, ours], [question]]);
    const { data, includes } = (await call('GET', path)).body;
    expect(data[0]).toMatchObject({ sender_id: '1600', event_type: 'MessageCreate' });
    expect(data[0].attachments.media_keys).toEqual([includes.media[0].media_key]);
    expect(data[1]).toMatchObject({
      sender_id: ownUserId,
      dm_conversation_id: `1600-${ownUserId}`,
    });
    expect(idsOf((await call('GET', '/2/dm_events?max_results=1')).body.data)).toEqual([elsewhere]);
    const byId = await call('GET', `/2/dm_conversations/1600-${ownUserId}/dm_events`);
    expect(byId.body.meta.result_count).toBe(3);
    expect(await call('GET', '/2/dm_events', undefined, 'other')).toMatchObject({
      body: { meta: { result_count: 0 } },
    });
  });

  it('go back for thirty days', async () => {
    await write({ from: '1800', text: 'long ago' });
    const path = '/2/dm_conversations/with/1800/dm_events';
    expect((await call('GET', path)).body.meta.result_count).toBe(1);
    await ask('/_clock', { offsetSeconds: -31 * 24 * 3600 });
    await write({ from: '1800', text: 'longer ago' });
    await ask('/_clock', { offsetSeconds: 0 });
    expect((await call('GET', path)).body.meta.result_count).toBe(1);
  });

  it.each(['max_results=0', 'since_id=1', 'dm_event.fields=colour', 'event_types=Message'])(
    'are refused for %s',
    async (query) => {
      expect((await call('GET', `/2/dm_events?${query}`)).status).toBe(400);
    },
  );
});
