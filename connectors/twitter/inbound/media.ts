import { addressOf, bestVariant, mediaKey } from '#connectors/twitter/media-files';
import type { Media } from '#connectors/twitter/payload';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { omitUndefined } from '#shared/json';

type Attachment = ChannelMessage['attachments'][number];

/**
 * A file of X's as a pending attachment. X names neither size nor type of a photo. `pointer` names the file where X sent
 * no address of it: `media-source.ts` asks X with it.
 */
export function attachmentOf(media: Partial<Media>, pointer?: string): Attachment {
  const film = bestVariant(media);
  const address = addressOf(media);
  const kind = kindOf(media);
  const altText = media.alt_text ?? media.ext_alt_text;
  const providerReference = address ?? pointer;
  if (!providerReference) return missingFile(kind);
  const contentType = film?.content_type ?? contentTypeOf(address ?? '');
  return {
    ...{ kind, contentType, providerReference, state: 'pending' },
    ...omitUndefined({ altText: altText || undefined }),
  };
}

/** The file of a post behind a media key, whether or not X sent its description along. */
export function attachmentByKey(key: string, described: readonly Media[]): Attachment {
  const media = described.find(({ media_key }) => media_key === key);
  return attachmentOf(media ?? { media_key: key }, mediaKey.test(key) ? key : undefined);
}

/** A file that X neither describes nor names: shown as failed, never left out. */
function missingFile(kind: Attachment['kind'] = 'other'): Attachment {
  return {
    kind,
    contentType: 'application/octet-stream',
    state: 'failed',
    error: 'X sent no address for this file',
  };
}

/** The kinds of files by the number that a media key begins with: for a file that X did not describe. */
const kindsByKey: ReadonlyMap<string, Attachment['kind']> = new Map([
  ['3', 'image'],
  ['7', 'video'],
  ['13', 'video'],
  ['16', 'video'],
]);

function kindOf({ type, audio_only, media_key }: Partial<Media>): Attachment['kind'] {
  if (audio_only === true || type === 'audio') return 'voice';
  if (type === 'photo') return 'image';
  // X turns GIFs into silent films.
  if (type === 'video' || type === 'animated_gif') return 'video';
  return kindsByKey.get(media_key?.split('_')[0] ?? '') ?? 'other';
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
