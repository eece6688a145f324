import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sender } from '#connectors/twilio/sender';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as twilio } from '#infra/local/simulators/twilio/simulator';
import { accountSid, authToken, publicUrl } from './signed-request.ts';

let simulator: RunningSimulator;
beforeAll(async () => {
  const account = {
    account: 'main',
    address: '+15005550006',
    webhookUrl: 'http://127.0.0.1:9/x',
    settings: {},
  };
  simulator = await startSimulator(twilio, [
    { ...account, credentials: { accountSid, authToken } },
  ]);
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await fetch(`${simulator.url}/_sent`, { method: 'DELETE' });
});

const context = (authTokenGiven = authToken) => ({
  account: sender.readAccount({ address: '+15005550006' }),
  credentials: sender.readCredentials({ accountSid, authToken: authTokenGiven }),
  ...{
    apiUrl: simulator.url,
    publicUrl,
    messageId: 'msg_a_2',
    part: 0,
    attempt: 1,
    timeoutSeconds: 5,
  },
});

const request = (body: string) => ({
  ...{ to: 'whatsapp:+15035550142', from: 'whatsapp:+15005550006' },
  content: {
    friendly_name: `switchboard_${body}`,
    language: 'en',
    types: {
      'twilio/quick-reply': { body, actions: [{ type: 'QUICK_REPLY', title: 'A', id: 'a' }] },
    },
  },
});

const prepared = async (body: string, token?: string) =>
  (await sender.prepare?.(request(body), context(token))) as {
    kind: string;
    request: { contentSid: string };
  };

async function plant(...kinds: readonly string[]): Promise<void> {
  for (const kind of kinds) {
    await fetch(`${simulator.url}/_fault`, { method: 'POST', body: JSON.stringify({ kind }) });
  }
}

describe('content of the Content API', () => {
  it('is made once, found again by its name, and sent by its ContentSid', async () => {
    const first = await prepared('one');
    expect(first).toMatchObject({
      kind: 'uploaded',
      request: { contentSid: expect.stringMatching(/^HX/) },
    });
    expect(first.request).not.toHaveProperty('content');
    expect((await prepared('one')).request.contentSid).toBe(first.request.contentSid);
    expect((await prepared('two')).request.contentSid).not.toBe(first.request.contentSid);
    expect(await sender.send(first.request, context())).toMatchObject({ kind: 'sent' });
    const sent = (await (await fetch(`${simulator.url}/_sent`)).json()) as { text: string }[];
    expect(sent).toMatchObject([
      { text: 'one', request: { ContentSid: first.request.contentSid } },
    ]);
  });

  it('is not needed for other requests, which stay as they are', async () => {
    const text = { to: '+15035550142', from: '+15005550006', body: 'Hello' };
    expect(await sender.prepare?.(text, context())).toEqual({ kind: 'uploaded', request: text });
  });

  it.each([
    [['500'], 'uploaded'],
    [['hang-not', '500'], 'not_sent'],
    [['429', '429'], 'not_sent'],
    [['unknown', 'reset-after-accept'], 'not_sent'],
    [['unknown', '20005'], 'account_paused'],
  ])('after answers of %j is %s, and nothing is sent', async (kinds, kind) => {
    await plant(...kinds.map((each) => (each === 'hang-not' ? 'unknown' : each)));
    expect(await prepared(`faults ${kinds.join()}`)).toMatchObject({ kind });
    expect(await (await fetch(`${simulator.url}/_sent`)).json()).toEqual([]);
  });

  it('pauses the account where its credentials are refused', async () => {
    expect(await prepared('three', 'wrong')).toMatchObject({ kind: 'account_paused' });
  });

  it.each([
    [{ contentSid: `HX${'0'.repeat(32)}` }, '21655'],
    [{ contentSid: 'known', contentVariables: '{"1":""}' }, '21656'],
  ])(
    'is refused by Twilio where it is not known, or filled wrongly: %j',
    async (named, providerCode) => {
      const { contentSid } = (await prepared('four')).request;
      const { content: _, ...route } = request('four');
      const sid = named.contentSid === 'known' ? contentSid : named.contentSid;
      expect(await sender.send({ ...route, ...named, contentSid: sid }, context())).toMatchObject({
        kind: 'failed',
        error: { providerCode },
      });
    },
  );
});
