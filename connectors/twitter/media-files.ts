import type { Media } from './payload.ts';

/** Larger files are not fetched. X takes videos of 512 MB and more; the best one below this is taken. */
export const maxFileBytes = 100 * 1024 * 1024;

/** A media key: the kind of file and its id. X names a file of a post by it, described or not. */
export const mediaKey = /^\d{1,3}_\d{1,20}$/;

/** The address of a file, the best film of a video; absent where X sent none. */
export function addressOf(media: Partial<Media>): string | undefined {
  return bestVariant(media)?.url ?? photoAddress(media);
}

/** The best whole file that is not too large; HLS playlists (`application/x-mpegURL`) are no files. */
export function bestVariant(media: Partial<Media>) {
  const seconds = (media.video_info?.duration_millis ?? media.duration_ms ?? 0) / 1000;
  const wholes = (media.video_info?.variants ?? media.variants ?? [])
    .filter(({ url, content_type }) => url !== undefined && filmTypes.has(content_type ?? ''))
    .toSorted((one, other) => bitRate(other) - bitRate(one));
  return wholes.find((each) => (bitRate(each) / 8) * seconds <= maxFileBytes) ?? wholes.at(-1);
}

const filmTypes: ReadonlySet<string> = new Set(['video/mp4', 'audio/mp4']);
const films: ReadonlySet<string> = new Set(['video', 'animated_gif', 'audio']);

function bitRate(variant: {
  readonly bitrate?: number | undefined;
  readonly bit_rate?: number | undefined;
}): number {
  return variant.bitrate ?? variant.bit_rate ?? 0;
}

/**
 * In v1.1, `url` is the t.co link of the text and no file. `media_url_https` is a file of a photo only: of a film it is
 * one picture.
 */
function photoAddress(media: Partial<Media>): string | undefined {
  const { type, audio_only, media_url_https, media_url, media_key, url } = media;
  if (audio_only === true || (type !== undefined && films.has(type))) return undefined;
  if (media_url_https !== undefined) return media_url_https;
  if (media_url?.startsWith('https:')) return media_url;
  return media_key === undefined ? undefined : url;
}
