import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';
import { type RunningStack, startStack } from '#infra/local/stack';
import { type FakeX, problem, startFakeX } from '#test/connectors/twitter/fake-x';
import { credentials } from '#test/connectors/twitter/received';
import { capture } from './capture.ts';

let folder: string;
let x: FakeX;
let manager: SecretsManager;
const url = 'https://hooks.invalid/webhooks/twitter/shop';
const secretId = 'switchboard/example/twitter/shop';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  x = await startFakeX();
  const store = openSecretStore(join(folder, 'aws.json'));
  store.write(secretId, JSON.stringify(credentials));
  manager = await startSecretsManager(store);
});
afterAll(async () => {
  x.stop();
  await manager.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => x.reset());
afterEach(() => vi.unstubAllEnvs());

const file = (content: unknown) => {
  const path = join(folder, 'secret.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const nowhere = () => join(folder, 'no-stack');
const webhooks = (...args: string[]) => capture(['webhooks', ...args], nowhere());
const onExample = () => ['twitter', '--stage', 'example', '--api-url', x.apiUrl, '--url', url];
const withFile = () => [...onExample(), '--secret', file(credentials)];

describe('webhooks of a deployed stage', () => {
  it('are registered, shown and removed, each with a line for each step', async () => {
    const registered = await webhooks('register', ...withFile());
    expect(registered.fault).toBeUndefined();
    expect(registered.data.join('\n')).toMatch(
      /done {4}twitter\/shop {2}webhook .*X has the webhook/,
    );
    expect(x.subscriptions).toHaveLength(8);
    const shown = await webhooks('show', ...withFile(), '--json');
    expect(shown.fault).toBeUndefined();
    const lines = shown.data.map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({
        ...{ account: 'twitter/shop', subject: 'webhook', state: 'ok' },
        says: expect.stringContaining(url),
      }),
    );
    const removed = await webhooks('remove', ...withFile(), '--yes');
    expect(removed.fault).toBeUndefined();
    expect([x.webhooks, x.subscriptions]).toEqual([[], []]);
    const text = [registered, shown, removed].flatMap(({ data, notes }) => [...data, ...notes]);
    for (const secret of Object.values(credentials)) expect(text.join('\n')).not.toContain(secret);
  });

  it('end with 1 and the next step where something is missing', async () => {
    const shown = await webhooks('show', ...withFile());
    expect(shown.fault).toMatchObject({ exitCode: 1, message: 'show: not in order: webhook' });
    x.refuse = ({ path }) =>
      path === '/2/webhooks' ? problem(402, 'credits depleted') : undefined;
    const registered = await webhooks('register', ...withFile());
    expect(registered.fault).toMatchObject({ exitCode: 1 });
    expect(registered.data.join('\n')).toMatch(/no credits left.*\n.*buy credits/);
  });

  it('make the optional subscriptions that are named', async () => {
    await webhooks('register', ...withFile(), '--with', 'chat.received,dm.read');
    expect(x.subscriptions).toHaveLength(10);
    expect(
      (await webhooks('register', ...withFile(), '--with', 'like.create')).fault,
    ).toMatchObject({
      message: '--with is "like.create": allowed are chat.received, dm.read',
    });
  });

  it('take the secret from the environment, or from AWS', async () => {
    vi.stubEnv('SWITCHBOARD_SECRET', JSON.stringify({ ...credentials, consumerKey: '' }));
    expect((await webhooks('show', ...onExample())).fault).toMatchObject({
      message: 'the secret of twitter/shop: consumerKey: empty',
    });
    vi.stubEnv('SWITCHBOARD_SECRET', '');
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', manager.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    expect((await webhooks('register', ...onExample())).fault).toBeUndefined();
    expect(x.webhooks).toHaveLength(1);
  });

  it('say how to get the tokens that a secret lacks', async () => {
    const { consumerKey, consumerSecret } = credentials;
    const given = file({ consumerKey, consumerSecret });
    const { fault } = await webhooks('register', ...onExample(), '--secret', given);
    expect(fault).toMatchObject({
      message: expect.stringContaining('accessToken'),
      next: expect.stringContaining(
        `./switchboard tokens twitter --stage example --secret ${given} --out ${given}`,
      ),
    });
  });

  it('are not removed without a yes', async () => {
    await webhooks('register', ...withFile());
    expect((await webhooks('remove', ...withFile())).fault).toMatchObject({
      exitCode: 2,
      message: 'webhooks: there is no terminal to ask on; --yes removes without asking',
    });
    expect(x.webhooks).toHaveLength(1);
  });
});

describe('webhooks of the local stack', () => {
  let running: RunningStack;
  let place: string;
  beforeAll(async () => {
    place = join(folder, 'stack');
    running = await startStack({ localDir: place, port: 0, quiet: true });
  }, 120_000);
  afterAll(() => running?.stop());

  it('are registered with the simulated X, whose challenge the real endpoint answers', async () => {
    const onStack = (...args: string[]) =>
      capture(['webhooks', ...args, 'twitter', '--json'], place);
    await onStack('remove', '--yes');
    const registered = await onStack('register');
    expect(registered.fault).toBeUndefined();
    const states = registered.data.map((line) => JSON.parse(line));
    expect(states.map(({ subject, state }) => `${subject} ${state}`)).toEqual(
      expect.arrayContaining([
        'challenge ok',
        'webhook done',
        'dm.received done',
        'post.create done',
      ]),
    );
    expect((await onStack('show')).fault).toBeUndefined();
    const again = await onStack('register');
    expect(again.data.join()).toContain('subscribed already');
    expect((await onStack('remove', '--yes')).fault).toBeUndefined();
    expect((await onStack('show')).fault).toMatchObject({ exitCode: 1 });
  });

  it('take the secret of the stage that runs, not that of another stage in the same folder', async () => {
    const path = join(place, 'secrets.json');
    const { 'switchboard/local/twitter/main': own, ...rest } = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    const other = { ...credentials, consumerSecret: 'that of another stage' };
    const version = { ...own[0], value: JSON.stringify(other) };
    const secrets = { 'switchboard/another/twitter/main': [version], ...rest };
    writeFileSync(path, JSON.stringify({ ...secrets, 'switchboard/local/twitter/main': own }));
    const shown = await capture(['webhooks', 'register', 'twitter', '--json'], place);
    expect(shown.fault).toBeUndefined();
    expect(shown.data.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ subject: 'challenge', state: 'ok' }),
    );
    const checked = await capture(['doctor', 'twitter'], place);
    expect(checked.data.join('\n')).not.toContain('switchboard/another');
  });
});

describe('webhooks say what is allowed', () => {
  it.each<[string, string[], string, RegExp]>([
    ['an action', ['list', 'twitter'], 'webhooks: no list; allowed are register, show', /--help$/],
    ['a connector', ['show', 'fax'], 'no connector fax: allowed are ', /--help$/],
    [
      ...(['a webhook that is entered by hand', ['register', 'twilio']] as const),
      ...(['the webhook of twilio is entered by hand', /doctor twilio .*sms\.md/] as const),
    ] as never,
    ['a webhook', ['register', 'email'], 'email has no webhook', /docs\/channels\/email\.md/],
    ['a stage', ['show', 'twitter', '--stage', 'x'], '--stage is "x": give the name', /--help$/],
    ['a stack', ['show', 'twitter'], 'no stack is running', /or name a deployed stage: --stage/],
    ['a URL', ['show', 'twitter', '--stage', 'example'], '--url missing', /--help$/],
    [
      ...(['a stage beside the URL', ['show', 'twitter', '--url', url]] as const),
      ...(['--url needs --stage', /--help$/] as const),
    ] as never,
    [
      ...([
        'a URL that X takes',
        ['show', 'twitter', '--stage', 'example', '--url', 'http://10.0.0.1/webhooks/twitter/shop'],
      ] as const),
      ...(['it is not https://; X takes no webhook', /WebhookUrl/] as const),
    ] as never,
  ])('where there is not %s', async (_, args, message, next) => {
    expect((await webhooks(...args)).fault).toMatchObject({
      ...{ name: 'CliError', message: expect.stringContaining(message) },
      next: expect.stringMatching(next),
    });
  });
});
