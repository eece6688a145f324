import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '#infra/local/emulators/free-port';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';
import { type RunningStack, startStack } from '#infra/local/stack';
import { type FakeX, problem, startFakeX } from '#test/connectors/twitter/fake-x';
import { ownUserId } from '#test/connectors/twitter/received';
import { capture } from './capture.ts';

const keys = { consumerKey: 'consumer-key', consumerSecret: 'consumer-secret' };
const client = { clientId: 'client-id', clientSecret: 'client-secret' };
const secretId = 'switchboard/example/twitter/shop';
let folder: string;
let x: FakeX;
let manager: SecretsManager;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokens-'));
  x = await startFakeX();
  const store = openSecretStore(join(folder, 'aws.json'));
  store.write(secretId, JSON.stringify(keys));
  manager = await startSecretsManager(store);
});
afterAll(async () => {
  x.stop();
  await manager.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  x.reset();
  x.userId = '2244994945';
});
afterEach(() => vi.unstubAllEnvs());

const file = (content: unknown) => {
  const path = join(folder, 'given.json');
  writeFileSync(path, JSON.stringify(content), { mode: 0o644 });
  return path;
};
const tokens = (args: readonly string[], secret: unknown, answer: string) =>
  capture(
    [
      ...['tokens', 'twitter', '--stage', 'example', '--api-url', x.apiUrl],
      ...(secret === undefined ? [] : ['--secret', file(secret)]),
      ...args,
    ],
    join(folder, 'no-stack'),
    // biome-ignore lint/nursery/noMisusedPromises: the linter takes another overload's parameter for this one
    () => Promise.resolve(answer),
  );

describe('OAuth 1.0a by PIN', () => {
  it('gets the tokens of the account that signs in, and checks them', async () => {
    const { data, notes, fault } = await tokens([], keys, '1234567');
    expect(fault).toBeUndefined();
    expect(notes[1]).toBe(`${x.apiUrl}/oauth/authorize?oauth_token=rt&force_login=true`);
    expect(data.slice(0, 2).join('\n')).toMatch(/ok .*owner .*@acmecare[\s\S]*ok .*permission/);
    expect(JSON.parse(data.at(-1) ?? '')).toEqual({
      ...keys,
      ...{ accessToken: `${ownUserId}-new`, accessTokenSecret: 'new-secret' },
    });
    expect(x.calls.find(({ path }) => path === '/oauth/access_token')?.body).toContain('1234567');
    expect(x.calls.find(({ path }) => path === '/oauth/request_token')?.body).toContain('oob');
  });

  it('writes a file that others cannot read, and prints nothing of it', async () => {
    const out = join(folder, 'out.json');
    writeFileSync(out, '{}', { mode: 0o644 });
    const { data, notes } = await tokens(['--out', out], keys, '1234567');
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
      accessTokenSecret: 'new-secret',
    });
    expect([...data, ...notes].join('\n')).not.toMatch(/new-secret|consumer-secret/);
  });

  it('puts them into the secret in AWS', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', manager.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    const { notes, fault } = await tokens(['--store'], undefined, '1234567');
    expect(fault).toBeUndefined();
    expect(notes.at(-1)).toContain(`kept in the secret ${secretId} in eu-west-1`);
    const store = openSecretStore(join(folder, 'aws.json'));
    expect(JSON.parse(store.read(secretId, {}).value)).toMatchObject({
      ...keys,
      accessToken: `${ownUserId}-new`,
    });
  });

  it.each<[string, () => void, string]>([
    ['of another account', () => (x.userId = '77'), 'another_account'],
    ['without direct messages', () => (x.accessLevel = 'read-write'), 'permission_missing'],
  ])('writes nothing where the tokens are %s', async (_, change, reason) => {
    change();
    const out = join(folder, 'none.json');
    const { data, fault } = await tokens(['--out', out, '--json'], keys, '1234567');
    expect(fault).toMatchObject({ exitCode: 1, message: 'there are no new tokens' });
    expect(data.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ state: 'wrong', reason }),
    );
    expect(() => statSync(out)).toThrow();
  });

  it('explains a wrong PIN, keys that are missing, and keys that X does not know', async () => {
    x.refuse = ({ path }) => (path === '/oauth/access_token' ? problem(401, 'bad') : undefined);
    expect((await tokens([], keys, '1')).data.join('\n')).toMatch(/wrong .*pin .*\n.*good once/);
    expect((await tokens([], {}, '1')).data.join('\n')).toMatch(
      /no consumerKey and consumerSecret/,
    );
    x.refuse = () => problem(401, 'Could not authenticate you');
    expect((await tokens([], keys, '1')).data.join('\n')).toMatch(/X does not know the key/);
    expect((await tokens([], keys, '')).fault).toMatchObject({ exitCode: 1 });
  });
});

describe('OAuth 2 with PKCE', () => {
  const secret = { ...keys, oauth2: client };
  const start = Date.now();

  it('tells a reached spending limit from a code that is not taken', async () => {
    const spendCap = 'Your enrolled account has reached its billing cycle spend cap.';
    const refuse = (detail: string) => {
      x.refuse = ({ path }) => (path === '/2/oauth2/token' ? problem(403, detail) : undefined);
      return tokens(['--method', 'oauth2'], secret, 'c0de');
    };
    expect((await refuse(spendCap)).data.join('\n')).toMatch(/spending limit.*\n.*Billing/);
    expect((await refuse('no')).data.join('\n')).toMatch(/\n.*a code is good once/);
  });

  it('takes the code of the address to which X sends the browser', async () => {
    const port = await freePort();
    const redirect = `http://127.0.0.1:${port}/callback`;
    let [page, state] = ['', ''];
    const browser = async () => {
      page = await (await fetch(`${redirect}?state=${state}&code=c0de`)).text();
    };
    const { data, fault } = await capture(
      [
        ...['tokens', 'twitter', '--stage', 'example', '--api-url', x.apiUrl],
        ...['--secret', file(secret), '--method', 'oauth2', '--redirect', redirect],
      ],
      join(folder, 'no-stack'),
      // The person types nothing.
      (_, signal) => {
        void browser();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal)));
      },
      (note) => {
        if (URL.canParse(note)) state = new URL(note).searchParams.get('state') ?? '';
      },
    );
    expect(fault).toBeUndefined();
    expect(JSON.parse(data.at(-1) ?? '').oauth2).toMatchObject({ accessToken: 'at-2' });
    expect(page).toContain('Go back to the terminal');
  });

  it('takes a pasted address, checks its state, and keeps what X grants', async () => {
    let url = new URL('http://none');
    const { data, fault, notes } = await capture(
      [
        ...['tokens', 'twitter', '--stage', 'example', '--api-url', x.apiUrl],
        ...['--secret', file(secret), '--method', 'oauth2', '--redirect', 'https://a.example/back'],
      ],
      join(folder, 'no-stack'),
      async () => `https://a.example/back?code=c0de&state=${url.searchParams.get('state')}`,
      (note) => {
        if (URL.canParse(note)) url = new URL(note);
      },
    );
    expect(fault).toBeUndefined();
    expect(notes.join()).toContain(`${x.apiUrl}/i/oauth2/authorize`);
    expect(url.searchParams.get('scope')).toContain('offline.access');
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    const { oauth2, ...rest } = JSON.parse(data.at(-1) ?? '');
    expect(rest).toEqual(keys);
    expect(oauth2).toMatchObject({ ...client, accessToken: 'at-2', refreshToken: 'rt-2' });
    const lasts = Date.parse(oauth2.expiresAt) - start;
    expect(lasts).toBeGreaterThan(7100_000);
    const asked = x.calls.find(({ path }) => path === '/2/oauth2/token');
    expect(asked?.auth).toBe('basic');
    const form = new URLSearchParams(asked?.body);
    expect([form.get('grant_type'), form.get('code')]).toEqual(['authorization_code', 'c0de']);
    expect(form.get('code_verifier')?.length).toBeGreaterThan(42);
  });

  it('says that scopes are missing, or that X was not allowed', async () => {
    x.scope = 'tweet.read users.read';
    const missing = await tokens(['--method', 'oauth2', '--json'], secret, 'c0de');
    expect(missing.data.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ subject: 'scopes', state: 'wrong', reason: 'scopes_missing' }),
    );
    const denied = 'http://127.0.0.1:8976/callback?error=access_denied';
    const refused = await tokens(['--method', 'oauth2'], secret, denied);
    expect(refused.data.join()).toContain('X was not allowed: access_denied');
    const strange = 'http://127.0.0.1:8976/callback?state=strange&code=c0de';
    expect((await tokens(['--method', 'oauth2'], secret, strange)).data.join()).toContain(
      'belongs to another authorization',
    );
    const none = await tokens(['--method', 'oauth2'], keys, 'c0de');
    expect(none.data.join()).toContain('oauth2.clientId');
  });
});

describe('on the local stack, whose simulated X gives the tokens', () => {
  let running: RunningStack;
  let place: string;
  const name = 'switchboard/local/twitter/main';
  beforeAll(async () => {
    place = join(folder, 'stack');
    running = await startStack({ localDir: place, port: 0, quiet: true });
    const store = openSecretStore(join(place, 'secrets.json'));
    store.write('switchboard/another/twitter/main', JSON.stringify(keys));
  }, 120_000);
  afterAll(() => running?.stop());
  const secretOf = (id: string) =>
    JSON.parse(openSecretStore(join(place, 'secrets.json')).read(id, {}).value);

  it('gets them by the PIN that its page shows, and keeps them for the stage that runs', async () => {
    let page = '';
    const before = secretOf(name);
    const { data, notes, fault } = await capture(
      ['tokens', 'twitter', '--store'],
      place,
      async () => /<code>(\d{7})<.code>/.exec(await (await fetch(page)).text())?.[1] ?? '',
      (note) => {
        if (URL.canParse(note)) page = note;
      },
    );
    expect(fault).toBeUndefined();
    expect(data.join('\n')).toMatch(/ok .*owner .*the tokens are those of @switchboard/);
    expect(notes.at(-1)).toContain(`kept in the secret ${name} in `);
    expect(secretOf(name)).toEqual(before);
    expect(secretOf('switchboard/another/twitter/main')).toEqual(keys);
  });

  it('gets those of OAuth 2 by the consumer key and secret, and says so', async () => {
    const port = await freePort();
    const redirect = `http://127.0.0.1:${port}/callback`;
    let page = '';
    const { data, notes, fault } = await capture(
      ['tokens', 'twitter', '--method', 'oauth2', '--redirect', redirect],
      place,
      // The page sends the browser to the redirect address; the person types nothing.
      (_, signal) => {
        void fetch(page);
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal)),
        );
      },
      (note) => {
        if (URL.canParse(note)) page = note;
      },
    );
    expect(fault).toBeUndefined();
    expect(notes.join('\n')).toContain('by its consumer key and secret, so these are used');
    const { consumerKey } = secretOf(name);
    expect(JSON.parse(data.at(-1) ?? '').oauth2).toMatchObject({
      ...{ clientId: consumerKey, accessToken: expect.any(String) },
      refreshToken: expect.any(String),
    });
  });
});

it('says what is allowed', async () => {
  const run = async (...args: string[]) => (await capture(['tokens', ...args], folder)).fault;
  expect(await run('twilio')).toMatchObject({
    exitCode: 2,
    next: expect.stringMatching(/sms\.md/),
  });
  expect(await run('fax')).toMatchObject({ message: expect.stringMatching(/^no connector fax/) });
  expect(await run('twitter', '--method', 'basic')).toMatchObject({
    message: '--method is "basic": allowed are oauth1, oauth2',
  });
});
