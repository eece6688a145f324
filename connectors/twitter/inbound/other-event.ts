import { idIn, textIn } from '#connectors/twitter/fields';
import type { Queued } from '#connectors/twitter/payload';
import type {
  ChannelAlert,
  ChannelEvent,
  Ignored,
  ProviderChange,
} from '#shared/connector/channel-event';
import { type JsonObject, objectOf } from '#shared/json';
import { ignoredReason, keptReason } from './ignored-events.ts';
import { customerOf } from './person.ts';
import { isoTime } from './time.ts';

/** Reads an event that is neither a message nor a deletion: an alert for the people who run the account, or nothing. */
export function parseOtherEvent(queued: Queued): readonly ChannelEvent[] {
  const event = objectOf(queued.event);
  if (queued.type === 'oauth.revoke') return revocation(queued, event);
  const revoke = event['revoke'];
  if (queued.type === 'user_event' && revoke) return revocation(queued, objectOf(revoke));
  if (queued.type === 'chat.received') return [encryptedMessage(queued, event)];
  if (queued.type === 'user_delete') return [customerDeletion(queued, event)];
  if (queued.type === 'scrub_geo') return [placesAlert(event)];
  if (queued.type === 'replay_job_status' && isUnfinished(event)) return [failedReplay(event)];
  return [leftOut(queued, event)];
}

/**
 * Says why an event goes no further. One that may hold what a person said is kept, and stands with its reason in
 * `switchboard replay held`.
 */
function leftOut({ type, userId }: Queued, event: JsonObject): Ignored {
  const kept = keptReason(type);
  if (kept !== undefined) return { kind: 'ignored', reason: kept, keep: true };
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

/** A user deleted their account (compliance event): X's terms ask that everything of them goes. */
function customerDeletion(queued: Queued, event: JsonObject): ChannelEvent {
  const userId = deletedUser(event);
  if (userId === undefined) return { kind: 'ignored', reason: 'a deletion that names no user' };
  if (userId === queued.userId) return { kind: 'ignored', reason: 'the deletion of our own user' };
  const time = idIn(event, 'event_at', 'timestamp_ms');
  return {
    kind: 'customer_deletion',
    id: `user_delete:${userId}:${time ?? ''}`,
    channel: 'twitter',
    customer: customerOf(userId, []),
    ...occurred(isoTime(time)),
  };
}

/** A user deleted the places of their posts (compliance event). They are in the raw items alone: a person decides. */
function placesAlert(event: JsonObject): ChannelAlert {
  const userId = deletedUser(event);
  const time = idIn(event, 'event_at', 'timestamp_ms');
  return {
    kind: 'alert',
    id: `scrub_geo:${userId}:${time}`,
    channel: 'twitter',
    code: 'scrub_geo' as ProviderChange,
    title: `X user ${userId} deleted the places of their posts, and X asks that they are erased`,
    details: { userId },
    ...occurred(isoTime(time)),
  };
}

function deletedUser(event: JsonObject): string | undefined {
  return idIn(objectOf(event['user']), 'id') ?? idIn(event, 'user_id', 'id');
}

function occurred(occurredAt: string | undefined): Pick<ChannelAlert, 'occurredAt'> {
  return occurredAt ? { occurredAt } : {};
}

/** A replay that X did not bring to its end: some of its webhooks may be missing still. */
function isUnfinished(event: JsonObject): boolean {
  return !/^complete/i.test(textIn(event, 'job_state') ?? '');
}

function failedReplay(event: JsonObject): ChannelAlert {
  const state = textIn(event, 'job_state') ?? 'unknown';
  return {
    kind: 'alert',
    id: `replay_job:${idIn(event, 'job_id') ?? state}`,
    channel: 'twitter',
    code: 'messages_missed',
    title: `X did not repeat all its webhooks (job ${state}); its list of direct messages is read in any case`,
    details: { description: textIn(event, 'job_state_description') ?? null },
  };
}
