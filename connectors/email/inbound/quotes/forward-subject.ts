/** The prefixes that clients put before the subject of a forwarded mail, by language. */
const prefixes = 'fwd? wg tr rv fs vs vb doorst enc továbbítás ilt пересл 转发 轉寄 전달'.split(
  ' ',
);
const opening = new RegExp(`^\\s*(?:${prefixes.join('|')})\\s?[:：]`, 'iu');

/** True when the subject says that the mail forwards another one: then the history in it is what it wants to show. */
export function isForward(subject: string): boolean {
  return opening.test(subject.slice(0, 40));
}
