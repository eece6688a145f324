import { listOf, textIn } from '#connectors/twitter/fields';
import { type JsonObject, objectOf, omitUndefined } from '#shared/json';

interface Known {
  readonly id: string;
  readonly occurredAt: string;
  readonly senderId: string;
  readonly recipientId: string;
  readonly media: readonly JsonObject[];
}

/** A direct message of the v2 list in the v1.1 form that webhooks bring and the parser reads. */
export function oldForm(event: JsonObject, { id, occurredAt, ...known }: Known): JsonObject {
  const { senderId, recipientId, media } = known;
  const links = linksOf(event);
  const files = media.map((each) => oldMedia(each, links.find(isOfFile)?.['url']));
  return {
    type: 'message_create',
    id,
    created_timestamp: String(Date.parse(occurredAt)),
    message_create: {
      target: { recipient_id: recipientId },
      sender_id: senderId,
      message_data: {
        text: textIn(event, 'text') ?? '',
        entities: { urls: links },
        ...(files.length > 0
          ? { attachment: { type: 'media', media: files.length === 1 ? files[0] : files } }
          : {}),
      },
    },
  };
}

function linksOf(event: JsonObject): readonly JsonObject[] {
  return listOf(objectOf(event['entities'])['urls']).map(objectOf);
}

/** The link that X appends to the text of a message with a file. */
function isOfFile(link: JsonObject): boolean {
  const expanded = textIn(link, 'expanded_url') ?? '';
  return 'media_key' in link || /\/\/(?:x|twitter)\.com\/messages\/media\/\d+$/.test(expanded);
}

function oldMedia(media: JsonObject, url: unknown): JsonObject {
  const variants = listOf(media['variants']).map(objectOf);
  return omitUndefined({
    media_key: media['media_key'],
    type: media['type'],
    url,
    media_url_https: media['url'] ?? media['preview_image_url'],
    ext_alt_text: media['alt_text'],
    video_info:
      variants.length > 0
        ? {
            variants: variants.map(({ bit_rate, content_type, url: file }) =>
              omitUndefined({ bitrate: bit_rate, content_type, url: file }),
            ),
          }
        : undefined,
  });
}
