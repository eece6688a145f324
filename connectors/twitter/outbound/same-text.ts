/** `similar`: it may be the same message, but X does not show it as it was written. */
export type Likeness = 'same' | 'similar' | 'different';

/**
 * Compares a text in X's lists with the one we asked for. X escapes `&`, `<` and `>`, puts the names of the people
 * answered in front of a post, and trims blanks; these changes are ignored. It also writes t.co for a link, and
 * shortens long posts to the beginning and such a link: a text that still holds one is `similar` to every text.
 */
export function likeness(listed: string, asked: string): Likeness {
  if (folded(listed) === folded(asked)) return 'same';
  return /https?:\/\/t\.co\//.test(listed) ? 'similar' : 'different';
}

function folded(text: string): string {
  return text
    .normalize('NFC')
    .replace(/^(?:\s*@\w+)+/, '')
    .replace(/&(?:amp|lt|gt);|[&<>\s]/g, '');
}
