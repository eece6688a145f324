import type { Media } from '#connectors/twitter/payload';
import type { ChannelMessage } from '#shared/connector/channel-event';

type Attachment = ChannelMessage['attachments'][number];

/**
 * A file of X's as a pending attachment. Files of direct messages are on ton.twitter.com and need the account's
 * OAuth 1.0a signature; files of posts are public. X names neither size nor type of a photo.
 */
export function attachmentOf(media: Media): Attachment {
  const film = bestVariant(media);
  const reference = film?.url ?? media.media_url_https ?? (isV2(media) ? media.url : undefined);
  const kind = kindOf(media);
  if (!reference) return missingFile(kind);
  const contentType = film?.content_type ?? contentTypeOf(reference);
  return { kind, contentType, providerReference: reference, state: 'pending' };
}

/** A file that X names without its address: shown as failed, never left out. */
export function missingFile(kind: Attachment['kind'] = 'other'): Attachment {
  return {
    kind,
    contentType: 'application/octet-stream',
    state: 'failed',
    error: 'X sent no address for this file',
  };
}

function kindOf({ type, audio_only }: Media): Attachment['kind'] {
  if (audio_only === true) return 'voice';
  if (type === 'photo') return 'image';
  // X turns GIFs into silent films.
  return type === 'video' || type === 'animated_gif' ? 'video' : 'other';
}

/** In v1.1, `url` is the t.co link of the text and no file. */
function isV2(media: Media): boolean {
  return media.media_key !== undefined;
}

/** The best whole file; HLS playlists (`application/x-mpegURL`) are none. */
function bestVariant(media: Media) {
  const rate = (variant: { bitrate?: number | undefined; bit_rate?: number | undefined }) =>
    variant.bitrate ?? variant.bit_rate ?? 0;
  return (media.video_info?.variants ?? media.variants ?? [])
    .filter(({ url, content_type }) => url !== undefined && content_type === 'video/mp4')
    .toSorted((one, other) => rate(other) - rate(one))[0];
}

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['mp4', 'video/mp4'],
]);

function contentTypeOf(url: string): string {
  const extension = /\.(\w+)(?:$|[?#:])/.exec(url)?.[1] ?? /[?&]format=(\w+)/.exec(url)?.[1];
  return contentTypes.get(extension?.toLowerCase() ?? '') ?? 'application/octet-stream';
}
