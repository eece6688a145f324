import type { Refusal } from '#shared/aws/store/refuse';
import { schemaOf } from '#shared/events/events';
import { derivedId } from '#shared/ids';
import { Event } from '#shared/model/event';

/** The answer to a reply that never came into a conversation: what was wrong, and which command it was. */
export function refusalEvent(
  caller: string,
  identity: string,
  contentHash: string,
  { error, occurredAt, replyId, conversationId }: Refusal,
): Event {
  const type = 'switchboard.message.failed.v1';
  const id = derivedId('refused', caller, identity, contentHash);
  return Event.parse({
    specversion: '1.0',
    id,
    source: `/replies/${encodeURIComponent(caller)}`,
    type,
    time: occurredAt,
    datacontenttype: 'application/json',
    dataschema: schemaOf(type),
    partitionkey: id,
    ...(conversationId === undefined ? {} : { subject: conversationId }),
    data: {
      ...(replyId === undefined ? {} : { replyId }),
      status: 'failed',
      occurredAt,
      errors: [error],
    },
  });
}
