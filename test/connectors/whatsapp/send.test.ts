import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sender } from '#connectors/whatsapp/sender';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as whatsapp } from '#infra/local/simulators/whatsapp/simulator';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { account, credentials } from './signed-webhook.ts';
import { reply, target } from './text-reply.ts';

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator(whatsapp, [
    {
      account: 'main',
      address: account.address,
      webhookUrl: 'http://127.0.0.1:9/webhooks/whatsapp/main',
      settings: {},
      credentials: { ...credentials, appSecrets: '' },
    },
  ]);
});
afterAll(async () => simulator.stop());
beforeEach(async () => {
  await fetch(`${simulator.url}/_sent`, { method: 'DELETE' });
});

function attempt(change: Partial<SendContext<unknown, unknown>> = {}): Promise<SendOutcome> {
  const [request] = sender.render(reply('hello'), target(), account);
  return sender.send(request, {
    account,
    credentials,
    apiUrl: simulator.url,
    publicUrl: 'https://hooks.example/webhooks/whatsapp/main',
    messageId: 'msg_1',
    part: 1,
    attempt: 1,
    timeoutSeconds: 5,
    ...change,
  });
}
async function sends(): Promise<{ messageId: string; to: string; request: unknown }[]> {
  const response = await fetch(`${simulator.url}/_sent`);
  return (await response.json()) as never;
}
async function nextFault(kind: string): Promise<void> {
  await fetch(`${simulator.url}/_fault`, { method: 'POST', body: JSON.stringify({ kind }) });
}

describe('sending', () => {
  it('posts one message with our ids in it, and gives the id Meta gave', async () => {
    const outcome = await attempt({ part: 2, attempt: 3 });
    const [sent, ...others] = await sends();
    expect(others).toEqual([]);
    expect(outcome).toEqual({ kind: 'sent', providerMessageId: sent?.messageId });
    expect(sent?.to).toBe('491701234567');
    expect(sent?.request).toMatchObject({ biz_opaque_callback_data: 'msg_1.2.3' });
  });

  it.each([
    ['429', 'not_sent', 'provider_throttled'],
    ['500', 'uncertain', 'provider_unavailable'],
    ['503', 'uncertain', 'request_rejected'],
    ['130429', 'not_sent', 'provider_throttled'],
    ['131056', 'not_sent', 'recipient_throttled'],
    ['131047', 'failed', 'reply_window_closed'],
    ['131026', 'failed', 'recipient_unreachable'],
    ['190', 'account_paused', 'credentials_rejected'],
    ['368', 'account_paused', 'account_restricted'],
    ['reset-after-accept', 'uncertain', 'outcome_unknown'],
  ])('ends a fault %s as %s (%s)', async (fault, kind, code) => {
    await nextFault(fault);
    expect(await attempt()).toMatchObject({ kind, error: { code } });
  });

  it('waits as long as a 429 says', async () => {
    await nextFault('429');
    expect(await attempt()).toMatchObject({ retryAfterSeconds: 1 });
  });

  it('is uncertain when no answer comes', async () => {
    await nextFault('hang');
    expect(await attempt({ timeoutSeconds: 0.2 })).toMatchObject({ kind: 'uncertain' });
  });

  it('is surely not sent where nobody listens', async () => {
    const gone = await startSimulator(whatsapp, []);
    await gone.stop();
    expect(await attempt({ apiUrl: gone.url })).toMatchObject({ kind: 'not_sent' });
  });

  it('pauses the account with a wrong token or a number that is not there', async () => {
    const wrong = { ...credentials, accessToken: 'wrong' };
    expect(await attempt({ credentials: wrong })).toMatchObject({ kind: 'account_paused' });
    const [request] = sender.render(
      reply('hello'),
      target({
        businessIdentity: { channel: 'whatsapp', kind: 'sender_id', scope: '', address: '404' },
      }),
      account,
    );
    const outcome = await sender.send(request, {
      account,
      credentials,
      apiUrl: simulator.url,
      publicUrl: '',
      messageId: 'm',
      part: 1,
      attempt: 1,
      timeoutSeconds: 5,
    });
    expect(outcome.kind).toBe('account_paused');
    expect(await sends()).toEqual([]);
  });

  it('puts no secret and no word of the message into an error', async () => {
    for (const fault of ['190', '100', '500', 'reset-after-accept']) {
      await nextFault(fault);
      const text = JSON.stringify(await attempt());
      expect(text).not.toContain(credentials.accessToken);
      expect(text).not.toContain('hello');
    }
  });
});
