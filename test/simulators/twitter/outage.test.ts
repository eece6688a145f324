import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, ownUserId, twitterHarness } from './harness.ts';

const { call, callWith, form, write, ask, told, mode, hookUrl } = twitterHarness();

let bearer: string;
let webhookId: string;
const app = (method: string, path: string, body?: unknown) => callWith(bearer, method, path, body);
const messageOf = ({ body }: Answer) => body.errors?.[0]?.message ?? JSON.stringify(body);

const register = async () => {
  const grant = { grant_type: 'client_credentials' };
  bearer = `Bearer ${(await form('/oauth2/token', grant, 'ck:cs')).body.access_token}`;
  for (const { id } of (await app('GET', '/2/webhooks')).body.data ?? []) {
    await app('DELETE', `/2/webhooks/${id}`);
  }
  webhookId = (await app('POST', '/2/webhooks', { url: hookUrl() })).body.data.id;
  for (const event_type of ['dm.received', 'post.mention.create', 'post.delete', 'oauth.revoke']) {
    const filter = event_type === 'oauth.revoke' ? {} : { user_id: ownUserId };
    const body = { event_type, webhook_id: webhookId, filter };
    expect((await call('POST', '/2/activity/subscriptions', body)).status).toBe(200);
  }
};

/** A time as a replay wants it. */
const minute = (minutesFromNow: number) =>
  new Date(Date.now() + minutesFromNow * 60_000).toISOString().replace(/\D/g, '').slice(0, 12);

const replay = (from: string, to: string, id = webhookId) =>
  app('POST', '/2/webhooks/replay', { webhook_id: id, from_date: from, to_date: to });

describe('an outage of the simulated X', () => {
  beforeEach(register);

  it('keeps events from us, and in the lists; nothing is repeated by itself', async () => {
    await ask('/_conditions', { webhook: 'outage' });
    const lost = await write({ from: '1600', text: 'lost' });
    await ask('/_conditions', {});
    mode.status = 503;
    await write({ from: '1600', text: 'refused by us' });
    mode.status = 200;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(told).toHaveLength(1);
    const listed = await call('GET', '/2/dm_conversations/with/1600/dm_events');
    expect(listed.body.data.map(({ id }: { id: string }) => id)).toContain(lost);
  });

  it('gives webhooks up until they are validated', async () => {
    await ask('/_conditions', { webhook: 'invalid' });
    await write({ text: 'lost' });
    expect((await app('GET', '/2/webhooks')).body.data[0].valid).toBe(false);
    expect((await app('PUT', `/2/webhooks/${webhookId}`)).body.data.valid).toBe(true);
    expect((await app('GET', '/2/webhooks')).body.data[0].valid).toBe(true);
    await write({ text: 'told' });
    expect(told).toHaveLength(1);
  });

  it('is made good by a replay, in order, which tells its end', async () => {
    await ask('/_conditions', { webhook: 'outage' });
    for (const text of ['first', 'second', '@acmecare third']) await write({ text });
    await ask('/_conditions', {});
    await ask('/_clock', { offsetSeconds: 2700 });
    const { status, body } = await replay(minute(-3), minute(2));
    expect({ status, message: messageOf({ body } as Answer) }).toMatchObject({ status: 200 });
    expect(messageOf(await replay(minute(-3), minute(2)))).toContain('ReplayConflictError');
    await vi.waitFor(() => expect(told.at(-1)).toHaveProperty('replay_job_status'), {
      timeout: 10_000,
    });
    const texts = told.slice(0, -1).map(({ data }) => {
      const [message] = data.payload.direct_message_events ?? [];
      return message?.message_create.message_data.text ?? data.payload.text;
    });
    expect(texts.slice(-3)).toEqual(['first', 'second', '@acmecare third']);
    expect(told.at(-1).replay_job_status).toEqual({
      ...{ webhook_id: webhookId, job_id: body.data.job_id, job_state: 'Complete' },
      job_state_description: 'Job completed successfully',
    });
  });

  it('is not made good by a replay that fails', async () => {
    await write({ text: 'once' });
    await ask('/_clock', { offsetSeconds: 2700 });
    mode.status = 503;
    await replay(minute(-3), minute(2));
    await vi.waitFor(() => expect(told.at(-1).replay_job_status?.job_state).toBe('Incomplete'), {
      timeout: 10_000,
    });
  });

  it.each([
    [-25 * 60, -1, 'older than 24 hours'],
    [-1, -2, 'more recent than to_date'],
    [-40, -5, 'to_date must be no more recent than 10 minutes before now'],
    [-40, 5, 'to_date must be no more recent than 10 minutes before now'],
    [-29, -15, 'from_date must be no more recent than 31 minutes before now'],
  ])('has no replay from %d to %d minutes', async (from, to, reason) => {
    expect(messageOf(await replay(minute(from), minute(to)))).toContain(reason);
  });

  it('has no replay of another webhook, or when ours does not answer', async () => {
    expect(messageOf(await replay(minute(-60), minute(-50), '77'))).toContain('WebhookIdInvalid');
    mode.challenge = 'wrong';
    expect(messageOf(await replay(minute(-60), minute(-50)))).toContain('CrcValidationFailed');
  });
});

describe('the simulated X tells', () => {
  beforeEach(register);

  it('of a post of ours that is deleted, and answers to it have no post', async () => {
    const root = await write({ text: '@acmecare hello' });
    const reply = { text: 'good day', reply: { in_reply_to_tweet_id: root } };
    const { body } = await call('POST', '/2/tweets', reply);
    await ask('/_delete', { post: body.data.id });
    expect(told.at(-1).data).toMatchObject({
      ...{ event_type: 'post.delete', payload: { id: body.data.id, author_id: ownUserId } },
    });
    const before = told.length;
    await ask('/_delete', { post: root });
    expect(told).toHaveLength(before);
    const again = await call('POST', '/2/tweets', { ...reply, text: 'still there?' });
    expect(again).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('deleted') },
    });
    const found = await call('GET', `/2/tweets?ids=${root}`);
    expect(found.body.errors[0]).toMatchObject({ resource_id: root });
  });

  it('nothing of a user who goes, with all posts', async () => {
    const post = await write({ from: '1601', text: '@acmecare hello' });
    const before = told.length;
    await ask('/_delete', { user: '1601' });
    expect(told).toHaveLength(before);
    const mentions = await call('GET', `/2/users/${ownUserId}/mentions?max_results=100`);
    expect(JSON.stringify(mentions.body)).not.toContain(post);
    const refused = await call('POST', '/2/dm_conversations/with/1601/messages', { text: 'x' });
    expect(refused.body.errors[0].code).toBe(349);
    expect((await call('GET', '/2/users/1601')).body.errors[0].title).toBe('Not Found Error');
  });

  it('of access that is withdrawn, and refuses our calls until it is given back', async () => {
    await ask('/_revoke', { account: 'main' });
    expect(told.at(-1).data).toMatchObject({
      ...{ event_type: 'oauth.revoke', filter: {}, payload: { user_id: ownUserId } },
    });
    expect((await call('GET', '/2/dm_events')).status).toBe(401);
    await ask('/_revoke', { account: 'main', restore: true });
    expect((await call('GET', '/2/dm_events')).status).toBe(200);
  });

  it('any other event it is given, and each in the older form where it is asked to', async () => {
    const payload = { id: '1', sender_id: '1600', encoded_event: 'x' };
    await app('DELETE', `/2/webhooks/${webhookId}`);
    await ask('/_event', { type: 'chat.received', payload });
    expect(told.at(-1).data).toMatchObject({ event_type: 'chat.received', payload });
    await ask('/_conditions', { activityApi: 'account_activity' });
    await write({ from: '@ben', text: 'hello', media: [{ kind: 'image' }] });
    const { for_user_id, direct_message_events, users } = told.at(-1);
    const [message] = direct_message_events;
    expect(for_user_id).toBe(ownUserId);
    expect(users[message.message_create.sender_id].screen_name).toBe('ben');
    await write({ from: '@ben', text: '@acmecare hello', media: [{ kind: 'image' }] });
    const [post] = told.at(-1).tweet_create_events;
    expect(post).toMatchObject({
      user: { screen_name: 'ben' },
      extended_entities: { media: [{}] },
    });
    expect(Date.parse(post.created_at)).toBeGreaterThan(Date.now() - 60_000);
    await ask('/_delete', { post: post.id_str });
    expect(told.at(-1).tweet_delete_events[0].status.id).toBe(post.id_str);
  });
});
