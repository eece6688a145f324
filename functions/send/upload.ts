import { capabilitiesOf } from '#connectors/capabilities';
import { readFiles } from '#shared/aws/objects/reply-files';
import { raiseAlert } from '#shared/aws/publish/account-trouble';
import { pauseAccount } from '#shared/aws/store/sending/pause';
import { recordFailed } from '#shared/aws/store/sending/record-outcome';
import type { Sender } from '#shared/connector/define-sender';
import type { FileToUpload, UploadOutcome } from '#shared/connector/sender';
import { logger } from '#shared/logger';
import type { DeliveryError } from '#shared/model/delivery-status';
import { RetryLater } from '#shared/retry-later';
import { type Outbound, type Prepared, placeOf, type SendDependencies } from './outbound.ts';
import { tellRetry } from './park.ts';
import { afterRenewal } from './renewed.ts';

/** The wait where the provider names none. */
const waitSeconds = 30;

/**
 * Gives the request the web addresses of its files, for a provider that fetches files itself. Resolves as `uploaded` does.
 */
async function addressed(
  dependencies: SendDependencies,
  outbound: Outbound,
  { sender, requests }: Prepared,
  files: readonly FileToUpload[],
): Promise<{ readonly request: unknown } | undefined> {
  const request = requests[outbound.entry.delivery.part];
  const addresses: string[] = [];
  for (const file of files) {
    const found = await dependencies.addressOf(file);
    if (found.kind === 'refused') return fail(dependencies, outbound, found.error);
    addresses.push(found.address);
  }
  return { request: sender.showAt?.(request, addresses) ?? request };
}

/**
 * Reads the files that a request shows and hands them to the provider. Resolves with the request that names them there,
 * or with nothing where the reply has its outcome or its account is paused. Throws `RetryLater` for what may go better
 * later.
 */
async function uploaded(
  dependencies: SendDependencies,
  outbound: Outbound,
  prepared: Prepared,
  files: readonly FileToUpload[],
): Promise<{ readonly request: unknown } | undefined> {
  const { sender, requests, context } = prepared;
  const { part } = outbound.entry.delivery;
  const request = requests[part];
  if (!sender.upload) return { request };
  const { connector, channel } = outbound.conversation;
  const maxFilesBytes = capabilitiesOf(connector, channel)?.maxFilesBytes;
  const read = await readFiles(dependencies.files, files, maxFilesBytes);
  if (read.kind === 'refused') return fail(dependencies, outbound, read.error);
  const uploading = contextBefore(dependencies, outbound, context);
  const outcome = await sender.upload(request, read.files, uploading);
  logger.info('files handed over', { ...placeOf(outbound), part, outcome: outcome.kind });
  if (outcome.kind === 'uploaded') return outcome;
  return notUploaded(dependencies, outbound, prepared, outcome);
}

/**
 * Lets the connector do what a request needs at its provider before it can be sent. Resolves as `uploaded` does.
 */
async function readied(
  dependencies: SendDependencies,
  outbound: Outbound,
  prepared: Prepared,
): Promise<{ readonly request: unknown } | undefined> {
  const { sender, requests, context } = prepared;
  const request = requests[outbound.entry.delivery.part];
  if (!sender.prepare) return { request };
  const outcome = await sender.prepare(request, contextBefore(dependencies, outbound, context));
  if (outcome.kind === 'uploaded') return outcome;
  return notUploaded(dependencies, outbound, prepared, outcome);
}

/** The time limit of an attempt. One that sends files with the message has that of an upload. */
export function attemptSeconds(
  {
    attemptTimeoutSeconds,
    uploadTimeoutSeconds,
  }: Pick<SendDependencies, 'attemptTimeoutSeconds' | 'uploadTimeoutSeconds'>,
  { sendsFiles, filesOf }: Pick<Sender, 'sendsFiles' | 'filesOf'>,
  request: unknown,
): number {
  const hasFiles = sendsFiles && filesOf(request).length > 0;
  return hasFiles ? uploadTimeoutSeconds : attemptTimeoutSeconds;
}

/** The context of a call before the attempt at the current part. */
function contextBefore(
  { uploadTimeoutSeconds: timeoutSeconds }: SendDependencies,
  { entry: { delivery } }: Outbound,
  context: Prepared['context'],
) {
  return { ...context, timeoutSeconds, part: delivery.part, attempt: delivery.attempt + 1 };
}

async function notUploaded(
  dependencies: SendDependencies,
  outbound: Outbound,
  prepared: Prepared,
  answered: Exclude<UploadOutcome<unknown>, { kind: 'uploaded' }>,
): Promise<undefined> {
  const outcome = await afterRenewal(dependencies, prepared, answered);
  const { target, now } = dependencies;
  const { conversation } = outbound;
  if (outcome.kind === 'failed') return fail(dependencies, outbound, outcome.error);
  if (outcome.kind === 'account_paused') {
    await pauseAccount(target.table, conversation, outcome.retryAfterSeconds, now());
    await raiseAlert(target, conversation, outcome.error, now().toISOString());
    return undefined;
  }
  const isRenewed = answered.kind === 'account_paused';
  const seconds = Math.max(outcome.retryAfterSeconds ?? 0, isRenewed ? 1 : waitSeconds);
  await tellRetry(dependencies, outbound, now().getTime() + seconds * 1000);
  throw new RetryLater(seconds, `the provider was not ready: ${outcome.error.code}`);
}

async function fail(
  { target, now }: SendDependencies,
  outbound: Outbound,
  error: DeliveryError,
): Promise<undefined> {
  await recordFailed(target.table, placeOf(outbound), { error, at: now().toISOString() });
  return undefined;
}

/**
 * The request for one part as it can be sent: a file that the provider must have first is handed over before the lease
 * is taken, and one that it fetches itself gets its address. Nothing of that reaches the customer, so a crash here is followed by the same again.
 *
 * Resolves with nothing where the reply has its outcome or its account is paused; throws `RetryLater` for what may go
 * better later.
 */
export async function requestReady(
  dependencies: SendDependencies,
  outbound: Outbound,
  prepared: Prepared,
): Promise<{ readonly request: unknown } | undefined> {
  const request = prepared.requests[outbound.entry.delivery.part];
  const files = prepared.sender.filesOf(request);
  if (files.length === 0) return readied(dependencies, outbound, prepared);
  const handOver = prepared.sender.showAt ? addressed : uploaded;
  return handOver(dependencies, outbound, prepared, files);
}
