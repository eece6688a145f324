import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { simulator as email } from '#infra/local/simulators/email/simulator';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import type { SendContext } from '#shared/connector/sender';
import { inbox } from './inbox.ts';

let provider: RunningSimulator;
const { sender } = await (async () => {
  provider = await startSimulator(email, [
    { account: 'main', address: inbox.address, webhookUrl: '', settings: {}, credentials: {} },
  ]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SESV2: provider.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  return import('#connectors/email/sender');
})();

const account = { ...inbox, configurationSet: 'switchboard' };
const context: SendContext<unknown, unknown> = {
  account,
  credentials: { replyTokenKey: 'k'.repeat(32) },
  apiUrl: 'https://email.amazonaws.com',
  publicUrl: 'https://switchboard.example/webhooks/email/main',
  messageId: 'msg_abc_2',
  part: 0,
  attempt: 1,
  timeoutSeconds: 5,
};
const mailbox = (address: string) =>
  ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;
const target = (address = 'anna@customer.example'): ReplyTarget => ({
  channel: 'email',
  visibility: 'private',
  conversationId: 'cnv_abcdefghijklmnopqrstuvwxyz',
  businessIdentity: mailbox(inbox.address),
  customerIdentities: [mailbox(address)],
  subject: 'Router broken',
  providerMessageIds: ['m1@customer.example'],
});

function sendTo(address?: string, changes: Partial<typeof context> = {}) {
  const content = { type: 'text' as const, text: 'Please restart it.' };
  const [request] = sender.render(
    { messageId: 'msg_abc_2', replyId: 'r', content },
    target(address),
    account,
  );
  return sender.send(request, { ...context, ...changes });
}

interface Sent {
  to: string;
  text: string;
  messageId: string;
  request: { tags: Record<string, string[]>; headers: { name: string; value: string }[] };
}
const sent = async () => (await (await fetch(`${provider.url}/_sent`)).json()) as Sent[];
const fail = (kind: string) =>
  fetch(`${provider.url}/_fault`, { method: 'POST', body: JSON.stringify({ kind }) });

beforeEach(async () => {
  await fetch(`${provider.url}/_sent`, { method: 'DELETE' });
});
afterAll(() => provider.stop());

describe('a send', () => {
  it('ends with the id of SES, and with reply token and seal as aliases', async () => {
    const outcome = await sendTo();
    const [only, ...more] = await sent();
    expect(more).toEqual([]);
    expect(outcome).toEqual({
      kind: 'sent',
      providerMessageId: only?.messageId,
      providerAliases: [
        expect.stringMatching(/^ref:[a-z2-7]{16}\.[a-z2-7]{16}$/),
        expect.stringMatching(/^copy:[a-z2-7]{26}\.[a-z2-7]{26}$/),
      ],
    });
    expect(only).toMatchObject({ to: 'anna@customer.example', text: 'Please restart it.' });
    expect(only?.request.tags).toEqual({
      switchboard_message: ['msg_abc_2'],
      switchboard_account: [expect.stringMatching(/^[0-9a-f]{32}$/)],
    });
    const header = (name: string) =>
      only?.request.headers.find((each) => each.name === name)?.value;
    expect(header('Message-ID')).toContain(only?.messageId);
    const [alias = ''] = outcome.kind === 'sent' ? (outcome.providerAliases ?? []) : [];
    expect(header('Reply-To')).toContain(`help+r.${alias.slice('ref:'.length)}@acme.example`);
  });

  it.each([
    ['429', 'not_sent', 'provider_throttled', true],
    ['LimitExceededException', 'not_sent', 'provider_throttled', true],
    ['AccountSuspendedException', 'account_paused', 'account_restricted', true],
    ['SendingPausedException', 'account_paused', 'account_restricted', true],
    ['MailFromDomainNotVerifiedException', 'account_paused', 'channel_misconfigured', true],
    ['AccessDeniedException', 'account_paused', 'credentials_rejected', true],
    ['InvalidSignatureException', 'account_paused', 'credentials_rejected', true],
    ['ExpiredTokenException', 'account_paused', 'credentials_rejected', true],
    ['MessageRejected', 'failed', 'request_rejected', false],
    ['BadRequestException', 'failed', 'request_rejected', false],
    ['unknown', 'failed', 'request_rejected', false],
    ['500', 'uncertain', 'outcome_unknown', true],
  ])('that SES answers with %s is %s, %s', async (fault, kind, code, retryable) => {
    await fail(fault);
    const outcome = await sendTo();
    expect(outcome).toMatchObject({ kind, error: { code, retryable } });
    expect(await sent()).toEqual([]);
  });

  it('whose answer is lost is uncertain, and was made once', async () => {
    await fail('reset-after-accept');
    expect(await sendTo()).toMatchObject({ kind: 'uncertain', error: { code: 'outcome_unknown' } });
    expect(await sent()).toHaveLength(1);
  });

  it('that gets no answer in time is uncertain', async () => {
    await fail('hang');
    expect(await sendTo(undefined, { timeoutSeconds: 0.3 })).toMatchObject({ kind: 'uncertain' });
  });

  it.each([
    'jürgen@customer.example',
    'a@b@c',
    '"a b"@customer.example',
    'x@y.example\r\nBcc: z@y.example',
  ])('to %j is refused before there is a mail', (address) => {
    expect(() => sendTo(address)).toThrow(/cannot be written to|the customer writes from/);
  });
});
