import { idIn, textIn } from '#connectors/twitter/fields';
import type { Queued } from '#connectors/twitter/payload';
import type { ChannelAlert, ChannelEvent } from '#shared/connector/channel-event';
import { type JsonObject, objectOf } from '#shared/json';
import { isoTime } from './time.ts';

/** The reason why an event that is no message goes no further. */
const ignored: Readonly<Record<string, string>> = {
  'chat.sent': 'an encrypted message of our own',
  'dm.read': 'a read receipt',
  direct_message_mark_read_events: 'a read receipt',
  'dm.indicate_typing': 'typing',
  direct_message_indicate_typing_events: 'typing',
  'like.create': 'a like',
  favorite_events: 'a like',
  'follow.follow': 'a follow',
  'follow.unfollow': 'a follow',
  follow_events: 'a follow',
  replay_job_status: 'the end of a replay',
};

/** Reads an event that is neither a message nor a deletion: an alert for the people who run the account, or nothing. */
export function parseOtherEvent(queued: Queued): readonly ChannelEvent[] {
  const event = objectOf(queued.event);
  if (queued.type === 'oauth.revoke') return revocation(queued, event);
  const revoke = event['revoke'];
  if (queued.type === 'user_event' && revoke) return revocation(queued, objectOf(revoke));
  if (queued.type === 'chat.received') return [encryptedMessage(queued, event)];
  const known = Object.hasOwn(ignored, queued.type) ? ignored[queued.type] : undefined;
  return [{ kind: 'ignored', reason: known ?? `an event of type ${queued.type}` }];
}

/** The user withdrew our app's access: nothing comes or goes until it is granted again. */
function revocation(queued: Queued, event: JsonObject): readonly ChannelEvent[] {
  const userId =
    idIn(event, 'user_id') ?? idIn(objectOf(event['source']), 'user_id') ?? queued.userId;
  // X tells it to every webhook of the app, without a filter.
  if (userId !== queued.userId)
    return [{ kind: 'ignored', reason: 'another user withdrew access' }];
  const time = textIn(event, 'date_time');
  return [
    {
      kind: 'alert',
      id: `credentials_revoked:${queued.eventId ?? time ?? userId}`,
      channel: 'twitter',
      code: 'credentials_revoked',
      title: 'the account withdrew the access of our X app',
      details: { userId },
      pausesSending: true,
      ...occurred(isoTime(time)),
    },
  ];
}

/** XChat is end-to-end encrypted, and only the customer and we have the keys: a person must look into the app. */
function encryptedMessage(queued: Queued, event: JsonObject): ChannelAlert {
  return {
    kind: 'alert',
    id: `encrypted_message:${idIn(event, 'id') ?? queued.eventId ?? queued.userId}`,
    channel: 'twitter',
    code: 'encrypted_message',
    title: 'a customer wrote an encrypted message, which can be read in the X app only',
    details: { senderId: idIn(event, 'sender_id') },
    ...occurred(isoTime(idIn(event, 'created_at_msec'))),
  };
}

function occurred(occurredAt: string | undefined): Pick<ChannelAlert, 'occurredAt'> {
  return occurredAt ? { occurredAt } : {};
}
