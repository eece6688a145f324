import type { AccountSetting } from '#shared/accounts';
import type { Archive } from '#shared/aws/objects/archive';
import type { ObjectEraser } from '#shared/aws/objects/erase';
import type { PublishTarget } from '#shared/aws/publish/publish';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import { readConversation, readEntry, type Table } from '#shared/aws/store/table';
import type { Attachment } from '#shared/model/attachment';
import type { MediaJob } from '#shared/model/media-job';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';

export interface FetchMediaDependencies {
  readonly accounts: readonly AccountSetting[];
  readonly secrets: AccountSecrets;
  readonly archive: Archive;
  readonly target: PublishTarget;
  /** Deletes files again whose message was deleted meanwhile. */
  readonly eraser: ObjectEraser;
  readonly limits: {
    /** The timeout of one call to the provider's API. */
    readonly callSeconds: number;
    /** The timeout without a byte of the file. */
    readonly idleSeconds: number;
    /** The timeout of all calls and downloads of one delivery together. */
    readonly fetchSeconds: number;
  };
  readonly now: () => Date;
}

/** A file to fetch: the attachment as its message told of it, and where it belongs. */
export interface RequestedFile {
  readonly conversation: ConversationItem;
  readonly entry: Entry;
  readonly attachment: Attachment;
}

/** Finds the attachment that a job names; undefined where there is none. */
export async function findRequestedFile(
  table: Table,
  { conversationId, sequence, attachmentId }: MediaJob,
): Promise<RequestedFile | undefined> {
  const entry = await readEntry(table, conversationId, sequence);
  const attachment = entry?.message?.attachments.find(({ id }) => id === attachmentId);
  if (!entry || !attachment) return undefined;
  return { conversation: await readConversation(table, conversationId), entry, attachment };
}
