import { isDeepStrictEqual } from 'node:util';
import { refreshesTokens } from '#connectors/capabilities';
import type { SendOutcome } from '#shared/connector/sender';
import type { Prepared, SendDependencies } from './outbound.ts';

type NotSent = Extract<SendOutcome, { kind: 'not_sent' }>;

/**
 * Turns a refusal of credentials into an attempt that is made again, where the secret holds newer ones: they were
 * refreshed since this function read them. A provider that refuses credentials has sent nothing. Each call to a provider
 * that may pause an account passes here: an attempt, an upload, and what a request needs before it.
 */
export async function afterRenewal<Outcome extends SendOutcome>(
  { secrets }: Pick<SendDependencies, 'secrets'>,
  { sender, setting, context }: Pick<Prepared, 'sender' | 'setting' | 'context'>,
  outcome: Outcome,
): Promise<Outcome | NotSent> {
  if (outcome.kind !== 'account_paused' || outcome.error.code !== 'credentials_rejected') {
    return outcome;
  }
  if (!refreshesTokens(setting.connector)) return outcome;
  const newest = await secrets
    .current(setting.secretId, sender.readCredentials, { refresh: true })
    .catch(() => context.credentials);
  if (isDeepStrictEqual(newest, context.credentials)) return outcome;
  return { kind: 'not_sent', error: { ...outcome.error, retryable: true }, retryAfterSeconds: 1 };
}
