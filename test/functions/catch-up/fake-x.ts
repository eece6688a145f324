import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ownUserId, publicUrl } from '#test/connectors/twitter/received';

interface Made {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly atMs: number;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly media?: readonly Readonly<Record<string, unknown>>[];
}

/** An X of a few lines for the catch-up: two lists, one webhook, replays, and refusals on request. */
export interface FakeX {
  readonly apiUrl: string;
  readonly posts: Made[];
  readonly directMessages: Made[];
  /** The calls that it got, as `GET /2/dm_events`. */
  readonly calls: string[];
  /** Entries that it listed: what X would charge for. */
  listed: number;
  webhook: { id: string; url: string; valid: boolean } | undefined;
  /** What a validation makes of the webhook. */
  validates: boolean;
  readonly replays: unknown[];
  /** Answers of this status in place of the next calls of a path. */
  readonly refusals: {
    path: RegExp;
    status: number;
    headers?: Record<string, string>;
    body?: object;
  }[];
  /** What stands beside the entries, where a test gives it: polls only where they are asked for. */
  includes: Readonly<Record<string, unknown>>;
  /** Called before each answer. */
  before: (call: string) => void;
  readonly stop: () => void;
}

/** An id as X makes them. */
export const idAt = (atMs: number, counter = 0) =>
  String((BigInt(atMs - 1_288_834_974_657) << 22n) + BigInt(counter));

export async function startFakeX(): Promise<FakeX> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://x');
      answer(
        x,
        `${request.method} ${url.pathname}`,
        url,
        Buffer.concat(chunks).toString(),
        response,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const x: FakeX = {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ posts: [], directMessages: [], calls: [], listed: 0, replays: [], refusals: [] },
    webhook: { id: '77', url: publicUrl, valid: true },
    validates: true,
    includes: {},
    before: () => {},
    stop: () => server.close(),
  };
  return x;
}

function answer(x: FakeX, call: string, url: URL, body: string, response: ServerResponse): void {
  x.calls.push(call);
  x.before(call);
  const json = (status: number, value: unknown, headers = {}) =>
    response
      .writeHead(status, {
        'content-type': 'application/json',
        date: new Date().toUTCString(),
        ...headers,
      })
      .end(JSON.stringify(value));
  const refused = x.refusals.findIndex(({ path }) => path.test(call));
  const [refusal] = refused === -1 ? [] : x.refusals.splice(refused, 1);
  if (refusal)
    return void json(refusal.status, refusal.body ?? { title: 'refused' }, refusal.headers);
  switch (call) {
    case 'POST /oauth2/token':
      return void json(200, { token_type: 'bearer', access_token: 'app' });
    case 'GET /2/webhooks':
      return void json(200, {
        data: x.webhook ? [{ id: '1', url: 'https://a.test', valid: true }, x.webhook] : [],
      });
    case 'PUT /2/webhooks/77':
      if (x.webhook) x.webhook.valid = x.validates;
      return void json(200, { data: { attempted: true } });
    case 'POST /2/webhooks/replay':
      x.replays.push(JSON.parse(body));
      return void json(200, { data: { job_id: '5' } });
    case `GET /2/users/${ownUserId}/mentions`:
      return void json(200, page(x, url, x.posts, post));
    case 'GET /2/tweets':
      return void json(200, lookUp(x, url));
    case 'GET /2/dm_events':
      return void json(200, page(x, url, x.directMessages, directMessage));
    default:
      return void json(404, { title: 'Not Found' });
  }
}

function page(x: FakeX, { searchParams }: URL, all: readonly Made[], form: (made: Made) => object) {
  const [since = '0', end] = [
    searchParams.get('since_id') ?? '0',
    searchParams.get('pagination_token'),
  ];
  const start = Date.parse(searchParams.get('start_time') ?? '1970-01-01T00:00:00Z');
  const newestFirst = all
    .filter(({ id, atMs }) => BigInt(id) > BigInt(since) && atMs >= start)
    .filter(({ id }) => end === null || BigInt(id) < BigInt(end.replace('before-this-id-', '')))
    .toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1));
  const shown = newestFirst.slice(0, Number(searchParams.get('max_results')));
  x.listed += shown.length;
  const last = shown.at(-1);
  return {
    ...(shown.length > 0 ? { data: shown.map(form) } : {}),
    ...(searchParams.has('expansions') ? { includes: inclusions(x, searchParams, shown) } : {}),
    meta: {
      result_count: shown.length,
      ...(last && shown.length < newestFirst.length
        ? { next_token: `before-this-id-${last.id}` }
        : {}),
    },
  };
}

function lookUp(x: FakeX, { searchParams }: URL) {
  const ids = searchParams.get('ids')?.split(',') ?? [];
  const found = x.posts.filter(({ id }) => ids.includes(id));
  return { data: found.map(post), includes: inclusions(x, searchParams, found) };
}

function inclusions(x: FakeX, searchParams: URLSearchParams, shown: readonly Made[]) {
  const users = [...new Set(shown.map(({ from }) => from))].map((id) => ({
    ...{ id, name: `Name ${id}`, username: `u${id}` },
  }));
  const media = shown.flatMap((made) => made.media ?? []);
  return { users, ...(media.length > 0 ? { media } : {}), ...asked(x.includes, searchParams) };
}

function asked({ polls, ...others }: FakeX['includes'], asking: URLSearchParams) {
  const isAsked =
    asking.get('expansions')?.includes('attachments.poll_ids') &&
    asking.get('poll.fields')?.includes('options');
  return { ...others, ...(polls !== undefined && isAsked ? { polls } : {}) };
}

const mediaKeys = (media: Made['media']) =>
  media ? { attachments: { media_keys: media.map(({ media_key }) => media_key) } } : {};

const post = ({ id, from, text, atMs, more, media }: Made) => ({
  ...{ id, author_id: from, text, conversation_id: id, created_at: new Date(atMs).toISOString() },
  ...mediaKeys(media),
  ...more,
});

const directMessage = ({ id, from, text, atMs, more, media }: Made) => ({
  ...{ id, event_type: 'MessageCreate', text, sender_id: from },
  created_at: new Date(atMs).toISOString(),
  dm_conversation_id: `${ownUserId}-${from}`,
  ...mediaKeys(media),
  ...more,
});
