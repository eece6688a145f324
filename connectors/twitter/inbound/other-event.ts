import { idIn, textIn } from '#connectors/twitter/fields';
import type { Queued } from '#connectors/twitter/payload';
import type {
  ChannelAlert,
  ChannelEvent,
  Ignored,
  ProviderChange,
} from '#shared/connector/channel-event';
import { type JsonObject, objectOf } from '#shared/json';
import { ignoredReason } from './ignored-events.ts';
import { isoTime } from './time.ts';

/** Reads an event that is neither a message nor a deletion: an alert for the people who run the account, or nothing. */
export function parseOtherEvent(queued: Queued): readonly ChannelEvent[] {
  const event = objectOf(queued.event);
  if (queued.type === 'oauth.revoke') return revocation(queued, event);
  const revoke = event['revoke'];
  if (queued.type === 'user_event' && revoke) return revocation(queued, objectOf(revoke));
  if (queued.type === 'chat.received') return [encryptedMessage(queued, event)];
  const erasure = erasures.get(queued.type);
  if (erasure) return [erasureAlert(queued.type as ProviderChange, erasure, event)];
  return [leftOut(queued, event)];
}

/**
 * Says why an event goes no further. One that may hold what a person said is kept, and stands with its reason in
 * `switchboard replay held`.
 */
function leftOut({ type, userId }: Queued, event: JsonObject): Ignored {
  const known = ignoredReason(type);
  if (known !== undefined) return { kind: 'ignored', reason: known };
  if (type !== 'broadcast.chat') {
    return { kind: 'ignored', reason: `an event of type ${type}`, keep: true };
  }
  // X's API has no way to answer it, so it is no conversation.
  const author = objectOf(event['author']);
  const authorId = idIn(event, 'author_id') ?? idIn(objectOf(author['data']), 'id');
  return authorId === userId
    ? { kind: 'ignored', reason: 'our own words in the chat of a broadcast' }
    : { kind: 'ignored', reason: 'words of a person in the chat of a broadcast', keep: true };
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

/**
 * What a user has deleted, of everything that is stored of them (compliance events of X). A deleted account may come
 * back within 30 days, so a person decides, and `switchboard erase` does it.
 */
const erasures: ReadonlyMap<string, string> = new Map([
  ['user_delete', 'deleted their account: X asks that what is stored of them is erased'],
  ['scrub_geo', 'deleted the places of their posts: X asks that they are erased'],
]);

function erasureAlert(code: ProviderChange, what: string, event: JsonObject): ChannelAlert {
  const userId = idIn(objectOf(event['user']), 'id') ?? idIn(event, 'user_id', 'id');
  const time = idIn(event, 'event_at', 'timestamp_ms');
  return {
    kind: 'alert',
    id: `${code}:${userId}:${time}`,
    channel: 'twitter',
    code,
    title: `X user ${userId} ${what}`,
    details: { userId },
    ...occurred(isoTime(time)),
  };
}

function occurred(occurredAt: string | undefined): Pick<ChannelAlert, 'occurredAt'> {
  return occurredAt ? { occurredAt } : {};
}
