/** Code points that weigh 1; all others weigh 2 (twitter-text configuration version 3). */
const lightRanges: readonly (readonly [number, number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
];

/** The weight of a link: X wraps one of any length in t.co (`transformedURLLength`). */
const linkWeight = 23;
const emojiWeight = 2;

/** The characters of a path and a query that X surely takes into the link; each ends in no punctuation. */
const letters = String.raw`\w\u00c0-\u024f\u0400-\u04ff`;
const path = String.raw`\/(?:[${letters}!*';:=+,.$%#\[\]\-~@\|&\/]*[${letters}=#\/+\-])?`;
const query = String.raw`\?[\w!*';:=+,.$%#\[\]\-~@\|&\/]*[\w\-&=#\/]`;
const topLevel = String.raw`[a-z]{2,}(?![a-z0-9@+\-])`;
const link = String.raw`(?<![a-z0-9@$#])https?:\/\/(?:[\p{L}\p{N}_\-]+\.)+${topLevel}(?::\d+)?(?:${path})?(?:${query})?`;
const bareDomain = String.raw`(?<![a-z0-9\u00c0-\u024f_@$#.\-])(?:[a-z0-9\u00c0-\u024f\-]+\.)+${topLevel}`;
const tokens = new RegExp(
  String.raw`(?<link>${link})|(?<bareDomain>${bareDomain})|(?<emoji>\p{RGI_Emoji})|.`,
  'gisv',
);

/**
 * The length of a post as X counts it: most Latin characters 1, others 2, an emoji 2 however many code points it has, a
 * link 23.
 *
 * X also links bare domains of any of some 1,500 top-level domains. Without that list, a bare domain counts its own
 * length or a link's, the larger of both, so words joined by a dot may count more here than with X. Too little is
 * counted only for links glued together or to an unknown top-level domain; X then refuses the post with its code 186.
 */
export function weightedLength(text: string): number {
  let length = 0;
  for (const { 0: token, groups } of text.normalize('NFC').matchAll(tokens)) {
    length += weightOf(token, groups);
  }
  return length;
}

function weightOf(token: string, groups: Record<string, string | undefined> | undefined): number {
  if (groups?.['link'] !== undefined) return linkWeight;
  if (groups?.['bareDomain'] !== undefined) return Math.max(linkWeight, plainWeight(token));
  if (groups?.['emoji'] !== undefined) return emojiWeight;
  return plainWeight(token);
}

function plainWeight(text: string): number {
  let weight = 0;
  for (const character of text) weight += isLight(character.codePointAt(0) ?? 0) ? 1 : 2;
  return weight;
}

function isLight(codePoint: number): boolean {
  return lightRanges.some(([first, last]) => codePoint >= first && codePoint <= last);
}
