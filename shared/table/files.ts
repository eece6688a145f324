import type { Attachment } from '#shared/model/attachment';
import type { EntryState } from './state.ts';

/** The id of an attachment's update: each state is reached once. */
export function attachmentUpdateId(attachmentId: string, state: Attachment['state']): string {
  return `media:${attachmentId}:${state}`;
}

/** True when our copy of a file is stored: no later update applies to it. */
export function isAttachmentStored({ files }: EntryState, attachmentId: string): boolean {
  return files?.[attachmentId]?.state === 'stored';
}
