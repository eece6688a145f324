import type { WebhookItem } from '#shared/connector/webhook';
import { type JsonObject, objectOf } from '#shared/json';
import { idIn, listOf } from './fields.ts';
import { itemOf, type QueuedEvent } from './item.ts';
import { usersIn } from './users.ts';

/** Makes the item of a post with those of its inclusions that it names: X sends whole profiles, and the post once more. */
export function postItem(
  about: Pick<QueuedEvent, 'type' | 'userId' | 'eventId' | 'caughtUp'>,
  payload: JsonObject,
  includes: JsonObject,
): WebhookItem {
  const references = listOf(payload['referenced_tweets'] ?? payload['referenced_posts'])
    .map((reference) => idIn(objectOf(reference), 'id'))
    .concat(idIn(payload, 'in_reply_to_tweet_id', 'in_reply_to_post_id'));
  const posts = listOf(includes['tweets'] ?? includes['posts']).filter((included) =>
    references.includes(idIn(objectOf(included), 'id') ?? ''),
  );
  const mediaKeys = listOf(objectOf(payload['attachments'])['media_keys']);
  const media = listOf(includes['media']).filter((included) =>
    mediaKeys.includes(objectOf(included)['media_key']),
  );
  const pollIds = listOf(objectOf(payload['attachments'])['poll_ids']);
  const polls = listOf(includes['polls']).filter((included) =>
    pollIds.includes(idIn(objectOf(included), 'id')),
  );
  const names = [
    idIn(payload, 'author_id'),
    idIn(payload, 'in_reply_to_user_id'),
    ...posts.map((included) => idIn(objectOf(included), 'author_id')),
  ];
  const users = usersIn(includes['users'], names);
  return itemOf({ ...about, kind: 'post', event: payload, users, posts, media, polls });
}
