import { type JsonObject, objectOf, omitUndefined } from '#shared/json';
import { idIn, listOf, textIn } from './fields.ts';
import { timeOf } from './id-time.ts';

/**
 * A direct message in the form of v2, as X lists it (and some clients of X have seen it in `dm.received`), in the v1.1
 * form that webhooks bring and the parser reads. Undefined for an event of v2 that is no message.
 */
export function directMessageOf(
  event: JsonObject,
  includes: JsonObject,
  userId: string,
): JsonObject | undefined {
  const [id, senderId] = [idIn(event, 'id'), idIn(event, 'sender_id')];
  const kind = textIn(event, 'event_type') ?? 'MessageCreate';
  if (id === undefined || senderId === undefined || kind !== 'MessageCreate') return undefined;
  const recipientId = senderId === userId ? correspondentIn(event, userId) : userId;
  const occurredAt = timeOf(event, id);
  return {
    ...{ type: 'message_create', id },
    ...(occurredAt ? { created_timestamp: String(Date.parse(occurredAt)) } : {}),
    message_create: {
      sender_id: senderId,
      ...(recipientId ? { target: { recipient_id: recipientId } } : {}),
      message_data: messageData(event, includes),
    },
  };
}

/** True unless it is a conversation of two, of which one is us: its id is both user ids with a hyphen. */
export function isGroup(event: JsonObject, userId: string): boolean {
  const people = (textIn(event, 'dm_conversation_id') ?? '').split('-');
  return people.length !== 2 || !people.includes(userId) || !people.every((id) => /^\d+$/.test(id));
}

/** The other one of a conversation of two: its id is both user ids with a hyphen. */
export function correspondentIn(event: JsonObject, userId: string): string | undefined {
  const people = (textIn(event, 'dm_conversation_id') ?? '').split('-');
  return people.find((id) => id !== userId);
}

function messageData(event: JsonObject, includes: JsonObject): JsonObject {
  const text = textIn(event, 'text') ?? '';
  const links = listOf(objectOf(event['entities'])['urls']).map(objectOf);
  const media = mediaOf(event, includes);
  if (media.length === 0) return { text, entities: { urls: links } };
  const urls = withFileLink(text, links, media[0]?.['media_key']);
  return { text, entities: { urls }, attachment: { type: 'media', media: media.map(mediaV1) } };
}

function mediaOf(event: JsonObject, includes: JsonObject): readonly JsonObject[] {
  const described = listOf(includes['media']).map(objectOf);
  return listOf(objectOf(event['attachments'])['media_keys']).map(
    (key) => described.find((media) => media['media_key'] === key) ?? { media_key: key },
  );
}

/**
 * The links with the key of the file at the one that X appends to the text for it. Where the list does not mark it, it
 * is the link at the end that no entity names: each link of the author's own is named.
 */
function withFileLink(
  text: string,
  links: readonly JsonObject[],
  media_key: unknown,
): readonly JsonObject[] {
  if (links.some(isOfFile)) {
    return links.map((link) => (isOfFile(link) ? { ...link, media_key } : link));
  }
  const [last] = /https?:\/\/t\.co\/\w+$/.exec(text.trimEnd()) ?? [];
  if (last === undefined || links.some(({ url }) => url === last)) return links;
  return [...links, { url: last, media_key }];
}

function isOfFile(link: JsonObject): boolean {
  const expanded = textIn(link, 'expanded_url') ?? '';
  const isPage = /\/\/(?:x|twitter)\.com\/messages\/media\/\d+$/.test(expanded);
  const isPicture = /^pic\.(?:x|twitter)\.com\//.test(textIn(link, 'display_url') ?? '');
  return 'media_key' in link || isPage || isPicture;
}

/** Without `url`, which is the file in v2 and its link in v1.1. */
function mediaV1(media: JsonObject): JsonObject {
  const variants = listOf(media['variants']).map(objectOf);
  const films = variants.map(({ bit_rate, content_type, url: file }) =>
    omitUndefined({ bitrate: bit_rate, content_type, url: file }),
  );
  const duration = media['duration_ms'];
  const video = omitUndefined({ variants: films, duration_millis: duration });
  const wholes = variants.map((each) => textIn(each, 'content_type') ?? '').filter(isWhole);
  const isVoice = wholes.length > 0 && wholes.every((type) => type.startsWith('audio/'));
  return omitUndefined({
    ...{ media_key: media['media_key'], type: media['type'] },
    media_url_https: media['url'] ?? media['preview_image_url'],
    ext_alt_text: media['alt_text'],
    audio_only: isVoice ? true : undefined,
    video_info: films.length > 0 ? video : undefined,
  });
}

/** HLS playlists tell nothing of what they play. */
const isWhole = (contentType: string) => !/mpegurl$/i.test(contentType);
