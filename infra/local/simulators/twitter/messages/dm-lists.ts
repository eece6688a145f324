import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { json, missing, readQuery } from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { mediaV2, shortLink } from '#infra/local/simulators/twitter/media/forms';
import type { StoredMessage } from '#infra/local/simulators/twitter/state';
import { conversationOf } from '#infra/local/simulators/twitter/users';
import { mediaFields, postFields, userFields } from './fields.ts';
import { namesOf, PageSize, PaginationToken, pageOf } from './page.ts';
import { writtenText } from './text.ts';

/**
 * The query of a list of direct messages. Strict, as X is: the fields of OpenAPI 2.167, and those that the guides name
 * beside them.
 */
const Query = z.strictObject({
  max_results: PageSize(1, 100),
  pagination_token: PaginationToken.optional(),
  event_types: namesOf(['MessageCreate', 'ParticipantsJoin', 'ParticipantsLeave']).optional(),
  'dm_event.fields': namesOf([
    ...([
      'attachments',
      'created_at',
      'dm_conversation_id',
      'entities',
      'event_type',
      'id',
    ] as const),
    ...(['participant_ids', 'referenced_tweets', 'sender_id', 'text'] as const),
  ]).default(['id', 'text', 'event_type']),
  expansions: namesOf([
    ...(['attachments.media_keys', 'participant_ids', 'sender_id'] as const),
    ...(['referenced_posts', 'referenced_tweets.id'] as const),
  ]).default([]),
  'user.fields': namesOf(userFields).optional(),
  'media.fields': namesOf(mediaFields).optional(),
  'tweet.fields': namesOf(postFields).optional(),
  'post.fields': namesOf(postFields).optional(),
});
type Query = z.output<typeof Query>;

/** X keeps direct messages in these lists for so long. */
const keptMilliseconds = 30 * 24 * 3_600_000;

/** `GET /2/dm_events`: all direct messages of the account, newest first. */
export const listAllMessages = (call: Call) => list(call, () => true);

/** `GET /2/dm_conversations/with/{participant_id}/dm_events` */
export const listConversationWith = (call: Call) =>
  list(call, ({ from, to }) => [from.id, to.id].includes(call.ids[0] ?? ''));

/** `GET /2/dm_conversations/{id}/dm_events` */
export const listConversation = (call: Call) =>
  list(call, ({ from, to }) => conversationOf(from.id, to.id) === call.ids[0]);

/** `GET /2/dm_events/{event_id}` */
export function lookUpMessage(call: Call): ApiAnswer {
  const read = readQuery(Query.omit({ max_results: true, pagination_token: true }), call.request);
  if ('refusal' in read) return read.refusal;
  const { state, account, world } = call;
  const message = state.messages.find(
    ({ id, from, to }) => id === call.ids[0] && [from.id, to.id].includes(account.address),
  );
  if (!message) return json(200, { errors: [missing('dm_event', call.ids[0] ?? '')] });
  const query = { ...read.value, max_results: 1 };
  return json(200, {
    data: eventOf(message, query),
    ...includesOf([message], query, world.url()),
  });
}

function list(call: Call, isWanted: (message: StoredMessage) => boolean): ApiAnswer {
  const read = readQuery(Query, call.request);
  if ('refusal' in read) return read.refusal;
  const { world, state, account } = call;
  const { max_results, pagination_token, event_types = ['MessageCreate'] } = read.value;
  const oldest = world.now().getTime() - keptMilliseconds;
  const listed = state.messages.filter(
    (message) =>
      [message.from.id, message.to.id].includes(account.address) &&
      message.at.getTime() >= oldest &&
      event_types.includes('MessageCreate') &&
      isWanted(message),
  );
  const { items, meta } = pageOf(listed.toReversed(), max_results, pagination_token);
  if (items.length === 0) return json(200, { meta });
  const data = items.map((message) => eventOf(message, read.value));
  return json(200, { data, ...includesOf(items, read.value, world.url()), meta });
}

function eventOf(message: StoredMessage, { expansions, 'dm_event.fields': fields }: Query) {
  const { id, from, to, at, files } = message;
  const attached = files.length > 0;
  const all = {
    id,
    event_type: 'MessageCreate',
    text: writtenText(message),
    sender_id: from.id,
    dm_conversation_id: conversationOf(from.id, to.id),
    created_at: at.toISOString(),
    attachments: attached ? { media_keys: files.map(({ key }) => key) } : undefined,
    entities: attached ? entitiesOf(message) : undefined,
  };
  const asked = [...fields, ...expansions.map((name) => name.split('.')[0])];
  const always = ['id', 'event_type'];
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => always.includes(name) || asked.includes(name)),
  );
}

function entitiesOf(message: StoredMessage) {
  const text = writtenText(message);
  const urls = message.files.map(({ mediaId, key }) => {
    const url = shortLink(mediaId);
    const place = { start: text.length - url.length, end: text.length };
    const display_url = url.replace('https://t.co', 'pic.x.com');
    return { ...place, url, expanded_url: url, display_url, media_key: key };
  });
  return { urls };
}

function includesOf(messages: readonly StoredMessage[], { expansions }: Query, base: string) {
  const senders = new Map(messages.map(({ from }) => [from.id, from]));
  const files = messages.flatMap((message) => message.files);
  const includes = {
    ...(expansions.includes('sender_id') ? { users: [...senders.values()] } : {}),
    ...(expansions.includes('attachments.media_keys') && files.length > 0
      ? { media: files.map((file) => mediaV2(file, base)) }
      : {}),
  };
  return Object.keys(includes).length > 0 ? { includes } : {};
}
