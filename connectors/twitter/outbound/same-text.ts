/** `similar`: it may be the same message, but X does not show it as it was written. */
export type Likeness = 'same' | 'similar' | 'different';

/** A t.co link at the end of a text, which X puts there for the files of a message. */
const linkOfFiles = /\s*https?:\/\/t\.co\/\w+\s*$/;

/**
 * Compares a text in X's lists with the one we asked for. X escapes `&`, `<` and `>`, puts the names of the people
 * answered in front of a post, and trims blanks; these changes are ignored. It also writes t.co for a link, and
 * shortens long posts to the beginning and such a link: a text that still holds one is `similar` to every text. The link
 * that X appends for files is no part of what was written.
 */
export function likeness(listed: string, asked: string, hasFiles = false): Likeness {
  if (folded(listed) === folded(asked)) return 'same';
  if (hasFiles && folded(listed.replace(linkOfFiles, '')) === folded(asked)) return 'same';
  return /https?:\/\/t\.co\//.test(listed) ? 'similar' : 'different';
}

function folded(text: string): string {
  return text
    .normalize('NFC')
    .replace(/^(?:\s*@\w+)+/, '')
    .replace(/&(?:amp|lt|gt);|[&<>\s]/g, '');
}
