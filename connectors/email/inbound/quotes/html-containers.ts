/** A line of its own before what a mail program has put into one of its containers for quotes. Invisible everywhere. */
export const containerMark = '\u2063\u2060\u2063';

const anyMark = new RegExp(`${containerMark}\\n?`, 'g');
const quotedMark = new RegExp(`^[> ]{1,40}${containerMark}\\n?`, 'gm');

/**
 * The elements by which mail programs say "this is the mail that is answered": Gmail, Yahoo, Proton, Outlook,
 * Thunderbird, Apple Mail, Zoho, Mail.ru, QQ. Gmail's own quote button makes a `blockquote` of that class; that is the
 * customer's, so only its `div` counts.
 */
const containers =
  /<(?:div[^<>]{0,300}\b(?:gmail_quote|gmail_extra|yahoo_quoted|protonmail_quote|moz-cite-prefix|divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|zmail_extra|mailRuQuote|qmbox|freescout-reply)|blockquote[^<>]{0,300}\b(?:type=["']?cite\b|protonmail_quote|yahoo_quoted))/gi;

/** Puts the mark before each of these elements, for the stripper to find in the text. */
export function markContainers(html: string): string {
  return html.replace(containers, (element) => `<div>${containerMark}</div>${element}`);
}

/** Removes the marks inside of quotes, where they say nothing more, and all of them for readers. */
export function withoutMarks(text: string, which: 'quoted' | 'all'): string {
  if (!text.includes(containerMark)) return text;
  return text.replace(which === 'all' ? anyMark : quotedMark, '');
}
