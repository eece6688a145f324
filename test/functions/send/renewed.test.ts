import { describe, expect, it } from 'vitest';
import { afterRenewal } from '#functions/send/renewed';
import { requestReady } from '#functions/send/upload';
import type { SendOutcome } from '#shared/connector/sender';

const refused = {
  kind: 'account_paused',
  error: { code: 'credentials_rejected', title: '401', retryable: true },
} as const satisfies SendOutcome;

/** The outcome of an attempt with these credentials, while the secret holds those. */
async function outcomeWith(
  used: unknown,
  kept: unknown,
  { outcome = refused, connector = 'twitter' }: { outcome?: SendOutcome; connector?: string } = {},
) {
  const asked: unknown[] = [];
  const current = async (...[, , options]: readonly unknown[]) => {
    asked.push(options);
    if (kept instanceof Error) throw kept;
    return kept;
  };
  const prepared = {
    sender: { readCredentials: (value: unknown) => value },
    setting: { connector, secretId: 'secret' },
    context: { credentials: used },
  };
  const result = await afterRenewal({ secrets: { current } as never }, prepared as never, outcome);
  return { result, asked };
}

describe('credentials that a provider refuses', () => {
  it('are tried again where the secret holds newer ones', async () => {
    const { result, asked } = await outcomeWith({ token: 'old' }, { token: 'new' });
    expect(result).toMatchObject({ kind: 'not_sent', error: { retryable: true } });
    expect(asked).toEqual([{ refresh: true }]);
  });

  it('pause the account where it holds the same, or cannot be read', async () => {
    expect((await outcomeWith({ token: 'old' }, { token: 'old' })).result).toBe(refused);
    expect((await outcomeWith({ token: 'old' }, new Error('down'))).result).toBe(refused);
  });

  it('are not read again for another outcome, or where tokens never end', async () => {
    const error = { code: 'credits_depleted', title: '402', retryable: true } as const;
    const paused = { kind: 'account_paused', error } as const;
    const other = await outcomeWith({ token: 'old' }, { token: 'new' }, { outcome: paused });
    expect([other.result, other.asked]).toEqual([paused, []]);
    const twilio = await outcomeWith({ a: 1 }, { a: 2 }, { connector: 'twilio' });
    expect([twilio.result, twilio.asked]).toEqual([refused, []]);
  });
});

describe.each(['an upload', 'what a request needs before it'])(
  'credentials refused to %s',
  (call) => {
    const outbound = {
      conversation: { id: 'cnv_a', connector: 'twitter', account: 'main', channel: 'twitter' },
      entry: { sequence: 2, delivery: { state: 'accepted', part: 0, attempt: 0 } },
    };

    it('are tried again at once where the secret holds newer ones, and no account is paused', async () => {
      const prepared = {
        sender: {
          readCredentials: (value: unknown) => value,
          upload: async () => refused,
          prepare: async () => refused,
          filesOf: () => (call === 'an upload' ? [{}] : []),
        },
        setting: { connector: 'twitter', secretId: 'secret' },
        context: { credentials: { token: 'old' } },
        requests: [{}],
      };
      const dependencies = {
        secrets: { current: async () => ({ token: 'new' }) },
        files: async () => ({ kind: 'read', bytes: Buffer.from('png') }),
        now: () => new Date('2026-11-21T10:00:00.000Z'),
      };
      const given = [dependencies as never, outbound as never, prepared as never] as const;
      await expect(requestReady(...given)).rejects.toMatchObject({
        name: 'RetryLater',
        seconds: 1,
      });
    });
  },
);
