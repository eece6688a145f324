import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import { describe, expect, it } from 'vitest';
import { ownUserId, twitterHarness } from './harness.ts';

const { callWith, ask, url } = twitterHarness();

interface Signer {
  readonly app?: string;
  readonly token?: { readonly key: string; readonly secret: string };
}

/** Sends a form that the library of our CLI has signed, as an app or with a token. */
async function signedForm(
  path: string,
  data: Record<string, string>,
  { app = 'cs', token }: Signer = {},
) {
  const signer = new OAuth1Helper({ consumerKeys: { key: 'ck', secret: app } });
  const oauth = signer.authorize({ url: url(path), method: 'POST', data }, token);
  const response = await fetch(url(path), {
    method: 'POST',
    headers: { authorization: signer.toHeader(oauth).Authorization },
    body: new URLSearchParams(data),
  });
  const text = await response.text();
  return { status: response.status, text, fields: Object.fromEntries(new URLSearchParams(text)) };
}

/** Asks for a request token, which the app then signs with. */
async function requestToken() {
  const { fields } = await signedForm('/oauth/request_token', { oauth_callback: 'oob' });
  return { key: fields['oauth_token'] ?? '', secret: fields['oauth_token_secret'] ?? '' };
}

async function pinOf(token: string, account = 'main'): Promise<string> {
  const query = new URLSearchParams({ oauth_token: token, force_login: 'true', account });
  const { status, body } = await callWith('', 'GET', `/oauth/authorize?${query}`);
  return `${status} ${/<code>(\d{7})<\/code>/.exec(String(body))?.[1]}`;
}

const exchange = (token: Signer['token'], pin: string, app = 'cs') =>
  signedForm(
    '/oauth/access_token',
    { oauth_token: token?.key ?? '', oauth_verifier: pin },
    { app, ...(token ? { token } : {}) },
  );

describe('OAuth 1.0a by PIN at the simulated X', () => {
  it('gives the tokens of the user who has agreed, for a PIN, once', async () => {
    const token = await requestToken();
    const [status, pin = ''] = (await pinOf(token.key)).split(' ');
    expect(status).toBe('200');
    expect(await exchange(token, '0')).toMatchObject({
      status: 401,
      text: expect.stringContaining('Invalid oauth_verifier'),
    });
    expect((await exchange(token, pin)).fields).toEqual({
      ...{ oauth_token: `${ownUserId}-t`, oauth_token_secret: 'ts' },
      ...{ user_id: ownUserId, screen_name: 'acmecare' },
    });
    expect(await exchange(token, pin)).toMatchObject({ status: 401 });
    expect(await pinOf(token.key)).toBe('403 undefined');
  });

  it('takes only what the app and its token have signed, and no PIN that was not shown', async () => {
    const path = '/oauth/request_token';
    expect(await signedForm(path, { oauth_callback: 'oob' }, { app: 'no' })).toMatchObject({
      ...{ status: 401, text: expect.stringContaining('"code":32') },
    });
    expect(await signedForm(path, { oauth_callback: 'https://a.example/' })).toMatchObject({
      ...{ status: 403, text: expect.stringContaining('"code":417') },
    });
    expect((await callWith('', 'POST', path)).status).toBe(401);
    const token = await requestToken();
    expect((await exchange(token, 'undefined')).status).toBe(401);
    const [, pin = ''] = (await pinOf(token.key)).split(' ');
    expect((await exchange({ ...token, secret: 'no' }, pin)).text).toContain('"code":32');
    expect((await exchange(token, pin, 'no')).text).toContain('"code":32');
    expect((await exchange({ key: 'none', secret: 'x' }, pin)).status).toBe(401);
    expect((await callWith('', 'GET', '/oauth/token')).status).toBe(404);
  });

  it('lets another account of the app agree, and forgets a request after some minutes', async () => {
    const token = await requestToken();
    const [, pin = ''] = (await pinOf(token.key, 'other')).split(' ');
    await ask('/_clock', { offsetSeconds: 120 });
    const granted = await exchange(token, pin);
    expect(granted.fields).toMatchObject({ screen_name: 'acmeshop' });
    const late = await requestToken();
    await ask('/_clock', { offsetSeconds: 800 });
    expect(await pinOf(late.key)).toBe('403 undefined');
  });
});
