/** Longer lines are prose: no mail client writes an attribution or a header of this length. */
const longestMarkerLine = 500;

export interface Line {
  /** As the customer's client wrote it. */
  readonly text: string;
  /** For matching only: invisible characters removed, digits made ASCII, blanks and stars trimmed. */
  readonly plain: string;
  readonly quoted: boolean;
  readonly empty: boolean;
  /** It holds a figure or an address, as some line of every attribution does. */
  readonly telling: boolean;
}

/** Zero-width characters and bidi controls, which clients scatter around addresses and dates. */
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g;
/** All that is trimmed off `plain`. */
const blanks = ' \t\r\u00a0\u3000*';

const emptyLine: Line = { text: '', plain: '', quoted: false, empty: true, telling: false };

/** Splits a text into lines that know what they look like. Each line is looked at once. */
export function readLines(text: string): Line[] {
  let above: Line | undefined;
  return text.split('\n').map((each) => {
    const line = each === '' ? emptyLine : readLine(each);
    const read = above && closesBracket(above, line) ? { ...line, quoted: false } : line;
    above = read;
    return read;
  });
}

function readLine(text: string): Line {
  const quoted = isQuoted(text);
  if (text.length > longestMarkerLine) {
    return { text, plain: '', quoted, empty: false, telling: false };
  }
  const visible = isAscii(text)
    ? text
    : text.replace(invisible, '').replace(/[\u0660-\u0669\u06f0-\u06f9]/g, asciiDigit);
  const plain = trimAny(visible, blanks);
  const empty = plain === '' && !visible.includes('*');
  return { text, plain, quoted, empty, telling: /[\d@]/.test(plain) };
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 126) return false;
  }
  return true;
}

/** `>` is no mark of a quote where it ends the address that the line above began: clients fold in there. */
function closesBracket(above: Line, line: Line): boolean {
  if (!line.quoted || above.quoted || !/^>[^>]{0,40}[:：]\s{0,3}$/.test(line.text)) return false;
  return above.text.lastIndexOf('<') > above.text.lastIndexOf('>');
}

/** `>` after at most three blanks (RFC 3676 4.5 writes it first; some clients indent it). */
function isQuoted(text: string): boolean {
  for (let index = 0; index < Math.min(4, text.length); index += 1) {
    const letter = text[index];
    if (letter === '>') return true;
    if (letter !== ' ' && letter !== '\u00a0') return false;
  }
  return false;
}

function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  return String(code - (code >= 0x06f0 ? 0x06f0 : 0x0660));
}

/** Removes any of these letters from both ends. By hand, because `[…]+$` backtracks over every run in the middle. */
export function trimAny(text: string, letters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && letters.includes(text[start] ?? '')) start += 1;
  while (end > start && letters.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}
