import { idIn, listOf, textIn } from '#connectors/twitter/fields';
import { type JsonObject, objectOf, omitUndefined } from '#shared/json';

/**
 * A direct message in the form of v2, as its look-up gives it, in the v1.1 form that webhooks bring: some clients of X
 * have seen it in `dm.received`. Undefined for an event of v2 that is no message.
 */
export function directMessageOf(
  event: JsonObject,
  includes: JsonObject,
  userId: string,
): JsonObject | undefined {
  const [id, senderId] = [idIn(event, 'id'), idIn(event, 'sender_id')];
  const kind = textIn(event, 'event_type') ?? 'MessageCreate';
  if (id === undefined || senderId === undefined || kind !== 'MessageCreate') return undefined;
  const people = (textIn(event, 'dm_conversation_id') ?? '').split('-');
  const recipientId = senderId === userId ? people.find((each) => each !== userId) : userId;
  const files = listOf(objectOf(event['attachments'])['media_keys']);
  const described = listOf(includes['media']).map(objectOf);
  const media = files.map(
    (key) => described.find((each) => each['media_key'] === key) ?? { media_key: key },
  );
  return {
    ...omitUndefined({ type: 'message_create', id, created_timestamp: event['created_at'] }),
    message_create: {
      sender_id: senderId,
      ...(recipientId ? { target: { recipient_id: recipientId } } : {}),
      message_data: {
        ...omitUndefined({ text: event['text'], entities: event['entities'] }),
        ...(media.length > 0 ? { attachment: { type: 'media', media } } : {}),
      },
    },
  };
}
