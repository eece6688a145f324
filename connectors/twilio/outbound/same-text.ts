/** `similar`: it may be the same message, as Twilio rewrote it. */
export type Likeness = 'same' | 'similar' | 'different';

/**
 * Compares the text of a message in Twilio's list with the one we asked for. Twilio changes texts on its way: Smart
 * Encoding, on by default in Messaging Services, replaces typographic characters; trial accounts put a sentence in
 * front; redaction empties them. A text that may be ours after such a change is `similar`.
 */
export function likeness(listed: string | null | undefined, asked: string): Likeness {
  if (listed?.trim() === asked.trim()) return 'same';
  if (!listed) return 'similar';
  return folded(listed).includes(folded(asked)) ? 'similar' : 'different';
}

/** Keeps letters, digits and pictures, which no rewriting touches. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/[\p{P}\p{Z}\p{C}\p{M}\p{Sm}\p{Sk}]/gu, '');
}
