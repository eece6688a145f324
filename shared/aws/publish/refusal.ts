import type { Refusal } from '#shared/aws/store/sending/refuse';
import { schemaOf } from '#shared/events/events';
import { derivedId } from '#shared/ids';
import { Event } from '#shared/model/event';

/**
 * The answer to a command that never became a message: what was wrong, and which command it was. In the group of the
 * conversation it names, where there is one, so that it comes in order with what else is told of it.
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
