import { raiseAlert } from '#shared/aws/publish/account-trouble';
import { pauseAccount } from '#shared/aws/store/sending/pause';
import { settleFailed } from '#shared/aws/store/sending/settle';
import type { UploadOutcome } from '#shared/connector/sender';
import { logger } from '#shared/logger';
import type { DeliveryError } from '#shared/model/delivery-status';
import { RetryLater } from '#shared/retry-later';
import { type Outbound, placeOf, type SendDependencies } from './outbound.ts';
import type { Prepared } from './prepare.ts';

/** Where the provider does not say how long to wait. */
const waitSeconds = 30;

/**
 * The request for one part as it can be sent: a file that the provider must have first is read and handed over,
 * before the part is claimed. Nothing of that reaches the customer, so a crash here is followed by the same again.
 *
 * Resolves with nothing where the reply is settled or its account paused; throws `RetryLater` for what may go better
 * later.
 */
export async function requestReady(
  dependencies: SendDependencies,
  outbound: Outbound,
  { sender, requests, context }: Prepared,
): Promise<{ readonly request: unknown } | undefined> {
  const { files, uploadTimeoutSeconds } = dependencies;
  const { attempt, part } = outbound.entry.delivery;
  const request = requests[part];
  const file = sender.fileOf?.(request);
  if (!file || !sender.upload) return { request };
  const read = await files(file);
  if (read.kind === 'refused') return fail(dependencies, outbound, read.error);
  const timeoutSeconds = uploadTimeoutSeconds;
  const uploading = { ...context, timeoutSeconds, part, attempt: attempt + 1 };
  const outcome = await sender.upload(request, read.bytes, uploading);
  logger.info('file handed over', { ...placeOf(outbound), part, outcome: outcome.kind });
  return outcome.kind === 'uploaded' ? outcome : notUploaded(dependencies, outbound, outcome);
}

async function notUploaded(
  dependencies: SendDependencies,
  outbound: Outbound,
  outcome: Exclude<UploadOutcome<unknown>, { kind: 'uploaded' }>,
): Promise<undefined> {
  const { target, now } = dependencies;
  const { meta } = outbound;
  if (outcome.kind === 'failed') return fail(dependencies, outbound, outcome.error);
  if (outcome.kind === 'account_paused') {
    await pauseAccount(target.table, meta, outcome.retryAfterSeconds, now());
    await raiseAlert(target, meta, outcome.error, now().toISOString());
    return undefined;
  }
  const seconds = Math.max(outcome.retryAfterSeconds ?? 0, waitSeconds);
  throw new RetryLater(seconds, `the file was not taken: ${outcome.error.code}`);
}

async function fail(
  { target, now }: SendDependencies,
  outbound: Outbound,
  error: DeliveryError,
): Promise<undefined> {
  await settleFailed(target.table, placeOf(outbound), { error, at: now().toISOString() });
  return undefined;
}
