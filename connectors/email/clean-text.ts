/** The length limit of an email header line (RFC 5322 2.1.1). */
const longestHeader = 998;

/** C0 without tab and line feed, DEL, C1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Overrides, embeddings, isolates and marks: they make `fdp.exe` of `exe.pdf` and reorder a subject. */
const directions = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g;

/**
 * A value that stands in one line: subject, display name, file name. Decoders hand out CR, LF and NUL from inside
 * encoded words (`Hi\r\nBcc: …`), so everything that could end or hide a line becomes a blank or goes.
 */
export function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\r\n\t\u2028\u2029]+/g, ' ')
    .replace(controls, '')
    .replace(directions, '')
    .trim()
    .slice(0, longestHeader);
}

/** Cuts a text to so many characters at most, and never through a surrogate pair. */
export function capCharacters(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\ud800-\udbff]$/, '');
}

/** A body: line ends become `\n`, control characters go. Direction marks stay, Hebrew and Arabic are written with them. */
export function cleanBody(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(controls, '');
}

/** At most so many bytes of UTF-8, cut between characters. */
export function capBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/** A text in one line: servers wrap lines anew, the words stay. */
export function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
