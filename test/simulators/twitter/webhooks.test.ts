import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, ownUserId, twitterHarness } from './harness.ts';

const { call, callWith, form, write, ask, told, mode, challenges, hookUrl } = twitterHarness();

let bearer: string;
const app = (method: string, path: string, body?: unknown) => callWith(bearer, method, path, body);
const register = (url = hookUrl()) => app('POST', '/2/webhooks', { url });
const registered = async (): Promise<string> => (await register()).body.data.id;
const subscribe = (event_type: string, webhook_id: string, more: object = {}) =>
  call('POST', '/2/activity/subscriptions', {
    ...{ event_type, webhook_id, filter: { user_id: ownUserId }, ...more },
  });
const isValid = async () => (await app('GET', '/2/webhooks')).body.data?.[0]?.valid;
const messageOf = ({ body }: Answer) => body.errors?.[0]?.message ?? JSON.stringify(body);

beforeEach(async () => {
  const grant = { grant_type: 'client_credentials' };
  bearer = `Bearer ${(await form('/oauth2/token', grant, 'ck:cs')).body.access_token}`;
  for (const { id } of (await app('GET', '/2/webhooks')).body.data ?? []) {
    await app('DELETE', `/2/webhooks/${id}`);
  }
  challenges.length = 0;
});

describe('the simulated X gives an app its token', () => {
  it('for its key and secret, and takes it where apps may call', async () => {
    const wrong = await form('/oauth2/token', { grant_type: 'client_credentials' }, 'ck:no');
    expect(wrong).toMatchObject({ status: 403, body: { errors: [{ code: 99 }] } });
    expect((await form('/oauth2/token', {}, 'ck:cs')).body.errors[0].code).toBe(170);
    expect((await app('GET', '/2/webhooks')).status).toBe(200);
    expect((await callWith('Bearer another', 'GET', '/2/webhooks')).status).toBe(401);
    const refused = await app('POST', '/2/tweets', {});
    expect(refused).toMatchObject({ status: 403, body: { title: 'Unsupported Authentication' } });
    expect((await call('GET', '/2/webhooks')).body.detail).toContain('OAuth 2.0 Application-Only');
  });
});

describe('a webhook of the simulated X', () => {
  it('is registered once it has answered a challenge', async () => {
    const { status, body } = await register();
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ url: hookUrl(), valid: true, id: expect.any(String) });
    expect(challenges).toEqual([expect.stringMatching(/^[A-Za-z0-9+/]{48}$/)]);
    expect((await app('GET', '/2/webhooks')).body.data).toEqual([body.data]);
    const { id } = body.data;
    expect((await app('DELETE', `/2/webhooks/${id}`)).body).toEqual({ data: { deleted: true } });
    expect((await app('GET', '/2/webhooks')).body).toEqual({ meta: { result_count: 0 } });
  });

  it.each([
    ['http://example.com/x', 'UrlValidationFailed'],
    ['https://example.com:8443/x', 'UrlValidationFailed'],
    ['no url', 'UrlValidationFailed'],
    ['https://example.com/x', 'CrcValidationFailed'],
    [`https://example.com/${'x'.repeat(200)}`, '$.url'],
  ])('is refused at %s', async (url, reason) => {
    const answer = await register(url);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toContain(reason);
    expect(challenges).toEqual([]);
  });

  it.each(['wrong', 'redirect', 'down'] as const)(
    'is refused for an answer that is %s',
    async (challenge) => {
      mode.challenge = challenge;
      expect(messageOf(await register())).toContain('CrcValidationFailed');
      expect(await isValid()).toBeUndefined();
    },
  );

  it('is refused twice, and beyond the number that an app may have', async () => {
    await register();
    expect(messageOf(await register())).toContain('DuplicateUrlFailed');
    expect(messageOf(await register(hookUrl('other')))).toContain('WebhookLimitExceeded');
    await ask('/_conditions', { webhookLimit: 2 });
    expect((await register(hookUrl('other'))).status).toBe(200);
  });

  it('is challenged on a schedule: a wrong answer ends it, no answer only after 28 hours', async () => {
    const id = await registered();
    await ask('/_conditions', { challengeSeconds: 0.2 });
    await vi.waitFor(() => expect(challenges.length).toBeGreaterThan(2), { timeout: 10_000 });
    mode.challenge = 'down';
    const before = challenges.length;
    await vi.waitFor(() => expect(challenges.length).toBeGreaterThan(before + 1), {
      timeout: 10_000,
    });
    expect(await isValid()).toBe(true);
    await ask('/_clock', { offsetSeconds: 29 * 3600 });
    await vi.waitFor(async () => expect(await isValid()).toBe(false), { timeout: 10_000 });
    mode.challenge = 'right';
    expect((await app('PUT', `/2/webhooks/${id}`)).body).toEqual({ data: { valid: true } });
    mode.challenge = 'wrong';
    await vi.waitFor(async () => expect(await isValid()).toBe(false), { timeout: 10_000 });
    expect(messageOf(await app('PUT', `/2/webhooks/${id}`))).toContain('Invalid response_token');
    expect((await app('PUT', '/2/webhooks/77')).status).toBe(404);
  });
});

describe('a subscription of the simulated X', () => {
  it('decides what is told once a webhook is registered', async () => {
    await write({ text: 'before' });
    expect(told).toHaveLength(1);
    const id = await registered();
    await write({ text: 'not subscribed' });
    expect(told).toHaveLength(1);
    const { status, body } = await subscribe('dm.received', id, { tag: 'inbox' });
    expect({ status, meta: body.meta }).toEqual({ status: 200, meta: { total_subscriptions: 1 } });
    await write({ text: 'subscribed' });
    await write({ text: '@acmecare a mention' });
    await write({ text: 'to another', account: 'other' });
    expect(told).toHaveLength(2);
    expect(told[1].data).toMatchObject({ event_type: 'dm.received', tag: 'inbox' });
    const { subscription_id } = body.data.subscription;
    const listed = await app('GET', '/2/activity/subscriptions');
    expect(listed.body.data).toEqual([body.data.subscription]);
    await app('DELETE', `/2/activity/subscriptions/${subscription_id}`);
    await write({ text: 'no longer' });
    expect(told).toHaveLength(2);
  });

  it('is refused for what X refuses', async () => {
    const id = await registered();
    expect(messageOf(await subscribe('dm.eaten', id))).toContain('$.event_type');
    expect(messageOf(await subscribe('dm.sent', id, { colour: 'red' }))).toContain('Unrecognized');
    expect(messageOf(await subscribe('dm.sent', '77'))).toContain('WebhookIdInvalid');
    expect(messageOf(await subscribe('post.create', id, { filter: {} }))).toContain('user_id');
    const byApp = { event_type: 'dm.sent', webhook_id: id, filter: { user_id: ownUserId } };
    expect((await app('POST', '/2/activity/subscriptions', byApp)).status).toBe(403);
    const stranger = { filter: { user_id: '1600' } };
    expect((await subscribe('post.mention.create', id, stranger)).status).toBe(403);
    expect((await subscribe('post.delete', id, stranger)).status).toBe(200);
    await subscribe('dm.sent', id);
    expect(messageOf(await subscribe('dm.sent', id))).toContain('DuplicateSubscriptionFailed');
    await ask('/_conditions', { subscriptionLimit: 2 });
    expect(messageOf(await subscribe('dm.received', id))).toContain('SubscriptionLimitExceeded');
  });
});
