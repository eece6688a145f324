import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sender } from '#connectors/twilio/sender';
import { startSimulator } from '#infra/local/simulators/server';
import { simulator as twilio } from '#infra/local/simulators/twilio/simulator';
import type { Attempted } from '#shared/connector/sender';
import {
  type Act,
  type ScriptedProvider,
  startScriptedProvider,
} from '#test/functions/send/harness/scripted-provider';
import { mockServer } from '#test/support/connectors/prism';
import { accountSid, authToken, publicUrl } from './signed-request.ts';

const request = { to: '+15035550142', from: '+15005550006', body: 'Your order is “on its way”' };
const attemptedAt = '2026-11-21T10:00:00.400Z';
/** A minute and a second after the attempt. */
const lateEnough = 'Sat, 21 Nov 2026 10:01:01 GMT';

let provider: ScriptedProvider;
let act: Act = 'reset';
beforeAll(async () => {
  provider = await startScriptedProvider(() => act);
});
afterAll(() => provider.stop());

function context(changes: object = {}): Attempted<unknown, unknown> {
  return {
    account: sender.readAccount({ address: request.from }),
    credentials: sender.readCredentials({ accountSid, authToken }),
    apiUrl: provider.url,
    publicUrl,
    messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
    part: 0,
    attempt: 1,
    timeoutSeconds: 5,
    attemptedAt,
    ...changes,
  };
}

async function lookUp(asked: object = request, changes: object = {}) {
  return sender.reconcile?.(asked, context(changes));
}

/** A message of the list, ours unless the test says otherwise, created two seconds after the attempt. */
function listed(changes: object = {}) {
  return {
    sid: `SM${'1'.repeat(32)}`,
    direction: 'outbound-api',
    from: request.from,
    to: request.to,
    body: request.body,
    date_created: 'Sat, 21 Nov 2026 10:00:02 +0000',
    date_sent: null,
    status: 'queued',
    ...changes,
  };
}

function list(messages: readonly object[], more: object = {}, date = lateEnough): Act {
  return {
    status: 200,
    headers: { date },
    body: { messages, page: 0, page_size: 1000, next_page_uri: null, ...more },
  };
}

const at = (time: string) => ({ date_created: `Sat, 21 Nov 2026 ${time} +0000` });
const other = { sid: `SM${'2'.repeat(32)}` };
const sent = { kind: 'sent', providerMessageId: `SM${'1'.repeat(32)}` };

describe('looking an attempt up at Twilio', () => {
  it.each<[string, Act, object]>([
    ['finds the one message with its text since the attempt', list([listed()]), sent],
    [
      'finds it among others, older and newer, to the same person',
      list([
        listed({ ...other, body: 'Anything else?', ...at('10:00:40') }),
        listed(),
        listed({ ...other, body: 'Hello', ...at('09:59:58') }),
      ]),
      sent,
    ],
    [
      'allows for a clock of Twilio that is five seconds behind',
      list([listed(at('09:59:56'))]),
      sent,
    ],
    [
      'does not take the same words of a minute earlier for it',
      list([listed(at('09:59:00'))]),
      { kind: 'not_sent' },
    ],
    ['proves by an empty list that nothing was sent', list([]), { kind: 'not_sent' }],
    [
      'proves it by a list of other texts',
      list([listed({ body: 'Something else' })]),
      { kind: 'not_sent' },
    ],
    [
      'does not count what the customer wrote to a number of ours',
      list([listed({ direction: 'inbound' })]),
      { kind: 'not_sent' },
    ],
    [
      'finds it before a Messaging Service has chosen the sender',
      list([listed({ from: null })]),
      sent,
    ],
  ])('%s', async (_, answer, expected) => {
    act = answer;
    expect(await lookUp()).toEqual(expected);
  });

  it.each<[string, Act]>([
    ['two with the same text', list([listed(), listed(other)])],
    ['the same text from another sender of ours', list([listed({ from: '+15005550001' })])],
    [
      'our text as Smart Encoding writes it',
      list([listed({ body: 'Your order is "on its way"' })]),
    ],
    [
      'our text behind the sentence of a trial account',
      list([listed({ body: `Sent from your Twilio trial account - ${request.body}` })]),
    ],
    ['a redacted text', list([listed({ body: '' })])],
    ['a date that cannot be read', list([listed({ date_created: 'yesterday' })])],
    ['a list that goes on', list([], { next_page_uri: '/2010-04-01/Accounts/next' })],
    ['the one message, in a list that goes on', list([listed()], { next_page_uri: '/next' })],
    ['a list younger than a minute', list([], {}, 'Sat, 21 Nov 2026 10:00:59 GMT')],
    ['a list that names no time', list([], {}, '')],
    ['a message without an id', list([listed({ sid: 'SM1' })])],
    ['no list at all', { status: 200, body: {} }],
    ['a page of a proxy', { status: 200, body: '<html>' }],
    ['a redirect', { status: 302, headers: { location: '/' }, body: '' }],
    ['a refusal of the credentials', { status: 401, body: { code: 20003 } }],
    ['too many requests', { status: 429, body: { code: 20429 } }],
    ['a fault of Twilio', { status: 500, body: {} }],
    ['a broken connection', 'reset'],
    ['silence', 'hang'],
  ])('finds nothing out by %s', async (_, answer) => {
    act = answer;
    expect(await lookUp(request, { timeoutSeconds: 0.3 })).toEqual({ kind: 'unknown' });
  });

  it('finds nothing out where nobody listens', async () => {
    const gone = await startScriptedProvider(() => 'reset');
    await gone.stop();
    expect(await lookUp(request, { apiUrl: gone.url })).toEqual({ kind: 'unknown' });
  });

  it.each(['rcs:+15035550142', 'whatsapp:US.1234', '384387'])(
    'never calls it absent for %s, an address Twilio does not say it filters by',
    async (to) => {
      act = list([]);
      expect(await lookUp({ ...request, to })).toEqual({ kind: 'unknown' });
      act = list([listed({ to })]);
      expect(await lookUp({ ...request, to })).toEqual(sent);
    },
  );

  it.each(['👍', '?', '👍🏽'])('tells %s from another text as short', async (body) => {
    act = list([listed({ body })]);
    expect(await lookUp({ ...request, body })).toEqual(sent);
    act = list([listed({ body: 'ok' })]);
    expect(await lookUp({ ...request, body })).not.toMatchObject({ kind: 'sent' });
  });

  it('asks once, by recipient, as the account, and not by a date that queued messages lack', async () => {
    act = list([]);
    const before = provider.asked.length;
    await lookUp({ ...request, to: 'whatsapp:+491711234567' });
    const [asked, ...more] = provider.asked.slice(before);
    expect(more).toEqual([]);
    expect(asked).toMatchObject({
      method: 'GET',
      path: `/2010-04-01/Accounts/${accountSid}/Messages.json`,
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      },
    });
    expect(Object.fromEntries(asked?.query ?? [])).toEqual(
      await vendorQuery({ to: 'whatsapp:+491711234567', pageSize: 1000 }),
    );
  });
});

/** The query that Twilio's own client writes. */
async function vendorQuery(options: { to: string; pageSize: number }) {
  let params: Record<string, unknown> = {};
  const version = {
    page: async (made: { params: Record<string, unknown> }) => {
      params = made.params;
      return { statusCode: 200, body: '{"messages": []}' };
    },
    setPromiseCallback: (promise: unknown) => promise,
    _solution: {},
  };
  type Version = Parameters<typeof MessageListInstance>[0];
  await MessageListInstance(version as unknown as Version, accountSid).page(options);
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}

describe('the simulated Twilio', () => {
  it('shows what it took before the connection broke', async () => {
    const credentials = { accountSid, authToken };
    const simulator = await startSimulator(twilio, [
      {
        account: 'main',
        address: request.from,
        webhookUrl: 'http://127.0.0.1:9',
        settings: {},
        credentials,
      },
    ]);
    const attempt = { apiUrl: simulator.url, attemptedAt: new Date().toISOString() };
    const fault = JSON.stringify({ kind: 'reset-after-accept' });
    await fetch(`${simulator.url}/_fault`, { method: 'POST', body: fault });
    expect(await sender.send(request, context(attempt))).toMatchObject({ kind: 'uncertain' });
    const [taken] = (await (await fetch(`${simulator.url}/_sent`)).json()) as {
      messageId: string;
    }[];
    expect(await lookUp(request, attempt)).toEqual({
      kind: 'sent',
      providerMessageId: taken?.messageId,
    });
    await simulator.stop();
  });
});

/** Twilio's own description of its API, where it has been fetched (it is not ours to keep here). */
const description = join(import.meta.dirname, '../../../../shared/corpus/openapi/twilio.trim.json');
const present = existsSync(description);
if (!present)
  console.log("Twilio's OpenAPI description is not here: 0 look-ups checked against it");

describe.runIf(present)("a look-up against Twilio's OpenAPI description", () => {
  it('passes', async () => {
    const prism = await mockServer(description);
    const target = await prism.listen(0, '127.0.0.1');
    const statuses: number[] = [];
    const between = await startScriptedProvider(async ({ path, query, headers }) => {
      const { authorization = '', accept = '' } = headers as Record<string, string>;
      const answer = await fetch(`${target}${path}?${query}`, {
        headers: { authorization, accept },
      });
      statuses.push(answer.status);
      return { status: answer.status, body: await answer.text() };
    });
    await lookUp(request, { apiUrl: between.url, timeoutSeconds: 20 });
    expect(statuses).toEqual([200]);
    await between.stop();
    await prism.close();
  });
});
