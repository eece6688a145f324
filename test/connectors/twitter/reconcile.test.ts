import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwitterRequest } from '#connectors/twitter/outbound/request';
import { sender } from '#connectors/twitter/sender';
import { startSimulator } from '#infra/local/simulators/server';
import { simulator as twitter } from '#infra/local/simulators/twitter/simulator';
import { snowflake } from '#infra/local/simulators/twitter/snowflake';
import type { Attempted } from '#shared/connector/sender';
import {
  type Act,
  type ScriptedProvider,
  startScriptedProvider,
} from '#test/functions/send/harness/scripted-provider';
import { mockServer } from '#test/support/connectors/prism';
import { accountOf, credentials, ownUserId, publicUrl } from './received.ts';

const text = 'we are on it: a < b & c';
const dm = { kind: 'dm', participantId: '1600', text } satisfies TwitterRequest;
const post = { kind: 'post', inReplyToPostId: '2200', text } satisfies TwitterRequest;
const attemptedAt = '2026-11-21T10:00:00.400Z';
/** A minute and a second after the attempt. */
const lateEnough = 'Sat, 21 Nov 2026 10:01:01 GMT';

let provider: ScriptedProvider;
let act: Act = 'reset';
beforeAll(async () => {
  provider = await startScriptedProvider(() => act);
});
afterAll(() => provider.stop());

async function lookUp(request: TwitterRequest, changes: object = {}) {
  const attempted: Attempted<unknown, unknown> = {
    account: accountOf(),
    credentials,
    apiUrl: provider.url,
    publicUrl,
    messageId: 'm1',
    part: 0,
    attempt: 1,
    timeoutSeconds: 5,
    attemptedAt,
    ...changes,
  };
  return sender.reconcile?.(request, attempted);
}

let sequence = 0;
const idAt = (time: string) => snowflake(new Date(`2026-11-21T${time}Z`), ++sequence);

/** One of our own messages as X lists it, two seconds after the attempt unless the test says otherwise. */
function own(time = '10:00:02.000', changes: object = {}) {
  return { id: idAt(time), text: dm.text, sender_id: ownUserId, ...changes };
}
const earlier = () => own('09:58:00.000', { text: 'Hello' });

function list(
  data: readonly object[],
  meta: object = {},
  date = lateEnough,
  more: object = {},
): Act {
  const body = {
    ...(data.length > 0 ? { data } : {}),
    meta: { result_count: data.length, ...meta },
    ...more,
  };
  return { status: 200, headers: { date }, body };
}

const goesOn = { next_token: '7140dibdnow9c7btw3w29' };
const absent = { kind: 'not_sent' };
const unknown = { kind: 'unknown' };

describe.each<[string, TwitterRequest]>([
  ['a direct message', dm],
  ['a post', post],
])('looking up the attempt of %s', (_, request) => {
  it('finds the one with its text since the attempt, among others', async () => {
    const ours = own();
    act = list([own('10:00:30.000', { text: 'Anything else?' }), ours, earlier()]);
    expect(await lookUp(request)).toEqual({ kind: 'sent', providerMessageId: ours.id });
  });

  it('finds it as X writes it: escaped, the people answered in front, blanks taken off', async () => {
    const text = '@nora @ada we are on it: a &lt; b &amp; c';
    const ours = own('09:59:56.000', { text });
    act = list([ours]);
    expect(await lookUp({ ...request, text: `${request.text} \n` })).toEqual({
      kind: 'sent',
      providerMessageId: ours.id,
    });
  });

  it('finds it where X has put a short link for the long one', async () => {
    const url = 'https://t.co/abc123';
    const entities = { urls: [{ url, expanded_url: 'https://acme.example/track/1' }] };
    const ours = own('10:00:02.000', { text: `Look: ${url}`, entities });
    act = list([ours]);
    expect(await lookUp({ ...request, text: 'Look: https://acme.example/track/1' })).toEqual({
      kind: 'sent',
      providerMessageId: ours.id,
    });
  });

  it.each<[string, () => Act]>([
    ['an empty list', () => list([])],
    ['the same words of a minute earlier', () => list([own('09:59:00.000')])],
    ['other texts', () => list([own('10:00:03.000', { text: 'Something else' })])],
    ['a list that goes on into the time before', () => list([earlier()], goesOn)],
  ])('proves by %s that nothing was sent', async (_name, answer) => {
    act = answer();
    expect(await lookUp(request)).toEqual(absent);
  });

  it.each<[string, () => Act]>([
    ['two with the same text', () => list([own(), own()])],
    ['a short link it cannot read', () => list([own(undefined, { text: 'x https://t.co/a' })])],
    ['a list that does not reach back', () => list([own(undefined, { text: 'x' })], goesOn)],
    ['the one message, in a list that does not reach back', () => list([own()], goesOn)],
    ['a list younger than a minute', () => list([], {}, 'Sat, 21 Nov 2026 10:00:59 GMT')],
    ['a list that names no time', () => list([], {}, '')],
    ['a part of a list', () => list([], {}, lateEnough, { errors: [{ title: 'Not Found' }] })],
    ['a count that is not that of the data', () => list([], { result_count: 1 })],
    ['an id that is none', () => list([own(undefined, { id: 'x' })])],
    ['no list at all', () => ({ status: 200, body: {} })],
    ['a page of a proxy', () => ({ status: 200, body: '<html>' })],
    ['too many requests', () => ({ status: 429, body: {} })],
    ['a refusal', () => ({ status: 403, body: {} })],
    ['no credits', () => ({ status: 402, body: {} })],
    ['a fault of X', () => ({ status: 503, body: {} })],
    ['a broken connection', () => 'reset'],
    ['silence', () => 'hang'],
  ])('finds nothing out by %s', async (_name, answer) => {
    act = answer();
    expect(await lookUp(request, { timeoutSeconds: 0.3 })).toEqual(unknown);
  });
});

describe('a conversation', () => {
  it('holds the customer’s words too, which are never taken for ours', async () => {
    act = list([own('10:00:02.000', { sender_id: '1600' })]);
    expect(await lookUp(dm)).toEqual(absent);
  });

  it('proves nothing where it does not say who wrote', async () => {
    const { sender_id: _, ...unsigned } = own('10:00:02.000', { text: 'other' });
    act = list([unsigned]);
    expect(await lookUp(dm)).toEqual(unknown);
  });
});

describe('a post on a later attempt', () => {
  it('may be there from an earlier one: X refuses the second of the same text', async () => {
    const ours = own('09:00:00.000');
    const unknownSince = '2026-11-21T08:59:59.000Z';
    act = list([ours, own('08:59:00.000')]);
    expect(await lookUp(post, { attempt: 2, unknownSince })).toEqual({
      kind: 'sent',
      providerMessageId: ours.id,
    });
    expect(provider.asked.at(-1)?.query.get('start_time')).toBe('2026-11-21T08:59:54Z');
  });

  it('is not looked for before the attempt where there was none, and a direct message never', async () => {
    act = list([own('09:00:00.000')]);
    expect(await lookUp(post)).toEqual(absent);
    expect(await lookUp(post, { attempt: 2 })).toEqual(absent);
    expect(await lookUp(dm, { unknownSince: '2026-11-21T08:59:59.000Z' })).toEqual(absent);
  });
});

async function withSimulator(work: (url: string) => Promise<void>): Promise<void> {
  const simulator = await startSimulator(twitter, [
    {
      account: 'main',
      address: ownUserId,
      webhookUrl: 'http://127.0.0.1:1/nobody-listens',
      settings: { username: 'acmecare' },
      credentials,
    },
  ]);
  try {
    await work(simulator.url);
  } finally {
    await simulator.stop();
  }
}

describe('the simulated X, which checks signatures and refuses unknown parameters', () => {
  it.each([
    ['a direct message', dm],
    ['a post', post],
  ])('shows %s it took before the connection broke', async (_, request) => {
    await withSimulator(async (apiUrl) => {
      const now = new Date().toISOString();
      const before = { ...request, text: 'an earlier one' };
      const attempt = { account: accountOf(), credentials, apiUrl, publicUrl, messageId: 'm1' };
      const context = { ...attempt, part: 0, attempt: 1, timeoutSeconds: 5 };
      await sender.send(before, context);
      const fault = JSON.stringify({ kind: 'reset-after-accept' });
      await fetch(`${apiUrl}/_fault`, { method: 'POST', body: fault });
      expect(await sender.send(request, context)).toMatchObject({ kind: 'uncertain' });
      const sent = (await (await fetch(`${apiUrl}/_sent`)).json()) as { messageId: string }[];
      expect(await lookUp(request, { apiUrl, attemptedAt: now })).toEqual({
        kind: 'sent',
        providerMessageId: sent[1]?.messageId,
      });
      const longAgo = new Date(Date.now() - 62_000).toISOString();
      const never = { ...request, text: 'never sent' };
      expect(await lookUp(never, { apiUrl, attemptedAt: longAgo })).toEqual(absent);
      const wrong = { ...credentials, accessTokenSecret: 'wrong' };
      expect(await lookUp(never, { apiUrl, attemptedAt: longAgo, credentials: wrong })).toEqual(
        unknown,
      );
    });
  });
});

/** X's own OpenAPI description, where it has been fetched: its licence does not let us keep it here. */
const description = join(
  import.meta.dirname,
  '../../../../shared/corpus/twitter/spec/x-api-v2-openapi.json',
);
const present = existsSync(description);
if (!present) console.log("X's OpenAPI description is not here: 0 look-ups checked against it");

describe.runIf(present)("a look-up against X's OpenAPI description", () => {
  it('passes for a direct message and for a post, and a parameter X does not have does not', async () => {
    const prism = await mockServer(description, { checkSecurity: false });
    const target = await prism.listen(0, '127.0.0.1');
    const statuses: number[] = [];
    const between = await startScriptedProvider(async ({ path, query }) => {
      const answer = await fetch(`${target}${path}?${query}`);
      statuses.push(answer.status);
      return { status: answer.status, body: await answer.text() };
    });
    await lookUp(dm, { apiUrl: between.url, timeoutSeconds: 20 });
    await lookUp(post, { apiUrl: between.url, timeoutSeconds: 20 });
    const planted = await fetch(`${between.url}/2/users/1/tweets?max_results=1000`);
    expect(planted.status).toBe(statuses.at(-1));
    expect(statuses.map((status) => status < 300)).toEqual([true, true, false]);
    await between.stop();
    await prism.close();
  }, 60_000);
});
