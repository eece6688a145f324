import type { ReplyContent } from '#shared/model/reply-content';

/** A file that a content shows. */
interface NamedFile {
  readonly url: string;
  /** The words before the problem with it: the place of one file among several. */
  readonly path: string;
}

/** The files that a content shows by an address. */
export function filesIn(content: ReplyContent): readonly NamedFile[] {
  if (content.type === 'media') return content.url ? [{ url: content.url, path: '' }] : [];
  if (content.type !== 'text') return [];
  return (content.attachments ?? []).map(({ url }, index) => ({
    url,
    path: `content.attachments[${index}]: `,
  }));
}

/** The folder where a helpdesk puts files to send, and the one where we put customers' files. */
const readablePrefixes = ['uploads/', 'media/'];

/**
 * The key of a file that a reply may show: in the one bucket, and in two of its folders. A caller who may reply must
 * not thereby read other data that we keep.
 */
export function replyFileKey(bucket: string, uri: string): string | undefined {
  const start = `s3://${bucket}/`;
  const key = uri.startsWith(start) ? uri.slice(start.length) : '';
  // A path may not climb out of its folder: a URL would resolve the dots before it is signed.
  const climbs = key.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part));
  return !climbs && readablePrefixes.some((prefix) => key.startsWith(prefix)) ? key : undefined;
}

/** Says which files a reply may show, for one that it may not. */
export function elsewhereTitle(bucket: string, uri: string): string {
  const allowed = readablePrefixes.map((prefix) => `s3://${bucket}/${prefix}`).join(', ');
  return `url is ${uri}; allowed is what begins with ${allowed}`;
}
