import { stripVTControlCharacters, styleText } from 'node:util';

/** The styles used here, as `styleText` calls them. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'cyan';

/** Data goes to stdout, everything else to stderr, so that `--json` can be piped. */
export interface Terminal {
  readonly data: (line: string) => void;
  readonly note: (line: string) => void;
  /** Data that is not lines, byte by byte; a terminal gets it without control sequences. */
  readonly bytes: (bytes: Uint8Array) => void;
  /** Colours a piece of a line of data; plain text where colours are not wanted (NO_COLOR, no terminal). */
  readonly paint: (style: Style, text: string) => string;
}

export function openTerminal(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): Terminal {
  return {
    data: (line) => stdout.write(`${line}\n`),
    note: (line) => stderr.write(`${line}\n`),
    bytes: (bytes) => stdout.write('isTTY' in stdout && stdout.isTTY ? visible(bytes) : bytes),
    paint: (style, text) => styleText(style, text, { stream: stdout }),
  };
}

/** Bidirectional overrides and isolates reorder what stands around them (CVE-2021-42574). */
const bidirectional = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A customer's text as one harmless line: a terminal obeys escape sequences, and any stranger may write to us. Longer
 * texts are cut at `max` characters.
 */
export function oneLine(text: string, max = 200): string {
  const line = stripVTControlCharacters(text)
    .replace(bidirectional, '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join('')}…`;
}

/** Bytes of a stranger as text of many lines. */
function visible(bytes: Uint8Array): string {
  const text = stripVTControlCharacters(new TextDecoder().decode(bytes));
  return text.replace(bidirectional, '').replace(/(?![\n\t])\p{Cc}/gu, '');
}

/** Rows as columns as wide as their widest cell. Cells are one line each; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** An ISO time as the reader's own clock shows it: `2026-11-21 23:40:22`. */
export function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE');
}

/** The same without its date. */
export function clockTime(iso: string): string {
  return localTime(iso).slice(11);
}
