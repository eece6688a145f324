import { decodeText } from './charset.ts';

/** Longer heads are lists of recipients or attacks. */
const longestHead = 128 * 1024;

const field = /^[\x21-\x39\x3b-\x7e]{1,76}[ \t]*:/;
/** Fields that may follow a line of words: a colon alone is no sign of one there. */
const sureField =
  /^(?:[a-z\d]+(?:-[a-z\d]+)+|from|to|b?cc|subject|date|sender|received|references)[ \t]*:/i;

/**
 * Finds the words of a mail that has no empty line between its head and its text: the lines of the head that are no
 * fields. A line of an mbox file (`From anna Tue …`) is none.
 */
export function strayWords(head: Uint8Array): string {
  const words: string[] = [];
  let isInField = true;
  for (const line of decodeText(head.subarray(0, longestHead), undefined).split(/\r*\n/)) {
    isInField =
      words.length === 0 ? isOfHead(line, field, isInField) : isOfHead(line, sureField, isInField);
    if (!isInField) words.push(line);
  }
  return words.join('\n').trim();
}

function isOfHead(line: string, name: RegExp, isInField: boolean): boolean {
  return name.test(line) || (isInField && (/^[ \t]/.test(line) || /^>?From /.test(line)));
}
