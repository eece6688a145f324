import { fetchesMedia } from '#connectors/capabilities';
import type { Queue } from '#shared/aws/publish/queues';
import { requestFile } from '#shared/aws/queues/media-queue';
import type { ChannelAttachment, ChannelMessage } from '#shared/connector/channel-event';
import type { Attachment } from '#shared/model/attachment';
import type { Entry } from '#shared/table/entry';
import { isAttachmentStored } from '#shared/table/files';
import type { MetaItem } from '#shared/table/items';

/**
 * Asks for every file of a message that is still at its provider. Called after the message is published, which never
 * waits for a file, and before its ingress item is let go: a crash in between is followed by a redelivery that asks
 * again, and fetching twice stores once.
 */
export async function requestMedia(
  media: Queue,
  { id: conversationId, connector }: MetaItem,
  entry: Entry,
  message: ChannelMessage,
): Promise<void> {
  const { attachments = [] } = entry.message ?? {};
  if (attachments.length === 0 || !fetchesMedia(connector)) return;
  for (const [position, attachment] of attachments.entries()) {
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
