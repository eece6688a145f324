import { createHmac } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registration } from '#connectors/twitter/registration';
import type { RegistrationContext, RegistrationStep } from '#shared/connector/registration';
import { type FakeX, problem, startFakeX } from './fake-x.ts';
import { accountOf, credentials, ownUserId } from './received.ts';

let x: FakeX;
/** The webhook endpoint, which answers the challenge unless a test says otherwise. */
let answerChallenge: (token: string, response: ServerResponse) => void;
const honest = (token: string, response: ServerResponse) => {
  const hash = createHmac('sha256', credentials.consumerSecret).update(token).digest('base64');
  response.end(JSON.stringify({ response_token: `sha256=${hash}` }));
};
const endpoint = createServer((request, response) => {
  const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('crc_token') ?? '';
  answerChallenge(token, response);
});
let webhookUrl = '';

beforeAll(async () => {
  x = await startFakeX();
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.address() as AddressInfo;
  webhookUrl = `http://127.0.0.1:${port}/webhooks/twitter/main`;
});
afterAll(() => {
  x.stop();
  endpoint.close();
});
beforeEach(() => {
  x.reset();
  answerChallenge = honest;
});

const needed = [
  ...['dm.received', 'dm.sent', 'post.mention.create', 'post.reply.create', 'post.quote.create'],
  ...['post.create', 'post.delete', 'oauth.revoke'],
];
const prices = {
  ...{ asOf: '2026-11-27', currency: 'USD' as const },
  perUse: { 'dm.received': 0.01, 'dm.sent': 0 },
};
const oauth2 = {
  ...{ clientId: 'client', accessToken: 'user', refreshToken: 'r' },
  expiresAt: '2030-01-01T00:00:00Z',
};

async function run(
  act: (context: RegistrationContext<unknown, unknown>) => Promise<void>,
  secret: unknown = credentials,
): Promise<RegistrationStep[]> {
  const steps: RegistrationStep[] = [];
  await act({
    ...{ account: accountOf(), credentials: secret, apiUrl: x.apiUrl, webhookUrl, prices },
    ...{ timeoutSeconds: 5, tell: (step) => steps.push(step) },
  });
  return steps;
}
const register = (secret?: unknown, optional: string[] = []) =>
  run((context) => registration.register(context, optional), secret);
const show = () => run(registration.show);
const remove = (answer = true) =>
  run((context) => registration.remove(context, async () => answer));
const changes = () =>
  x.calls.filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token');
const of = (steps: readonly RegistrationStep[], subject: string) =>
  steps.find((each) => each.subject === subject);

describe('register', () => {
  it('makes the webhook and every subscription, each with the token that may', async () => {
    const steps = await register();
    expect(steps.map(({ subject, state }) => `${subject} ${state}`)).toEqual([
      'challenge ok',
      'webhook done',
      ...needed.map((each) => `${each} done`),
    ]);
    expect(x.webhooks).toMatchObject([{ url: webhookUrl, valid: true }]);
    const id = x.webhooks[0]?.id;
    expect(x.subscriptions.map(({ event_type }) => event_type)).toEqual(needed);
    expect(x.subscriptions.every(({ webhook_id }) => webhook_id === id)).toBe(true);
    expect(x.subscriptions.map(({ filter }) => filter.user_id)).toEqual(
      needed.map((each) => (each === 'oauth.revoke' ? undefined : ownUserId)),
    );
    const auth = (type: string) => changes().find(({ body }) => body.includes(`"${type}"`))?.auth;
    expect([auth('dm.received'), auth('post.create')]).toEqual(['oauth1', 'bearer app']);
  });

  it('names the price of each event where it is known', async () => {
    const steps = await register();
    expect(of(steps, 'dm.received')?.says).toContain('0.010 $ each (2026-11-27)');
    expect(of(steps, 'dm.sent')?.says).toContain(', free');
  });

  it('makes nothing twice, and has X validate a disabled webhook again', async () => {
    await register();
    const [first] = x.webhooks;
    if (first) first.valid = false;
    x.calls.length = 0;
    const again = await register();
    expect(changes().map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /2/webhooks/${first?.id}`,
    ]);
    expect(of(again, 'webhook')?.says).toContain('was disabled and is valid again');
    expect(again.filter(({ state }) => state === 'ok')).toHaveLength(needed.length + 1);
  });

  it('makes the optional ones on demand only', async () => {
    await register(undefined, ['chat.received']);
    expect(x.subscriptions.map(({ event_type }) => event_type)).toEqual([
      ...needed,
      'chat.received',
    ]);
  });

  it('tries OAuth 2 first and OAuth 1.0a after it', async () => {
    x.refuse = ({ auth, path }) =>
      auth === 'bearer user' && path.endsWith('subscriptions')
        ? problem(403, 'Unsupported Authentication')
        : undefined;
    const steps = await register({ ...credentials, oauth2 });
    expect(of(steps, 'dm.received')?.state).toBe('done');
    const tried = x.calls.filter(({ body }) => body.includes('"dm.received"'));
    expect(tried.map(({ auth }) => auth)).toEqual(['bearer user', 'oauth1']);
  });

  it('goes on after one refused kind of event, and says which and why', async () => {
    x.refuse = ({ body }) =>
      body.includes('"post.quote.create"')
        ? problem(403, 'not available for this tier')
        : undefined;
    const steps = await register();
    const wrong = steps.filter(({ state }) => state === 'wrong');
    expect(wrong).toMatchObject([
      {
        subject: 'post.quote.create',
        reason: 'not_permitted',
        says: expect.stringContaining('not available for this tier'),
        next: expect.stringContaining('developer console'),
      },
    ]);
    expect(x.subscriptions).toHaveLength(needed.length - 1);
  });

  it('only notes that X does not know oauth.revoke', async () => {
    x.refuse = ({ body }) =>
      body.includes('oauth.revoke') ? problem(400, 'event_type: not allowed', 'Bad') : undefined;
    expect(of(await register(), 'oauth.revoke')).toMatchObject({
      state: 'note',
      reason: 'request_refused',
    });
  });

  it('asks for nothing more once the credits are used up or the limit is reached', async () => {
    for (const [status, reason] of [
      [402, 'credits_depleted'],
      [429, 'rate_limited'],
    ] as const) {
      x.reset();
      x.refuse = ({ method, path }) =>
        method === 'POST' && path.endsWith('subscriptions')
          ? { ...problem(status, 'no'), headers: { 'x-rate-limit-reset': '1795824000' } }
          : undefined;
      const steps = await register();
      const asked = x.calls.filter(({ method, path }) => method === 'POST' && /subscr/.test(path));
      expect(asked).toHaveLength(1);
      expect(steps.filter((each) => each.reason === reason)).toHaveLength(needed.length);
      const until = of(steps, 'dm.received')?.says.includes('until 2026-11-28T00:00:00.000Z');
      expect(until).toBe(status === 429);
    }
  });

  it('takes over a subscription that delivers to no webhook, and none that another one has', async () => {
    const filter = { user_id: ownUserId };
    const url = 'https://old.example.org/webhooks/twitter/main';
    x.webhooks = [{ id: '7', url, valid: true, created_at: '' }];
    x.subscriptions = [
      { subscription_id: '1', event_type: 'dm.received', filter },
      { subscription_id: '2', event_type: 'dm.sent', filter, webhook_id: '7' },
      { subscription_id: '3', event_type: 'dm.sent', filter: { user_id: '99' } },
    ];
    const steps = await register();
    expect(of(steps, 'dm.received')).toMatchObject({ state: 'done', id: '1' });
    expect(of(steps, 'dm.sent')).toMatchObject({
      ...{ state: 'wrong', reason: 'delivered_elsewhere' },
      next: expect.stringContaining(`webhooks remove --url ${url}`),
    });
    expect(x.subscriptions.find((each) => each.subscription_id === '2')?.webhook_id).toBe('7');
  });
});

describe('a refusal of X', () => {
  it.each<[string, (call: { path: string; method: string }) => boolean, number, string, string]>([
    ['app', ({ path }) => path === '/oauth2/token', 403, 'Unable to verify', 'not_permitted'],
    ['app', ({ path }) => path === '/oauth2/token', 401, 'Unauthorized', 'credentials_rejected'],
    ['app', ({ path }) => path === '/2/webhooks', 402, 'credits depleted', 'credits_depleted'],
    ['app', ({ path }) => path === '/2/webhooks', 429, 'Too Many Requests', 'rate_limited'],
    ['app', ({ path }) => path === '/2/webhooks', 503, 'down', 'provider_failed'],
    [
      ...(['app', ({ path }: { path: string }) => path === '/2/webhooks', 403] as const),
      ...([
        'must use keys from an App that is attached to a Project',
        'app_not_in_project',
      ] as const),
    ],
    ['webhook', ({ method }) => method === 'POST', 400, 'UrlValidationFailed', 'url_refused'],
    ['webhook', ({ method }) => method === 'POST', 400, 'CrcValidationFailed', 'challenge_failed'],
    ['webhook', ({ method }) => method === 'POST', 400, 'WebhookLimitExceeded', 'webhook_limit'],
    ['webhook', ({ method }) => method === 'POST', 400, 'DuplicateUrlFailed', 'url_duplicate'],
    [
      'webhook',
      ({ method }) => method === 'POST',
      403,
      'Your enrolled account has reached its billing cycle spend cap.',
      'credits_depleted',
    ],
    ['webhook', ({ method }) => method === 'POST', 418, 'teapot', 'request_refused'],
  ])('of %s is explained: %s %i %s', async (subject, fits, status, detail, reason) => {
    x.refuse = (call) =>
      fits(call) && (subject === 'app' || call.path !== '/oauth2/token')
        ? problem(status, detail)
        : undefined;
    const steps = await register();
    expect(of(steps, subject)).toMatchObject({
      ...{ state: 'wrong', reason },
      says: expect.stringContaining(detail),
      next: expect.stringMatching(/.{15}/),
    });
    expect(x.subscriptions).toEqual([]);
    expect(JSON.stringify(steps)).not.toContain(credentials.consumerSecret);
  });

  it('that is none, because X is not reached, is explained too', async () => {
    const steps: RegistrationStep[] = [];
    const context = { account: accountOf(), credentials, webhookUrl, prices, timeoutSeconds: 1 };
    await registration.show({
      ...{ ...context, apiUrl: 'http://127.0.0.1:9', tell: (step) => steps.push(step) },
    });
    expect(of(steps, 'app')).toMatchObject({ state: 'wrong', reason: 'provider_unreachable' });
  });
});

describe('the challenge', () => {
  it.each<[string, (token: string, response: ServerResponse) => void, RegExp]>([
    [
      'wrong_secret',
      (token, response) => {
        const hash = createHmac('sha256', 'another').update(token).digest('base64');
        response.end(JSON.stringify({ response_token: `sha256=${hash}` }));
      },
      /same consumerSecret there, wait 30 seconds/,
    ],
    [
      'redirect',
      (_, r) => r.writeHead(301, { location: 'https://www.a.example/' }).end(),
      /take the redirect away/,
    ],
    [
      'status',
      (_, response) => response.writeHead(404).end(),
      /deploy the stage with this account/,
    ],
    ['status', (_, response) => response.writeHead(403).end(), /firewall/],
    ['status', (_, response) => response.writeHead(500).end(), /log of the receiving function/],
    ['no_token', (_, response) => response.end('<html>'), /WebhookUrl/],
  ])('that ends with %s is told before X is asked', async (reason, answer, next) => {
    answerChallenge = answer;
    expect(await register()).toMatchObject([
      { subject: 'challenge', state: 'wrong', reason, next: expect.stringMatching(next) },
    ]);
    expect(x.calls).toEqual([]);
  });

  it('that this machine cannot ask does not stop X from asking', async () => {
    const steps: RegistrationStep[] = [];
    const tell = (step: RegistrationStep) => steps.push(step);
    const url = 'https://hooks.invalid/webhooks/twitter/main';
    const context = { account: accountOf(), credentials, apiUrl: x.apiUrl, prices };
    await registration.register({ ...context, webhookUrl: url, timeoutSeconds: 5, tell }, []);
    expect(of(steps, 'challenge')).toMatchObject({ state: 'note', reason: 'not_reached' });
    expect(of(steps, 'webhook')).toMatchObject({ state: 'done' });
  });
});

describe('show', () => {
  it('says what is there and what is missing', async () => {
    expect(of(await show(), 'webhook')).toMatchObject({ state: 'missing' });
    await register();
    x.subscriptions = x.subscriptions.filter(({ event_type }) => event_type !== 'dm.sent');
    x.webhooks.push({ id: '8', url: 'https://b.example.org/w', valid: false, created_at: '' });
    const steps = await show();
    expect(steps.filter(({ state }) => state === 'missing').map(({ subject }) => subject)).toEqual([
      'dm.sent',
    ]);
    expect(of(steps, 'dm.received')).toMatchObject({ state: 'ok', id: expect.any(String) });
    expect(steps).toContainEqual(expect.objectContaining({ id: '8', state: 'note' }));
    expect(changes().filter(({ path }) => path.includes('/8'))).toEqual([]);
  });

  it('says that X has disabled the webhook', async () => {
    await register();
    for (const each of x.webhooks) each.valid = false;
    expect(of(await show(), 'webhook')).toMatchObject({
      state: 'wrong',
      reason: 'webhook_invalid',
    });
  });
});

describe('remove', () => {
  it('takes the webhook of this URL and its subscriptions, and no other', async () => {
    await register();
    const filter = { user_id: '99' };
    const other = { id: '8', url: 'https://b.example.org/w', valid: true, created_at: '' };
    x.webhooks.push(other);
    const kept = { subscription_id: '5', event_type: 'dm.sent', filter, webhook_id: '8' };
    x.subscriptions.push(kept);
    await remove(false);
    expect(x.webhooks).toHaveLength(2);
    const steps = await remove();
    expect([x.webhooks, x.subscriptions]).toEqual([[other], [kept]]);
    expect(steps.filter(({ state }) => state === 'done')).toHaveLength(needed.length + 1);
    expect(of((await remove()).slice(1), 'webhook')?.says).toContain('nothing to remove');
  });
});

describe('the URL', () => {
  it.each([
    ['http://hooks.example.org/w', ['not_https']],
    ['https://hooks.example.org:8443/w', ['port']],
    [`https://hooks.example.org/${'w'.repeat(200)}`, ['too_long']],
    ['https://localhost/w', ['not_public']],
    ['https://10.1.2.3/w', ['not_public']],
    ['http://192.168.1.2:3000/w', ['not_https', 'port', 'not_public']],
    ['https://hooks.example.org/webhooks/twitter/main', []],
  ])('%s breaks %j', (url, names) => {
    expect(registration.urlProblems(url).map(({ name }) => name)).toEqual(names);
  });
});
