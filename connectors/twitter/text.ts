import type { Entities } from './payload.ts';

/** A t.co link in a text: the address behind it, or that it stands for an attached file. */
export interface Link {
  readonly url: string;
  readonly expandedUrl?: string;
  readonly isMedia: boolean;
}

/**
 * The text as the author saw it: HTML escapes undone once, the link X appends for an attached file removed, every other
 * t.co link replaced by the address behind it. Positions are not used: X counts them in code points of a text that is
 * escaped in one API and not in another, while a t.co link is unique.
 */
export function readableText(escaped: string, links: readonly Link[]): string {
  const text = withoutMediaLinks(unescapeOnce(escaped), links);
  const expanded = new Map(links.map(({ url, expandedUrl }) => [url, expandedUrl]));
  return text.replace(/https?:\/\/t\.co\/\w+/g, (url) => expanded.get(url) ?? url);
}

/** The marks by which a link is known to stand for an attached file. */
interface MediaMarks {
  /** The t.co links of the files, where X names them. */
  readonly mediaUrls?: readonly (string | undefined)[];
  /** The address of the page on which X shows a file of this very message. */
  readonly mediaPage?: RegExp;
}

/** The links of `entities.urls`. Those that carry a media key, or fit the marks, stand for a file. */
export function linksIn(
  entities: Entities | undefined,
  { mediaUrls = [], mediaPage }: MediaMarks = {},
): readonly Link[] {
  const links = (entities?.urls ?? []).flatMap(({ url, expanded_url, media_key }) => {
    if (url === undefined) return [];
    const isPage = expanded_url !== undefined && mediaPage?.test(expanded_url) === true;
    const isMedia = media_key !== undefined || mediaUrls.includes(url) || isPage;
    return [{ url, ...(expanded_url ? { expandedUrl: expanded_url } : {}), isMedia }];
  });
  // v1.1 posts name the link of a file in `media` only.
  const missing = mediaUrls.filter((url) => url && !links.some((link) => link.url === url));
  return [...links, ...missing.flatMap((url) => (url ? [{ url, isMedia: true }] : []))];
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
]);

/** One pass, so that a customer's own `&amp;lt;` becomes `&lt;` and no tag. */
function unescapeOnce(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (written) => escapes.get(written) ?? written);
}

/** An empty link, which every text ends with, is none. */
function withoutMediaLinks(text: string, links: readonly Link[]): string {
  const media = links.filter(({ url, isMedia }) => isMedia && url !== '');
  let trimmed = text.trimEnd();
  for (;;) {
    const last = media.find(({ url }) => trimmed.endsWith(url));
    if (!last) return trimmed;
    trimmed = trimmed.slice(0, -last.url.length).trimEnd();
  }
}
