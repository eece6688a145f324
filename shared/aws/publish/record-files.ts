import { applyChanges } from '#shared/aws/store/update/apply-changes';
import { count } from '#shared/metrics';
import type { Attachment } from '#shared/model/attachment';
import { type Entry, isRedacted, withState } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { attachmentUpdateId } from '#shared/table/state';
import { type PublishTarget, publish } from './publish.ts';

/** A file in the bucket, with the data that is known for certain once it is there. */
export type StoredFile = Required<Pick<Attachment, 'uri' | 'sizeBytes' | 'sha256' | 'contentType'>>;

/** A final outcome: the file is stored, or there will be none. */
export type FileOutcome =
  | { readonly kind: 'stored'; readonly file: StoredFile }
  | { readonly kind: 'failed' | 'expired'; readonly reason: string };

/** One attachment as its message told of it, and its outcome. */
export interface EndedFile {
  readonly attachment: Attachment;
  readonly outcome: FileOutcome;
}

const metrics = {
  stored: 'MediaStored',
  failed: 'MediaFailed',
  expired: 'MediaExpired',
} as const;

/**
 * Files to record in one share: as many changes as one write may remove from a state (publish.ts). More would only make
 * its writes cost more.
 */
export const maxFilesInAShare = 50;

/**
 * Records the new states of some attachments of a message, each once and all in one write, and publishes them;
 * repeating it publishes what is missing. Resolves with `deleted` where the message was deleted meanwhile: no state is
 * recorded then, and the caller deletes the files that it has stored.
 */
export async function recordFiles(
  target: PublishTarget,
  { conversation, entry }: { readonly conversation: ConversationItem; readonly entry: Entry },
  ended: readonly EndedFile[],
): Promise<'recorded' | 'deleted'> {
  const place = { conversationId: conversation.id, sequence: entry.sequence };
  const occurredAt = target.now().toISOString();
  const updates = ended.map(({ attachment, outcome }) => ({
    kind: 'attachment' as const,
    id: attachmentUpdateId(attachment.id, outcome.kind),
    attachment: changedBy(attachment, outcome),
    occurredAt,
  }));
  const result = await applyChanges(target.table, place, updates);
  for (const [index, outcome] of result.outcomes.entries()) {
    const kind = ended[index]?.outcome.kind;
    if (kind && outcome === 'applied') count(metrics[kind], conversation.connector);
  }
  // With the attachments as the message told of them, which the events need.
  if (result.entry) await publish(target, conversation, withState(entry, result.entry));
  return result.entry && isRedacted(result.entry) ? 'deleted' : 'recorded';
}

function changedBy(attachment: Attachment, outcome: FileOutcome): Attachment {
  return outcome.kind === 'stored'
    ? { ...attachment, ...outcome.file, state: 'stored' }
    : { ...attachment, state: outcome.kind, error: outcome.reason };
}
