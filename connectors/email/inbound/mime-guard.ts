/** Amazon SES receives at most 40 MB, headers included (SES quotas). */
const largestMail = 40 * 1024 * 1024;
/** postal-mime spends 8–30 µs on each line, so these bound the work and not only the memory. */
const maxLines = 1_000_000;
const maxTextLines = 100_000;

/** Base64 comes in lines of 60 to 76 letters, wherever it comes from. */
const shortestBase64Line = 57;
const longestBase64Line = 80;

const lineFeed = 0x0a;
const blank = 0x20;

/**
 * The reason why a mail is not to be given to the MIME parser; undefined when it may. Costs one pass over the bytes.
 */
export function tooComplex(raw: Uint8Array): string | undefined {
  if (raw.length > largestMail) return `larger than ${largestMail} bytes`;
  const { lines, textLines } = countLines(raw);
  if (lines > maxLines) return `more than ${maxLines} lines`;
  if (textLines > maxTextLines) return `more than ${maxTextLines} lines of text`;
  return undefined;
}

/** Counts the lines, and those that do not look like base64. */
function countLines(raw: Uint8Array): {
  readonly lines: number;
  readonly textLines: number;
} {
  let lines = 0;
  let textLines = 0;
  let start = 0;
  for (let end = raw.indexOf(lineFeed); end >= 0; end = raw.indexOf(lineFeed, start)) {
    lines += 1;
    if (!looksLikeBase64(raw, start, end)) textLines += 1;
    start = end + 1;
  }
  return { lines, textLines };
}

function looksLikeBase64(raw: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < shortestBase64Line || length > longestBase64Line) return false;
  const line = raw.subarray(start, end);
  return !line.includes(blank);
}
