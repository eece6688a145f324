import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenRefreshes } from '#connectors/token-refreshes';
import { type RefreshDependencies, refreshTokens } from '#functions/refresh-tokens/refresh-tokens';
import { openSecretStore, type SecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';
import { raiseAlert } from '#shared/aws/publish/account-trouble';
import type { Queue } from '#shared/aws/queues/queue';
import { type WritableSecrets, writableSecrets } from '#shared/aws/secrets/writable-secrets';
import { pauseEnd, readSending } from '#shared/aws/store/sending/pause';
import { readTokens } from '#shared/aws/store/tokens/token-lease';
import { type FakeX, problem, startFakeX } from '#test/connectors/twitter/fake-x';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let folder: string;
let x: FakeX;
let store: SecretStore;
let manager: SecretsManager;
let normalized: Queue;
let outbound: Queue;
let secrets: WritableSecrets;
let now: Date;
/** Each test has an account of its own. */
let number = 0;
let account: string;
let secretId: string;

beforeAll(async () => {
  emulators = await startEmulators();
  folder = mkdtempSync(join(tmpdir(), 'refresh-'));
  x = await startFakeX();
  store = openSecretStore(join(folder, 'secrets.json'));
  manager = await startSecretsManager(store);
  normalized = await emulators.queue('normalized.fifo');
  outbound = await emulators.queue('outbound.fifo');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const { endpoint } = manager;
  const client = new SecretsManagerClient({ region: 'eu-central-1', endpoint, credentials });
  secrets = writableSecrets(client, () => Promise.resolve());
});
afterAll(async () => {
  x.stop();
  await manager.stop();
  await emulators.stop();
  rmSync(folder, { recursive: true, force: true });
});

const secondsLater = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
const kept = () => JSON.parse(store.read(secretId, {}).value);
const keep = (oauth2: object | undefined, more: object = {}) =>
  store.write(
    secretId,
    JSON.stringify({
      ...{ consumerKey: 'key', consumerSecret: 'consumer-secret' },
      ...(oauth2 ? { oauth2 } : { accessToken: 'a', accessTokenSecret: 's' }),
      ...more,
    }),
  );
const tokens = (expiresAt: string) => ({
  ...{ clientId: 'client', clientSecret: 'hidden', accessToken: 'at-1', refreshToken: 'rt-1' },
  expiresAt,
});

beforeEach(async () => {
  await emulators.drain(normalized);
  x.reset();
  now = new Date();
  number += 1;
  account = `main${number}`;
  secretId = `switchboard/test/twitter/${account}`;
  keep(tokens(secondsLater(1200)));
});

function dependencies(changed: Partial<RefreshDependencies> = {}): RefreshDependencies {
  return {
    accounts: [
      {
        ...{ connector: 'twitter', account, publicUrl: 'https://a.example', apiUrl: x.apiUrl },
        ...{ secretId, settings: { address: '1', username: 'a' } },
      },
    ],
    ...{ refreshOf: (connector) => tokenRefreshes[connector], secrets, leaseSeconds: 120 },
    target: { table: emulators.table, normalized, outbound, now: () => now },
    ...changed,
  };
}
const run = async (changed?: Partial<RefreshDependencies>) =>
  (await refreshTokens(dependencies(changed))).map(({ outcome }) => outcome);
const calls = () => x.calls.filter(({ path }) => path === '/2/oauth2/token').length;
const alerts = async () =>
  (await emulators.drain(normalized)).flatMap(({ type, data }) =>
    type === 'switchboard.channel.alert.v1' ? [data] : [],
  );
const place = () => ({ connector: 'twitter', account });
const isPaused = async () =>
  pauseEnd(await readSending(emulators.table, place()), now) !== undefined;

describe('tokens that end soon', () => {
  it('are refreshed once, and the new pair is the current version of the secret', async () => {
    expect(await run()).toEqual(['refreshed']);
    expect(kept()).toMatchObject({
      consumerSecret: 'consumer-secret',
      oauth2: { clientId: 'client', accessToken: 'at-2', refreshToken: 'rt-2' },
    });
    expect(Date.parse(kept().oauth2.expiresAt) - Date.now()).toBeGreaterThan(7_100_000);
    expect(await run()).toEqual(['not_due']);
    expect([calls(), await alerts(), await isPaused()]).toEqual([1, [], false]);
  });

  it('are left alone while they are good for more than half an hour, or never end', async () => {
    keep(tokens(secondsLater(1900)));
    expect(await run()).toEqual(['not_due']);
    keep(undefined);
    expect(await run()).toEqual(['no_tokens']);
    expect(calls()).toBe(0);
  });

  it('are refreshed by one of two that run at once', async () => {
    const outcomes = await Promise.all([run(), run(), run()]);
    expect(outcomes.flat().toSorted()).toEqual(['held', 'held', 'refreshed']);
    expect([calls(), kept().oauth2.refreshToken]).toEqual([1, 'rt-2']);
  });

  it('are refreshed by clocks that differ by minutes', async () => {
    for (const skewSeconds of [-900, 900]) {
      keep(tokens(secondsLater(1200)));
      x.reset();
      const skewed = new Date(now.getTime() + skewSeconds * 1000);
      const { target } = dependencies();
      const outcome = await run({ target: { ...target, now: () => skewed } });
      // A clock that is late does it a few runs later, still before the end.
      expect(outcome).toEqual([skewSeconds < 0 ? 'not_due' : 'refreshed']);
    }
  });

  it('are refreshed where the provider has refused them before their end', async () => {
    keep(tokens(secondsLater(7000)));
    const { target } = dependencies();
    const error = { code: 'credentials_rejected', title: '401', providerCode: 'http_401' } as const;
    await raiseAlert(
      target,
      { ...place(), channel: 'twitter' },
      { ...error, retryable: true },
      now.toISOString(),
    );
    expect(await run()).toEqual(['refreshed']);
    now = new Date(now.getTime() + 1000);
    expect(await run()).toEqual(['not_due']);
  });

  it('go into the secret as it is by then', async () => {
    const changing: WritableSecrets = {
      ...secrets,
      replace: secrets.replace,
      read: async (id) => {
        const read = await secrets.read(id);
        if (calls() === 1) keep(tokens(secondsLater(1200)), { consumerSecret: 'rotated' });
        return calls() === 1 ? secrets.read(id) : read;
      },
    };
    expect(await run({ secrets: changing })).toEqual(['refreshed']);
    expect(kept()).toMatchObject({ consumerSecret: 'rotated', oauth2: { refreshToken: 'rt-2' } });
  });

  it('do not replace those that a person has put there meanwhile', async () => {
    const replacing: WritableSecrets = {
      ...secrets,
      read: async (id) => {
        if (calls() === 1) keep({ ...tokens(secondsLater(7200)), refreshToken: 'by-hand' });
        return secrets.read(id);
      },
    };
    expect(await run({ secrets: replacing })).toEqual(['replaced']);
    expect(kept().oauth2.refreshToken).toBe('by-hand');
  });
});

describe('a refresh that does not end well', () => {
  it('that X refuses is told once, pauses the account, and is not repeated', async () => {
    x.refreshToken = 'another';
    expect(await run()).toEqual(['refused']);
    const [told, ...more] = await alerts();
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      code: 'credentials_rejected',
      title: expect.stringContaining('./switchboard tokens twitter --method oauth2'),
    });
    expect(await isPaused()).toBe(true);
    now = new Date(now.getTime() + 7_200_000);
    expect(await run()).toEqual(['ended']);
    expect([calls(), await alerts()]).toEqual([1, []]);
  });

  it('goes on once a person has signed in again', async () => {
    x.refreshToken = 'another';
    await run();
    x.refreshToken = 'rt-7';
    keep({ ...tokens(secondsLater(600)), refreshToken: 'rt-7' });
    expect(await run()).toEqual(['refreshed']);
    expect(kept().oauth2.refreshToken).toBe('rt-8');
  });

  it('that dies before the call is made again when its lease has ended', async () => {
    const dead = { ...dependencies() };
    const dying = { ...dead, refreshOf: () => dies(new Promise<never>(() => undefined)) };
    void refreshTokens(dying);
    await expect.poll(async () => (await readTokens(emulators.table, place())).tries).toBe(1);
    expect(await run()).toEqual(['held']);
    now = new Date(now.getTime() + 121_000);
    expect(await run()).toEqual(['refreshed']);
    expect(kept().oauth2.refreshToken).toBe('rt-2');
  });

  it('that dies between X’s answer and the write is told, and not repeated for ever', async () => {
    const dying: WritableSecrets = {
      ...secrets,
      replace: () => new Promise(() => undefined),
    };
    void run({ secrets: dying });
    await expect.poll(calls).toBe(1);
    expect(kept().oauth2.refreshToken).toBe('rt-1');
    now = new Date(now.getTime() + 121_000);
    expect(await run()).toEqual(['refused']);
    expect(await alerts()).toMatchObject([
      { code: 'credentials_rejected', title: expect.stringContaining('its tokens are lost') },
    ]);
    now = new Date(now.getTime() + 300_000);
    expect(await run()).toEqual(['ended']);
    expect(calls()).toBe(2);
  });

  it('whose new tokens cannot be stored is told', async () => {
    const refusing = { ...secrets, replace: () => Promise.reject(new Error('denied')) };
    expect(await run({ secrets: refusing })).toEqual(['not_stored']);
    expect(await alerts()).toMatchObject([
      { code: 'credentials_rejected', title: expect.stringContaining(secretId) },
    ]);
    expect(await isPaused()).toBe(true);
    expect(await run()).toEqual(['ended']);
  });

  it('that X fails is made again, and told after three calls', async () => {
    x.refuse = () => problem(503, 'over capacity');
    expect([await run(), await run()]).toEqual([['uncertain'], ['uncertain']]);
    expect(await alerts()).toEqual([]);
    expect(await run()).toEqual(['uncertain']);
    expect(await alerts()).toMatchObject([{ title: expect.stringContaining('in 3 calls') }]);
    x.reset();
    expect(await run()).toEqual(['refreshed']);
  });

  it('that X puts off is made again', async () => {
    x.refuse = () => problem(429, 'Too Many Requests');
    expect(await run()).toEqual(['not_refreshed']);
    x.reset();
    expect(await run()).toEqual(['refreshed']);
  });

  it('of one account keeps no other from its tokens', async () => {
    const { accounts } = dependencies();
    const broken = accounts.map((each) => ({ ...each, account: 'none', secretId: 'not-there' }));
    expect(await run({ accounts: [...broken, ...accounts] })).toEqual(['failed', 'refreshed']);
  });
});

/** Refreshes nothing: it never comes back. */
function dies(never: Promise<never>) {
  const { twitter } = tokenRefreshes;
  if (!twitter) throw new Error('no refresh for twitter');
  return { ...twitter, refresh: () => never };
}
