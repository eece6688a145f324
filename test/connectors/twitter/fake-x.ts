import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { credentials, ownUserId } from './received.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Call {
  readonly method: string;
  readonly path: string;
  /** `basic`, `bearer <token>` or `oauth1`. */
  readonly auth: string;
  readonly body: string;
}

/** The part of X that registers webhooks and hands out tokens, as its documents describe it. */
export interface FakeX {
  readonly apiUrl: string;
  readonly calls: Call[];
  webhooks: { id: string; url: string; valid: boolean; created_at: string }[];
  subscriptions: {
    subscription_id: string;
    event_type: string;
    filter: { user_id?: string };
    webhook_id?: string;
  }[];
  /** The account that has signed in, its permission, and the scopes it grants. */
  userId: string;
  accessLevel: string;
  scope: string;
  /** The refresh token that is good now; X takes each one once, and a used one ends them all. */
  refreshToken: string;
  /** Answers in place of its own, while it returns something. */
  refuse: (call: Call) => Answer | undefined;
  readonly reset: () => void;
  readonly stop: () => void;
}

export const problem = (status: number, detail: string, title = 'Forbidden'): Answer => ({
  status,
  body: { title, detail, status, type: 'about:blank' },
});

const initial = {
  refreshToken: 'rt-1',
  userId: ownUserId,
  accessLevel: 'read-write-directmessages',
  scope: 'tweet.read tweet.write users.read dm.read dm.write media.write offline.access',
  refuse: (): Answer | undefined => undefined,
};

export async function startFakeX(): Promise<FakeX> {
  const fake: FakeX = {
    apiUrl: '',
    calls: [],
    webhooks: [],
    subscriptions: [],
    ...initial,
    reset: () => {
      Object.assign(fake, initial, { webhooks: [], subscriptions: [] });
      fake.calls.length = 0;
    },
    stop: () => server.close(),
  };
  const answer = async (call: Call): Promise<Answer> => {
    const found = [...tokenRoutes(fake), ...webhookRoutes(fake), ...subscriptionRoutes(fake)].find(
      ([method, path]) => method === call.method && path.test(call.path),
    );
    const [, , handle] = found ?? [];
    return handle ? handle(call) : problem(404, `no ${call.method} ${call.path}`);
  };
  const server: Server = createServer((request, response) => {
    void read(request).then(async (call) => {
      fake.calls.push(call);
      const { status, body, headers } = fake.refuse(call) ?? (await answer(call));
      response.writeHead(status, headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, { apiUrl: `http://127.0.0.1:${port}` });
}

type Route = readonly [method: string, path: RegExp, (call: Call) => Answer | Promise<Answer>];

const ok = (body: unknown, headers?: Answer['headers']): Answer =>
  headers ? { status: 200, body, headers } : { status: 200, body };
const idIn = ({ path }: Call) => /\/(\d+)$/.exec(path)?.[1] ?? '';
let nextId = 100;

const tokenRoutes = (fake: FakeX): readonly Route[] => [
  ['POST', /^\/oauth2\/token$/, token],
  [
    ...(['POST', /^\/oauth\/request_token$/] as const),
    () => ok('oauth_token=rt&oauth_token_secret=rs&oauth_callback_confirmed=true'),
  ],
  [
    ...(['POST', /^\/oauth\/access_token$/] as const),
    () =>
      ok(
        `oauth_token=${ownUserId}-new&oauth_token_secret=new-secret&user_id=${ownUserId}&screen_name=acmecare`,
      ),
  ],
  [
    ...(['GET', /^\/2\/users\/me$/] as const),
    () =>
      ok(
        { data: { id: fake.userId, username: 'acmecare' } },
        { 'x-access-level': fake.accessLevel },
      ),
  ],
  [
    ...(['POST', /^\/2\/oauth2\/token$/] as const),
    ({ body }) => {
      const form = new URLSearchParams(body);
      const given = form.get('refresh_token');
      if (form.get('grant_type') === 'refresh_token' && given !== fake.refreshToken) {
        fake.refreshToken = '';
        return { status: 400, body: { error: 'invalid_grant' } };
      }
      const [, number = '1'] = /^rt-(\d+)$/.exec(given ?? '') ?? [];
      const next = Number(number) + 1;
      fake.refreshToken = `rt-${next}`;
      return ok({
        ...{ token_type: 'bearer', expires_in: 7200, scope: fake.scope },
        ...{ access_token: `at-${next}`, refresh_token: `rt-${next}` },
      });
    },
  ],
];

function webhookRoutes(fake: FakeX): readonly Route[] {
  const guarded = (handle: Route[2]) => (call: Call) =>
    call.auth === 'bearer app' ? handle(call) : problem(403, 'Unsupported Authentication');
  return [
    ['GET', /^\/2\/webhooks$/, guarded(() => ok({ data: fake.webhooks }))],
    [
      ...(['POST', /^\/2\/webhooks$/] as const),
      guarded(async ({ body }) => {
        const { url } = JSON.parse(body);
        if (!(await answersChallenge(url))) return problem(400, 'CrcValidationFailed');
        const made = {
          id: `${nextId++}`,
          url,
          valid: true,
          created_at: '2026-11-27T12:00:00.000Z',
        };
        fake.webhooks.push(made);
        return ok({ data: made });
      }),
    ],
    [
      ...(['PUT', /^\/2\/webhooks\/\d+$/] as const),
      guarded(async (call) => {
        const found = fake.webhooks.find(({ id }) => id === idIn(call));
        if (!found) return problem(404, 'WebhookIdInvalid');
        if (!(await answersChallenge(found.url))) return problem(400, 'CrcValidationFailed');
        found.valid = true;
        return ok({ data: { valid: true } });
      }),
    ],
    [
      ...(['DELETE', /^\/2\/webhooks\/\d+$/] as const),
      guarded((call) => {
        fake.webhooks = fake.webhooks.filter(({ id }) => id !== idIn(call));
        return ok({ data: { deleted: true } });
      }),
    ],
  ];
}

function subscriptionRoutes(fake: FakeX): readonly Route[] {
  const path = /^\/2\/activity\/subscriptions(\/\d+)?$/;
  const publicKinds = ['post.create', 'post.delete', 'oauth.revoke'];
  return [
    ['GET', path, () => ok({ data: fake.subscriptions })],
    [
      ...(['POST', path] as const),
      ({ body, auth }) => {
        const given = JSON.parse(body);
        if (auth === 'bearer app' && !publicKinds.includes(given.event_type)) {
          return problem(403, 'Unsupported Authentication');
        }
        const made = { subscription_id: `${nextId++}`, ...given };
        fake.subscriptions.push(made);
        return ok({ data: { subscription: made } });
      },
    ],
    [
      ...(['PUT', path] as const),
      (call) => {
        const found = fake.subscriptions.find((each) => each.subscription_id === idIn(call));
        if (found) found.webhook_id = JSON.parse(call.body).webhook_id;
        return ok({ data: { subscription: found } });
      },
    ],
    [
      ...(['DELETE', path] as const),
      (call) => {
        const isOther = (each: { subscription_id: string }) => each.subscription_id !== idIn(call);
        fake.subscriptions = fake.subscriptions.filter(isOther);
        return ok({ data: { deleted: true } });
      },
    ],
  ];
}

function token({ auth }: Call): Answer {
  if (auth === 'basic') return { status: 200, body: { token_type: 'bearer', access_token: 'app' } };
  return problem(403, 'Unable to verify your credentials');
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization = '' } = request.headers;
  const [, scheme = '', rest = ''] = /^(\w+) (.*)$/.exec(authorization) ?? [];
  const auth = { Basic: 'basic', Bearer: `bearer ${rest}`, OAuth: 'oauth1' }[scheme] ?? scheme;
  const [path = ''] = (request.url ?? '').split('?');
  return { method: request.method ?? '', path, auth, body: Buffer.concat(chunks).toString() };
}

/** X's challenge: only loopback addresses are asked in a test, others count as answered. */
async function answersChallenge(url: string): Promise<boolean> {
  if (!url.startsWith('http://127.0.0.1')) return true;
  const asked = Buffer.from('0b1c5b6e-3f0a-4a59-9f0e-000000000001').toString('base64');
  const response = await fetch(`${url}?crc_token=${encodeURIComponent(asked)}`, {
    redirect: 'manual',
  });
  if (response.status !== 200) return false;
  const hash = createHmac('sha256', credentials.consumerSecret).update(asked).digest('base64');
  const { response_token } = (await response.json()) as { response_token?: string };
  return response_token === `sha256=${hash}`;
}
