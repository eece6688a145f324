/** The HTML that goes out beside a text. */
export function htmlOf(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `<div>${escaped.replaceAll('\n', '<br>\n')}</div>`;
}

/** Whether an HTML body is the twin of this text and nothing more. Lines may have been wrapped on their way. */
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
