import type { Refusal } from '#shared/aws/store/sending/refuse';
import { schemaOf } from '#shared/events/envelope';
import { derivedId } from '#shared/ids';
import { Event } from '#shared/model/event';

/**
 * Builds the event that answers a command which never became a message: which command, and what was wrong with it. If
 * it names a conversation, the event is in that conversation's group, in order with its other events.
 */
export function refusalEvent(
  caller: string,
  identity: string,
  contentHash: string,
  { error, occurredAt, replyId, conversationId, inConversation }: Refusal,
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
    partitionkey: inConversation && conversationId ? conversationId : id,
    ...(conversationId === undefined ? {} : { subject: conversationId }),
    data: {
      ...(replyId === undefined ? {} : { replyId }),
      status: 'failed',
      occurredAt,
      errors: [error],
    },
  });
}
