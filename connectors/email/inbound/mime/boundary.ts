/** The length of the beginning of a multipart in which its first delimiter is looked for. */
const longestSearch = 4096;

/** A delimiter line, followed by a field that only the head of a part has. */
const delimiter =
  /(?:^|\n)--(?!-*[ \t\r\n])([^\r\n]{1,200}?)[ \t]*\r*\n(?=content-[a-z-]{1,30}[ \t]*:)/i;

/**
 * Finds the boundary that a multipart uses where it is not the one that its type names (quotes, case and equals signs
 * get lost); undefined where the named one stands at the beginning of the body, or where nothing looks like one.
 */
export function guessedBoundary(body: Uint8Array, named: string): string | undefined {
  const text = Buffer.from(body.subarray(0, longestSearch)).toString('latin1');
  const own = `--${Buffer.from(named).toString('latin1')}`;
  if (named !== '' && (text.startsWith(own) || text.includes(`\n${own}`))) return undefined;
  return delimiter.exec(text)?.[1];
}
