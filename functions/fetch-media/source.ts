import { isConnectorId } from '#connectors/declarations';
import { mediaSources } from '#connectors/media-sources';
import { accountNamed } from '#shared/accounts';
import type {
  MediaContext,
  MediaReference,
  MediaRefusal,
  MediaSource,
} from '#shared/connector/media';
import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import { logger } from '#shared/logger';
import type { Attachment } from '#shared/model/attachment';
import type { MediaJob } from '#shared/model/media-job';
import type { FetchMediaDependencies, RequestedFile } from './requested-file.ts';

/** The source of one file, with everything that fetching it needs. */
export interface FileSource {
  readonly kind: 'source';
  readonly reader: MediaSource;
  readonly reference: MediaReference;
  readonly context: MediaContext<unknown, unknown>;
  readonly attachment: Attachment;
}

/** Long enough for the operator to correct a setting or a secret. */
const misconfiguredSeconds = 900;

/** Finds connector, account and credentials. A wrong configuration is put right some day: the file waits for it. */
export async function fileSourceOf(
  { accounts, secrets, limits }: FetchMediaDependencies,
  { conversation, entry, attachment }: RequestedFile,
  { downloadUrl }: MediaJob,
): Promise<FileSource | MediaRefusal> {
  const { providerReference: reference } = attachment;
  const reader = isConnectorId(conversation.connector)
    ? mediaSources[conversation.connector]
    : undefined;
  if (!reader || reference === undefined) {
    return { kind: 'failed', reason: 'the provider has named no file that can be fetched' };
  }
  try {
    const setting = accountNamed(accounts, conversation.connector, conversation.account);
    const context = {
      account: reader.readAccount(setting.settings),
      credentials: await secrets.current(setting.secretId, reader.readCredentials),
      apiUrl: setting.apiUrl,
      timeoutSeconds: limits.callSeconds,
    };
    const { providerMessageId } = entry;
    const named = { reference, ...omitUndefined({ downloadUrl, providerMessageId }) };
    return { kind: 'source', reader, reference: named, context, attachment };
  } catch (fault) {
    if (!isMisconfigured(fault)) throw fault;
    const { connector, account } = conversation;
    const detail = fault instanceof ConnectorError ? fault.message : undefined;
    logger.warn('account misconfigured', { connector, account, detail });
    const reason = 'the account cannot be used as it is configured';
    return { kind: 'later', reason, retryAfterSeconds: misconfiguredSeconds };
  }
}

/**
 * Tells a wrong configuration: no such account, no secret that can be used, or settings that its connector's schema
 * refuses.
 */
function isMisconfigured(fault: unknown): boolean {
  return fault instanceof ConnectorError || (fault instanceof Error && fault.name === '$ZodError');
}
