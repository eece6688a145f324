import { shortLink } from '#infra/local/simulators/twitter/media/forms';
import type { StoredPost } from '#infra/local/simulators/twitter/state';

/** X escapes these three, and no others. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The handles that a text names, in lower case. */
export function handlesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w@])@(\w{1,20})/g)].map(([, name]) => String(name).toLowerCase());
}

/** The text of a post as X writes it: escaped, with a link for its files at the end. */
export function writtenText({ text, files }: Pick<StoredPost, 'text' | 'files'>): string {
  const [file] = files;
  return escaped([text, file && shortLink(file.mediaId)].filter(Boolean).join(' '));
}
