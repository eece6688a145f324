/** Longer fields are lists of recipients or attacks; nothing we read is. */
const longestField = 8 * 1024;
const longestHead = 128 * 1024;

/** The position of the body, after the first empty line; the length when there is no body. */
export function bodyStart(mail: Uint8Array): number {
  const buffer = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength);
  const crlf = buffer.indexOf('\n\r\n');
  const lf = buffer.indexOf('\n\n');
  if (crlf < 0 && lf < 0) return mail.length;
  return lf < 0 || (crlf >= 0 && crlf < lf) ? crlf + 3 : lf + 2;
}

/** Bytes that some programs leave out of a header's name or take for the end of it. */
const odd = '[^\\x21-\\x7e\\r\\n]*';
const fromName = ['', 'f', 'r', 'o', 'm', ''].join(odd);
const fromField = new RegExp(`(?:^|[\\r\\n])(?![ \\t])${fromName}(?=[:\\r\\n])`, 'gi');

/**
 * Counts the From headers, two at most, by the widest reading of the whole head: a lone carriage return ends a line, and odd bytes in
 * a name do not count. Programs differ here, and one of them checked the sender.
 */
export function fromHeaders(mail: Uint8Array): number {
  const head = Buffer.from(mail.buffer, mail.byteOffset, bodyStart(mail)).toString('latin1');
  let count = 0;
  fromField.lastIndex = 0;
  while (count < 2 && fromField.test(head)) count += 1;
  return count;
}

/** The header block without its oversized fields, as latin1, ended by an empty line. */
export function shortHeaders(mail: Uint8Array): string {
  const head = Buffer.from(mail.buffer, mail.byteOffset, bodyStart(mail)).toString('latin1');
  const kept: string[] = [];
  let [length, start] = [0, 0];
  while (start < head.length) {
    const end = fieldEnd(head, start);
    const field = head.slice(start, end).trimEnd();
    start = end + 1;
    if (field === '' || field.length > longestField) continue;
    length += field.length + 2;
    if (length > longestHead) break;
    kept.push(field);
  }
  return `${kept.join('\r\n')}\r\n\r\n`;
}

/** The end of the field at `start`, its folded lines included. */
function fieldEnd(head: string, start: number): number {
  let end = head.indexOf('\n', start);
  while (end >= 0 && (head[end + 1] === ' ' || head[end + 1] === '\t')) {
    end = head.indexOf('\n', end + 1);
  }
  return end < 0 ? head.length : end;
}
