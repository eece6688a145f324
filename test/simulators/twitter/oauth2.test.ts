import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '#infra/local/simulators/server';
import { simulator } from '#infra/local/simulators/twitter/simulator';
import { twitterHarness } from './harness.ts';

const { callWith, form, ask, write, url } = twitterHarness();

const token = '/2/oauth2/token';
const lists = (access: string) => callWith(`Bearer ${access}`, 'GET', '/2/dm_events');
const refresh = (refresh_token: string, client: string | undefined = 'ck:cs') =>
  form(token, { grant_type: 'refresh_token', refresh_token }, client);

/** The consent of an account, as its browser would bring it. */
async function consent(scope: string, verifier = 'v'.repeat(43)): Promise<string> {
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: 'ck', redirect_uri: 'http://127.0.0.1:9/back', scope },
    ...{ state: 'a state', code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  });
  const response = await callWith('', 'GET', `/i/oauth2/authorize?${query}`);
  expect(response.status).toBe(302);
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('a state');
  return back.searchParams.get('code') ?? '';
}

const exchange = (code: string, changes: Record<string, string> = {}) =>
  form(token, {
    ...{ grant_type: 'authorization_code', code, client_id: 'ck', code_verifier: 'v'.repeat(43) },
    ...{ redirect_uri: 'http://127.0.0.1:9/back', ...changes },
  });

describe('OAuth 2 at the simulated X', () => {
  it('gives tokens for a code once, to who has its verifier', async () => {
    const scope = 'dm.read tweet.read users.read offline.access';
    const { status, body } = await exchange(await consent(scope));
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        ...{ token_type: 'bearer', expires_in: 7200, scope },
        refresh_token: expect.any(String),
      },
    });
    expect((await lists(body.access_token)).status).toBe(200);
    const code = await consent(scope);
    expect((await exchange(code, { code_verifier: 'w'.repeat(43) })).status).toBe(400);
    expect((await exchange(code)).body.error).toBe('invalid_request');
    const other = await consent(scope);
    expect((await exchange(other, { redirect_uri: 'http://127.0.0.1:9/else' })).status).toBe(400);
    expect((await form(token, { grant_type: 'refresh_token' }, 'ck:no')).status).toBe(401);
  });

  it('lets a token do what its scopes say', async () => {
    const { body } = await exchange(await consent('tweet.read users.read'));
    expect(body).not.toHaveProperty('refresh_token');
    expect((await callWith(`Bearer ${body.access_token}`, 'GET', '/2/users/me')).status).toBe(200);
    expect(await lists(body.access_token)).toMatchObject({
      status: 403,
      body: { detail: 'Forbidden' },
    });
  });

  it('takes a refresh token once, and ends its family when it comes again', async () => {
    const { body: first } = await ask('/_consent', { account: 'main' });
    const { body: second } = await refresh(first.refresh_token);
    expect((await lists(second.access_token)).status).toBe(200);
    expect((await lists(first.access_token)).status).toBe(200);
    const reused = await refresh(first.refresh_token);
    expect(reused).toMatchObject({
      status: 400,
      body: { error_description: 'Value passed for the token was invalid.' },
    });
    expect((await refresh(second.refresh_token)).status).toBe(400);
    expect((await lists(second.access_token)).status).toBe(401);
  });

  it('lets access tokens run out, and takes them back', async () => {
    await ask('/_conditions', { accessTokenSeconds: 0.2 });
    const { body } = await ask('/_consent');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await lists(body.access_token)).status).toBe(401);
    await ask('/_conditions', {});
    const next = await refresh(body.refresh_token);
    expect(
      (await form('/2/oauth2/revoke', { token: next.body.access_token }, 'ck:cs')).body,
    ).toEqual({
      revoked: true,
    });
    expect((await lists(next.body.access_token)).status).toBe(401);
  });

  it('serves the file of a direct message, which OAuth 1.0a gets at its own address', async () => {
    const id = await write({ text: 'look', media: [{ kind: 'image', base64: btoa('bytes') }] });
    const { body } = await ask('/_consent');
    const query = 'max_results=1&expansions=attachments.media_keys';
    const list = await callWith(`Bearer ${body.access_token}`, 'GET', `/2/dm_events?${query}`);
    const path = new URL(list.body.includes.media[0].url).pathname;
    const v2 = path.replace('/1.1/ton/data/dm/', '/2/dm_conversations/media/');
    expect(v2).toContain(`/${id}/`);
    const file = await callWith(`Bearer ${body.access_token}`, 'GET', v2);
    expect(file.body).toEqual(Buffer.from('bytes'));
    expect((await callWith(`Bearer ${body.access_token}`, 'GET', path)).status).toBe(401);
    expect(url('/')).toContain('127.0.0.1');
  });
});

describe('OAuth 2 tokens that a secret holds already', () => {
  it('are good at the simulated X, and have a client of their own', async () => {
    const secret = { accessToken: 'old access', refreshToken: 'old refresh', clientId: 'client' };
    const credentials = Object.fromEntries(
      Object.entries(secret).map(([name, text]) => [`oauth2.${name}`, text]),
    );
    const account = {
      account: 'main',
      address: '1',
      webhookUrl: 'http://127.0.0.1:9',
      settings: {},
    };
    const running = await startSimulator(simulator, [{ ...account, credentials }]);
    const headers = { authorization: 'Bearer old access' };
    expect((await fetch(`${running.url}/2/users/me`, { headers })).status).toBe(200);
    const body = new URLSearchParams({
      ...{ grant_type: 'refresh_token', refresh_token: 'old refresh', client_id: 'client' },
    });
    expect((await fetch(`${running.url}${token}`, { method: 'POST', body })).status).toBe(200);
    await running.stop();
  });
});
