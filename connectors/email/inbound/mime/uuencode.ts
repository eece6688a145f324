const begin = /(?:^|\n)begin [0-7]{3,4} [^\r\n]*\r*\n/;

/** Reads a uuencoded file; undefined where there is no line that begins one. */
export function decodeUu(body: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
  const match = begin.exec(text);
  if (!match) return undefined;
  const decoded = Buffer.allocUnsafeSlow(Math.ceil((body.length * 3) / 4));
  let length = 0;
  for (let start = match.index + match[0].length; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const count = valueAt(text, start);
    if (count === 0 || /^end\s*$/.test(text.slice(start, Math.min(end, start + 8)))) break;
    length = writeLine(text, start + 1, end, count, decoded, length);
    start = end + 1;
  }
  return decoded.subarray(0, length);
}

/** Writes the bytes of one line, four letters for three bytes; blanks at its end get lost on the way. */
function writeLine(
  ...[text, start, end, count, to, at]: [string, number, number, number, Buffer, number]
): number {
  let length = at;
  for (let from = start; length - at < count && from < end; from += 4) {
    const bits = [0, 1, 2, 3].reduce(
      (sum, offset) => (sum << 6) | (from + offset < end ? valueAt(text, from + offset) : 0),
      0,
    );
    for (const shift of [16, 8, 0]) {
      if (length - at >= count) break;
      to[length] = bits >> shift;
      length += 1;
    }
  }
  return length;
}

function valueAt(text: string, index: number): number {
  return (text.charCodeAt(index) - 0x20) & 0x3f;
}
