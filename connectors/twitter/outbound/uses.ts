import extractUrls from 'twitter-text/dist/extractUrlsWithIndices.js';
import type { PricedUse } from '#shared/model/price';

interface Request {
  readonly kind: 'dm' | 'post';
  readonly text?: string | undefined;
  /** It answers our own post before it. */
  readonly continuesThread?: true;
  readonly files?: readonly { readonly altText?: string }[];
}

/** The uses that X charges for a request and for the descriptions of its files, by the names in prices.ts. */
export function usesOf(request: Request): readonly PricedUse[] {
  const described = request.files?.filter(({ altText }) => altText !== undefined) ?? [];
  const metadata = { use: 'send:media_metadata', count: described.length };
  return [...messageUses(request), ...(described.length > 0 ? [metadata] : [])];
}

function messageUses({ kind, text = '', continuesThread }: Request): readonly PricedUse[] {
  if (kind === 'dm') return [{ use: 'send:dm', count: 1 }];
  const plain = continuesThread ? 'send:post' : 'send:summoned_reply';
  if (!holdsLink(text)) return [{ use: plain, count: 1 }];
  const because = 'X charges more for a post with a link';
  return [{ use: 'send:post_with_link', count: 1, insteadOf: { use: plain, because } }];
}

/** No link is longer for X (`MAX_URL_LENGTH` of twitter-text). */
const longestLink = 4096;

/** Tells if X finds a link in a text, one without https:// included. Word by word: a link holds no blank. */
function holdsLink(text: string): boolean {
  return text
    .split(/\s+/u)
    .some((word) => word.includes('.') && extractUrls(word.slice(0, longestLink)).length > 0);
}
