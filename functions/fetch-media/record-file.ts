import { publish } from '#shared/aws/publish/publish';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { count } from '#shared/metrics';
import type { Attachment } from '#shared/model/attachment';
import { withState } from '#shared/table/entry';
import { attachmentUpdateId } from '#shared/table/state';
import type { Downloaded } from './download.ts';
import type { FetchMediaDependencies, RequestedFile } from './requested-file.ts';

/** A final outcome: the file is stored, or there will be none. */
export type Ended = Exclude<Downloaded, { kind: 'later' }>;

const metrics = {
  stored: 'MediaStored',
  failed: 'MediaFailed',
  expired: 'MediaExpired',
} as const;

/** Records the attachment's new state once and publishes it; repeating it publishes what is missing. */
export async function recordFile(
  { target, now }: FetchMediaDependencies,
  { conversation, entry, attachment }: RequestedFile,
  ended: Ended,
): Promise<void> {
  const changed: Attachment =
    ended.kind === 'stored'
      ? { ...attachment, ...ended.file, state: 'stored' }
      : { ...attachment, state: ended.kind, error: ended.reason };
  const place = { conversationId: conversation.id, sequence: entry.sequence };
  const result = await applyUpdate(target.table, place, {
    kind: 'attachment',
    id: attachmentUpdateId(attachment.id, ended.kind),
    attachment: changed,
    occurredAt: now().toISOString(),
  });
  if (result.outcome === 'applied') count(metrics[ended.kind], conversation.connector);
  // With what the message told of the file, which its event needs.
  if (result.entry) await publish(target, conversation, withState(entry, result.entry));
}
