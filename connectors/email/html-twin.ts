/** The HTML that goes out beside a text. */
export function htmlOf(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `<div>${escaped.replaceAll('\n', '<br>\n')}</div>`;
}

/** Tells whether an HTML body says the same as the text and nothing more. Servers may have wrapped its lines. */
export function isTwin(html: string, text: string): boolean {
  return wordsOf(html) === wordsOf(htmlOf(text));
}

function wordsOf(html: string): string {
  return html
    .replaceAll('<br>', ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?<\/div> ?$/, '</div>')
    .trim();
}
