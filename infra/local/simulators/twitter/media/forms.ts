import type { StoredFile } from './files.ts';

/** X shortens every link to this many characters. */
export function shortLink(mediaId: string): string {
  return `https://t.co/${BigInt(mediaId).toString(36).slice(-10).padStart(10, '0')}`;
}

/** A file as v2 lists it in `includes.media`. */
export function mediaV2(file: StoredFile, base: string) {
  const url = base + file.path;
  const common = { media_key: file.key, type: file.type, width: 720, height: 720 };
  const alt = file.altText === undefined ? {} : { alt_text: file.altText };
  if (file.type === 'photo') return { ...common, url, ...alt };
  const variants = [
    { content_type: 'application/x-mpegURL', url: url.replace(/\.mp4$/, '.m3u8') },
    { bit_rate: 832_000, content_type: 'video/mp4', url },
  ];
  return { ...common, duration_ms: 1000, preview_image_url: `${url}.jpg`, variants, ...alt };
}

/** A file in the v1.1 form, as direct messages in webhooks have it. */
export function mediaV1(file: StoredFile, base: string, indices: readonly [number, number]) {
  const address = base + file.path;
  const link = shortLink(file.mediaId);
  const picture = file.type === 'photo' ? address : `${address}.jpg`;
  const common = {
    ...{ id: Number(file.mediaId), id_str: file.mediaId, indices, type: file.type },
    ...{ media_url: picture, media_url_https: picture, url: link, expanded_url: link },
    display_url: link.replace('https://t.co', 'pic.x.com'),
    sizes: { large: { w: 720, h: 720, resize: 'fit' } },
  };
  if (file.type === 'photo') return common;
  const variants = [{ bitrate: 832_000, content_type: 'video/mp4', url: address }];
  return {
    ...common,
    ...(file.isVoice ? { audio_only: true } : {}),
    video_info: { aspect_ratio: [1, 1], duration_millis: 1000, variants },
  };
}
