import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { safeParse } from 'zod/v4/core';
import { xClient } from '#connectors/twitter/api/client';
import { Credentials } from '#connectors/twitter/credentials';
import { authorizationFor } from '#connectors/twitter/outbound/oauth';
import { tokenRefresh } from '#connectors/twitter/token-refresh';
import { type FakeX, startFakeX } from './fake-x.ts';
import { credentials } from './received.ts';

const { consumerKey, consumerSecret } = credentials;
const oauth2 = {
  ...{ clientId: 'client', clientSecret: 'hidden', accessToken: 'at-1', refreshToken: 'rt-1' },
  expiresAt: '2026-11-27T12:00:00.000Z',
};
const both = { ...credentials, oauth2 };
const oauth2Alone = { consumerKey, consumerSecret, oauth2 };

let x: FakeX;
beforeAll(async () => {
  x = await startFakeX();
});
afterAll(() => x.stop());
beforeEach(() => x.reset());

describe('the secret of an account', () => {
  const missing = (value: unknown) =>
    safeParse(Credentials, value).error?.issues.map(({ path }) => path.join('.')) ?? [];

  it('has tokens of OAuth 1.0a, of OAuth 2, or both', () => {
    for (const each of [credentials, both, oauth2Alone]) expect(missing(each)).toEqual([]);
  });

  it('is told whole where it lacks something', () => {
    const all = ['consumerKey', 'consumerSecret', 'accessToken', 'accessTokenSecret'];
    expect(missing({})).toEqual(all);
    expect(missing({ consumerKey, consumerSecret })).toEqual(all.slice(2));
    expect(missing({ ...oauth2Alone, oauth2: { clientId: 'c' } })).toContain('oauth2.refreshToken');
  });
});

describe('calls in the name of the account', () => {
  const v2 = 'https://api.x.com/2/tweets';
  const file = 'https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg';

  it('bear the token of OAuth 2 where the account has one', async () => {
    expect(authorizationFor('POST', v2, both)).toBe('Bearer at-1');
    expect(authorizationFor('POST', v2, credentials)).toMatch(/^OAuth /);
    await xClient({ apiUrl: x.apiUrl, credentials: both, timeoutSeconds: 5 }).v2.get('users/me');
    expect(x.calls[0]?.auth).toBe('bearer at-1');
  });

  it('are signed where X takes OAuth 1.0a alone, if that is possible', () => {
    expect(authorizationFor('GET', file, both)).toMatch(/^OAuth /);
    expect(authorizationFor('GET', file, oauth2Alone)).toBe('Bearer at-1');
  });
});

describe('a refresh', () => {
  const refresh = (value: unknown = both) =>
    tokenRefresh.refresh(value, { apiUrl: x.apiUrl, timeoutSeconds: 2, now: new Date(0) });

  it('is one form, known by its header or by the id of a public client', async () => {
    expect(await refresh()).toMatchObject({
      kind: 'refreshed',
      changes: { oauth2: { clientId: 'client', accessToken: 'at-2', refreshToken: 'rt-2' } },
    });
    const { clientSecret: _, ...open } = oauth2;
    x.refreshToken = 'rt-1';
    await refresh({ ...both, oauth2: open });
    const forms = x.calls.map(({ body }) => new URLSearchParams(body));
    expect(x.calls.map(({ auth }) => auth)).toEqual(['basic', '']);
    expect(forms.map((form) => form.get('client_id'))).toEqual([null, 'client']);
    expect(forms[0]?.get('refresh_token')).toBe('rt-1');
  });

  it.each([
    [400, { error: 'invalid_grant' }, 'refused', 'credentials_rejected'],
    [400, { error: 'invalid_request' }, 'refused', 'credentials_rejected'],
    [401, { error: 'invalid_client' }, 'refused', 'credentials_rejected'],
    [401, { error: 'unauthorized_client' }, 'refused', 'credentials_rejected'],
    [400, { error: 'server_error' }, 'not_refreshed', 'provider_failed'],
    [401, '<html>', 'not_refreshed', 'provider_failed'],
    [402, {}, 'not_refreshed', 'credits_depleted'],
    [403, { title: 'SpendCapReached' }, 'not_refreshed', 'credits_depleted'],
    [403, '<html>Attention required', 'not_refreshed', 'provider_failed'],
    [403, { error: 'invalid_grant' }, 'not_refreshed', 'provider_failed'],
    [404, {}, 'not_refreshed', 'provider_failed'],
    [413, '', 'not_refreshed', 'provider_failed'],
    [431, '', 'not_refreshed', 'provider_failed'],
    [429, {}, 'not_refreshed', 'provider_throttled'],
    [408, '', 'uncertain', 'outcome_unknown'],
    [503, {}, 'uncertain', 'outcome_unknown'],
  ])('that X answers with %i %j is %s', async (status, body, kind, code) => {
    x.refuse = () => ({ status, body });
    expect(await refresh()).toMatchObject({ kind, error: { code } });
  });

  it('whose answer cannot be read is uncertain, one that did not leave is not', async () => {
    x.refuse = () => ({ status: 200, body: '<html>' });
    expect(await refresh()).toMatchObject({ kind: 'uncertain' });
    const away = { apiUrl: 'http://127.0.0.1:9', timeoutSeconds: 2, now: new Date(0) };
    expect(await tokenRefresh.refresh(both, away)).toMatchObject({ kind: 'not_refreshed' });
  });

  it('counts the end of the token by X’s clock, by ours where X tells no time', async () => {
    x.refuse = () => ({
      ...{ status: 200, headers: { date: 'nonsense' } },
      body: { access_token: 'a', refresh_token: 'r', expires_in: 7200 },
    });
    expect(await refresh()).toMatchObject({
      changes: { oauth2: { expiresAt: '1970-01-01T02:00:00.000Z' } },
    });
  });
});
