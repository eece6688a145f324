import { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify } from '#connectors/twilio/outbound/classify';
import { type CreateOptions, writeForm } from '#connectors/twilio/outbound/message-request';
import { sender } from '#connectors/twilio/sender';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as twilio } from '#infra/local/simulators/twilio/simulator';
import type { SendContext } from '#shared/connector/sender';
import { accountSid, authToken, publicUrl } from './signed-request.ts';

const request = { to: '+15035550142', from: '+15005550006', body: 'Grüße 🙂 & more' };
const apiKey = { apiKeySid: `SK${'b'.repeat(32)}`, apiKeySecret: 'key-secret' };
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator(twilio, [
    {
      account: 'main',
      address: '+15005550006',
      webhookUrl: 'http://127.0.0.1:9/webhooks/twilio/main',
      settings: {},
      credentials: { accountSid, authToken, ...apiKey },
    },
  ]);
});
afterAll(() => simulator.stop());

function context(
  changes: Partial<SendContext<unknown, unknown>> = {},
): SendContext<unknown, unknown> {
  return {
    account: sender.readAccount({ address: '+15005550006' }),
    credentials: sender.readCredentials({ accountSid, authToken }),
    apiUrl: simulator.url,
    publicUrl: `${publicUrl}#rc=3`,
    messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
    part: 0,
    attempt: 1,
    timeoutSeconds: 5,
    ...changes,
  };
}

async function plant(kind: string): Promise<void> {
  const body = JSON.stringify({ kind });
  await fetch(`${simulator.url}/_fault`, { method: 'POST', body });
}

async function sent(): Promise<readonly { request: Record<string, string>; messageId: string }[]> {
  return (await fetch(`${simulator.url}/_sent`)).json() as Promise<[]>;
}

describe('sending through Twilio', () => {
  it('creates one message, with our reference in the path of its callback', async () => {
    await fetch(`${simulator.url}/_sent`, { method: 'DELETE' });
    const outcome = await sender.send(request, context());
    const [message, ...more] = await sent();
    expect(more).toEqual([]);
    expect(outcome).toEqual({ kind: 'sent', providerMessageId: message?.messageId });
    expect(message?.request).toEqual({
      AccountSid: accountSid,
      To: request.to,
      From: request.from,
      Body: request.body,
      ValidityPeriod: '14400',
      StatusCallback: `${publicUrl}/status/msg_abcdefghijklmnopqrstuvwxyz_2.0.1`,
    });
  });

  it('asks for Smart Encoding where the account says so', async () => {
    await fetch(`${simulator.url}/_sent`, { method: 'DELETE' });
    const account = sender.readAccount({ address: '+15005550006', smartEncoded: true });
    await sender.send(request, context({ account }));
    expect((await sent())[0]?.request).toMatchObject({ SmartEncoded: 'true' });
  });

  it('signs in with the API key where there is one', async () => {
    const key = sender.readCredentials({ accountSid, authToken: 'of webhooks only', ...apiKey });
    expect(await sender.send(request, context({ credentials: key }))).toMatchObject({
      kind: 'sent',
    });
  });

  it('stops the account when the credentials are refused', async () => {
    const wrong = sender.readCredentials({ accountSid, authToken: 'wrong' });
    expect(await sender.send(request, context({ credentials: wrong }))).toMatchObject({
      kind: 'account_paused',
      error: { code: 'credentials_rejected', providerCode: '20003' },
    });
  });

  it.each([
    ['429', 'not_sent', 'temporary_failure'],
    ['500', 'uncertain', 'outcome_unknown'],
    ['reset-after-accept', 'uncertain', 'outcome_unknown'],
    ['21211', 'failed', 'recipient_unreachable'],
    ['21408', 'failed', 'channel_misconfigured'],
    ['21610', 'failed', 'recipient_opted_out'],
    ['21611', 'not_sent', 'temporary_failure'],
    ['21617', 'failed', 'text_too_long'],
    ['20003', 'account_paused', 'credentials_rejected'],
    ['20005', 'account_paused', 'account_restricted'],
    ['30002', 'account_paused', 'account_restricted'],
    ['63016', 'failed', 'reply_window_closed'],
    ['unknown', 'failed', 'not_delivered'],
  ])('answers a fault of %s with %s', async (fault, kind, code) => {
    await plant(fault);
    const outcome = await sender.send(request, context());
    expect(outcome).toMatchObject({ kind, error: { code } });
    if (fault === '429') expect(outcome).toMatchObject({ retryAfterSeconds: 1 });
  });

  it('does not know what became of a request that was never answered', async () => {
    await plant('hang');
    const outcome = await sender.send(request, context({ timeoutSeconds: 0.2 }));
    expect(outcome).toMatchObject({ kind: 'uncertain' });
  });

  it('knows that nothing was sent where nobody listens', async () => {
    const gone = await startSimulator(twilio, []);
    await gone.stop();
    const outcome = await sender.send(request, context({ apiUrl: gone.url }));
    expect(outcome).toMatchObject({ kind: 'not_sent', error: { retryable: true } });
  });
});

describe('an answer of Twilio', () => {
  const answer = (status: number, text: string, headers = {}) =>
    classify({ kind: 'answer', status, text, headers: new Headers(headers) }, '+15005550006');

  it.each([
    [201, '{}', 'uncertain'],
    [201, 'created', 'uncertain'],
    [201, '{"sid":"CA1"}', 'uncertain'],
    [302, '', 'uncertain'],
    [403, '<html>proxy</html>', 'uncertain'],
    [401, '', 'account_paused'],
    [429, '', 'not_sent'],
    [503, '{"code":20500}', 'uncertain'],
    [400, '{"code":21211,"message":"The number +1503 is wrong"}', 'failed'],
  ])('%i %s means %s', (status, text, kind) => {
    const outcome = answer(status, text);
    expect(outcome.kind).toBe(kind);
    expect(JSON.stringify(outcome)).not.toContain('+1503');
  });

  const created = (told: object) =>
    answer(201, JSON.stringify({ sid: `SM${'1'.repeat(32)}`, ...told }));

  it.each([
    ['failed', 21610, 'recipient_opted_out', { consent: { category: 'all_messages' } }],
    ['failed', 63050, 'recipient_opted_out', { consent: { category: 'marketing_messages' } }],
    ['undelivered', 30034, 'channel_misconfigured', { accountTrouble: true }],
    ['failed', 30002, 'account_restricted', { accountTrouble: true }],
    ['canceled', 30005, 'recipient_unreachable', {}],
    ['failed', 30008, 'temporary_failure', {}],
    ['failed', 29_999, 'not_delivered', {}],
  ])(
    'that creates a message which is %s already, by %i, is a refusal',
    (status, error_code, code, more) => {
      const outcome = created({ status, error_code });
      expect(outcome).toMatchObject({
        ...{ kind: 'failed', error: { code, providerCode: String(error_code) } },
        ...more,
      });
    },
  );

  it.each([
    { status: 'queued', error_code: null },
    { status: 'accepted' },
    { status: 'failed', error_code: null },
    { status: 'queued', error_code: 30008 },
    { status: 7, error_code: 'x' },
  ])('that creates a message is sent, and callbacks tell the rest: %j', (told) => {
    expect(created(told)).toEqual({ kind: 'sent', providerMessageId: `SM${'1'.repeat(32)}` });
  });

  it('with a date to wait for is measured against its own date', () => {
    const headers = {
      date: 'Sat, 21 Nov 2026 10:00:00 GMT',
      'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT',
    };
    expect(answer(429, '{"code":20429}', headers)).toMatchObject({ retryAfterSeconds: 30 });
    const undated = { 'retry-after': headers['retry-after'] };
    expect(answer(429, '{"code":20429}', undated)).toMatchObject({ retryAfterSeconds: 0 });
  });
});

describe('a refusal of Twilio', () => {
  const refused = (code: number, headers = {}, request = {}) => {
    const { from, messagingServiceSid } = {
      from: '+15005550006',
      messagingServiceSid: '',
      ...request,
    };
    return classify(
      {
        kind: 'answer',
        status: 400,
        text: JSON.stringify({ code }),
        headers: new Headers(headers),
      },
      messagingServiceSid || from,
    );
  };

  it('because of an opt-out tells it, for the sender that it is for', async () => {
    const consent = {
      ...{ category: 'all_messages', state: 'revoked', sender: '+15005550006' },
      ...{ source: 'delivery_error', evidence: 'Twilio error 21610' },
    };
    expect(refused(21610)).toMatchObject({ kind: 'failed', consent });
    const messagingServiceSid = `MG${'a'.repeat(32)}`;
    await plant('21610');
    const answered = await sender.send({ ...request, messagingServiceSid }, context());
    expect(answered).toMatchObject({
      error: { code: 'recipient_opted_out' },
      consent: { ...consent, sender: messagingServiceSid },
    });
    expect(refused(21211)).not.toHaveProperty('consent');
  });

  it.each([
    [30630, 'all_messages'],
    [63033, 'all_messages'],
    [63050, 'marketing_messages'],
  ])('because of an opt-out has more codes than one: %i is from %s', (code, category) => {
    expect(refused(code)).toMatchObject({
      ...{ kind: 'failed', error: { code: 'recipient_opted_out', retryable: false } },
      consent: { category, state: 'revoked', evidence: `Twilio error ${code}` },
    });
  });

  it('over a rate, and not over a count of the day, is tried again soon', () => {
    for (const code of [30022, 30500, 63053]) {
      const date = 'Fri, 27 Nov 2026 10:00:00 GMT';
      const outcome = refused(code, { date });
      expect(outcome).toMatchObject({ kind: 'not_sent', error: { code: 'temporary_failure' } });
      expect(outcome).not.toHaveProperty('retryAfterSeconds');
    }
  });

  it.each([63112, 63120])('of the whole account stops it: %i', (code) => {
    expect(refused(code)).toMatchObject({
      ...{ kind: 'account_paused', error: { code: 'account_restricted' } },
    });
  });

  it.each([
    ...[21659, 21660, 21661, 21662, 21663, 21668, 30037, 30040, 30041, 30042],
    ...[63055, 63056, 63059],
  ])('of our settings is told to the operator: %i', (code) => {
    expect(refused(code)).toMatchObject({
      ...{ kind: 'failed', error: { code: 'channel_misconfigured' }, accountTrouble: true },
    });
  });

  it.each([
    ['Fri, 27 Nov 2026 10:00:00 GMT', 22 * 3600],
    ['Fri, 27 Nov 2026 07:59:59 GMT', 1],
    ['Fri, 27 Nov 2026 08:00:00 GMT', 24 * 3600],
    ['Sun, 01 Nov 2026 08:00:00 GMT', 24 * 3600],
    ['Sun, 08 Mar 2026 09:00:00 GMT', 22 * 3600],
    ['Wed, 01 Jul 2026 12:00:00 GMT', 19 * 3600],
  ])(
    'over the messages of a day waits until midnight of the Pacific coast: %s',
    (date, seconds) => {
      for (const code of [30023, 30027, 63038]) {
        expect(refused(code, { date })).toMatchObject({
          ...{ kind: 'not_sent', retryAfterSeconds: seconds },
          error: { code: 'daily_limit_reached' },
        });
      }
      expect(refused(30023)).not.toHaveProperty('retryAfterSeconds');
    },
  );

  it.each([
    [21219, 'channel_misconfigured', false],
    [21619, 'content_not_supported', false],
    [21635, 'recipient_unreachable', false],
    [21655, 'template_unavailable', false],
    [21656, 'template_rejected', false],
    [30003, 'temporary_failure', true],
    [30008, 'temporary_failure', true],
    [30019, 'media_too_large', false],
    [30036, 'not_sent_in_time', true],
    [63019, 'media_rejected', false],
    [63049, 'marketing_not_delivered', false],
    [63054, 'template_unavailable', false],
    [63058, 'recipient_country_blocked', false],
  ])('with %i is %s', (code, ours, retryable) => {
    expect(refused(code)).toMatchObject({ error: { code: ours, retryable } });
  });
});

describe('the form of a request', () => {
  it("has the names and values that Twilio's own client writes", () => {
    const options = {
      to: '+15035550142',
      from: '+15005550006',
      messagingServiceSid: `MG${'a'.repeat(32)}`,
      body: 'a=b&c +ü🙂',
      statusCallback: publicUrl,
      validityPeriod: 60,
      smartEncoded: true,
      provideFeedback: false,
      attempt: 2,
      sendAsMms: false,
      contentSid: `HX${'a'.repeat(32)}`,
    } satisfies CreateOptions;
    let vendor: Record<string, unknown> = {};
    const version = {
      create: async (made: { data: Record<string, unknown> }) => {
        vendor = made.data;
        return {};
      },
      setPromiseCallback: (promise: unknown) => promise,
    };
    void MessageListInstance(
      version as unknown as Parameters<typeof MessageListInstance>[0],
      accountSid,
    ).create(options);
    const ours = Object.fromEntries(new URLSearchParams(writeForm(options)));
    expect(Object.keys(vendor).length).toBe(Object.keys(options).length);
    expect(ours).toEqual(
      Object.fromEntries(Object.entries(vendor).map(([name, value]) => [name, String(value)])),
    );
  });
});
