import { fetchesMedia } from '#connectors/capabilities';
import { atMost } from '#shared/at-most';
import type { Archive } from '#shared/aws/objects/archive';
import { fileKeys } from '#shared/aws/objects/media-keys';
import { storeMedia } from '#shared/aws/objects/media-store';
import { type EndedFile, maxFilesInAShare, recordFiles } from '#shared/aws/publish/record-files';
import { requestFile } from '#shared/aws/queues/media-queue';
import type { Queue } from '#shared/aws/queues/queue';
import type { ChannelAttachment, ChannelMessage } from '#shared/connector/channel-event';
import { contentTypeOf } from '#shared/media/content-type';
import type { Attachment } from '#shared/model/attachment';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { isAttachmentStored } from '#shared/table/state';
import type { HandleDependencies } from './handle-message.ts';

/** A message that is stored and published. */
interface Published {
  readonly conversation: ConversationItem;
  readonly entry: Entry;
}

/** Files that are stored at once. */
const callsAtOnce = 10;

/**
 * Stores the files that came with a message, and asks for those that are still at its provider. Called after the message
 * is published, which never waits for a file, and before its ingress item is let go: a crash in between is followed by a
 * redelivery that goes on with the files that are missing.
 */
export async function handleFiles(
  { archive, media, target }: HandleDependencies,
  { conversation, entry }: Published,
  message: ChannelMessage,
): Promise<void> {
  const missing = (entry.message?.attachments ?? []).filter(
    ({ id, state }) => state === 'pending' && !isAttachmentStored(entry, id),
  );
  const here = missing.flatMap((attachment) => {
    const bytes = bytesOf(attachment, message);
    return bytes ? [{ attachment, bytes }] : [];
  });
  for (let start = 0; start < here.length; start += maxFilesInAShare) {
    const share = here.slice(start, start + maxFilesInAShare);
    const stored = await atMost(callsAtOnce, share, (file) => storeFile(archive, file));
    const recorded = await recordFiles(target, { conversation, entry }, stored);
    if (recorded === 'deleted') {
      await target.eraser?.erase(fileKeys(share.map(({ attachment }) => attachment.id)));
      return;
    }
  }
  if (here.length < missing.length) await requestMedia(media, { conversation, entry }, message);
}

/** A replayed item may be read differently now: bytes count for the attachment that was told with their hash. */
function bytesOf({ sha256 }: Attachment, { attachments }: ChannelMessage): Uint8Array | undefined {
  if (sha256 === undefined) return undefined;
  return attachments.find((each) => each.bytes && each.sha256 === sha256)?.bytes;
}

interface FileHere {
  readonly attachment: Attachment;
  readonly bytes: Uint8Array;
}

async function storeFile(archive: Archive, { attachment, bytes }: FileHere): Promise<EndedFile> {
  const { id, contentType: declared, sha256 = '' } = attachment;
  const contentType = contentTypeOf(declared, bytes);
  const file = { sizeBytes: bytes.length, sha256, contentType };
  const uri = await storeMedia(archive, id, { ...file, file: bytes });
  return { attachment, outcome: { kind: 'stored', file: { ...file, uri } } };
}

/** Asks for every file of a message that is still at its provider. Fetching it twice stores it once. */
async function requestMedia(
  media: Queue,
  { conversation: { id: conversationId, connector }, entry }: Published,
  message: ChannelMessage,
): Promise<void> {
  if (!fetchesMedia(connector)) return;
  for (const [position, attachment] of (entry.message?.attachments ?? []).entries()) {
    const { id: attachmentId, state } = attachment;
    if (state !== 'pending' || isAttachmentStored(entry, attachmentId)) continue;
    const address = addressOf(attachment, message.attachments[position]);
    await requestFile(media, {
      ...{ conversationId, sequence: entry.sequence, attachmentId },
      ...(address === undefined ? {} : { downloadUrl: address }),
    });
  }
}

/** A replayed item may be read differently now: its address counts for the same file only. */
function addressOf(stored: Attachment, told: ChannelAttachment | undefined): string | undefined {
  return told?.providerReference === stored.providerReference ? told?.downloadUrl : undefined;
}
