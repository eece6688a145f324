import { isDeepStrictEqual } from 'node:util';
import { refreshesTokens } from '#connectors/capabilities';
import type { SendOutcome } from '#shared/connector/sender';
import type { Prepared, SendDependencies } from './outbound.ts';

/**
 * Turns a refusal of credentials into an attempt that is made again, where the secret holds newer ones: they were
 * refreshed since this function read them. A provider that refuses credentials has sent nothing.
 */
export async function afterRenewal(
  { secrets }: Pick<SendDependencies, 'secrets'>,
  { sender, setting, context }: Pick<Prepared, 'sender' | 'setting' | 'context'>,
  outcome: SendOutcome,
): Promise<SendOutcome> {
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
