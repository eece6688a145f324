import { readAddress } from '#connectors/email/mail-address';
import { type Reported, statusOf } from './status-code.ts';

/** The words of a text about one recipient. */
export interface Named extends Reported {
  readonly recipient: string;
}

/** Reports begin with what they report; the mail that they return follows. */
const lookedAt = 16_000;
const returnedBelow =
  /^\s*(?:--.*(?:original|below|copy|returned|forwarded|headers?)|return-path:|received:|message-id:)/i;
/** An address at the beginning of a line: `<dora@customer.example>:`, `dora@customer.example: 550 …`, or alone. */
const named =
  /^\s*(?:<([^<>\s]+@[^<>\s]+)>|([^<>\s:;,"()[\]]+@[^<>\s:;,"()[\]]+))\s*(?::|\.\.\.|$)/;
/** An address behind its code: `550 5.1.1 <dora@customer.example>... User unknown`. */
const behindCode = /^\s*[45][0-7]\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\s+)?<([^<>\s]+@[^<>\s]+)>/;
/** The lines that may belong to an address. */
const longestSection = 12;

/**
 * Reads a report without the fields of RFC 3464: each address that begins a section with a code of SMTP (`named`), and
 * the first line with a code (`any`).
 */
export function fatesInWords(text: string): { readonly named: Named[]; readonly any: Reported } {
  const all = text.slice(0, lookedAt).split('\n');
  const end = all.findIndex((line) => returnedBelow.test(line));
  const lines = end < 0 ? all : all.slice(0, end);
  const fates = new Map<string, Named>();
  for (const [index, line] of lines.entries()) {
    const recipient = addressIn(line);
    if (recipient === undefined || fates.has(recipient)) continue;
    const reported = reportedIn(sectionAt(lines, index));
    if (reported) fates.set(recipient, { ...reported, recipient });
  }
  return { named: [...fates.values()], any: reportedIn(lines) ?? reportedIn(all) ?? {} };
}

function addressIn(line: string): string | undefined {
  const found = named.exec(line) ?? behindCode.exec(line);
  return readAddress(found?.[1] ?? found?.[2] ?? '');
}

/** A section ends at an empty line or at the next address. */
function sectionAt(lines: readonly string[], start: number): string[] {
  const rest = lines.slice(start + 1, start + longestSection);
  const end = rest.findIndex((line) => line.trim() === '' || addressIn(line) !== undefined);
  return [lines[start] ?? '', ...(end < 0 ? rest : rest.slice(0, end))];
}

/** The first line with a code of a failure. */
function reportedIn(lines: readonly string[]): Reported | undefined {
  const diagnostic = lines
    .map((line) => line.trim().replace(/^<[^<>\s]+>:\s*/, ''))
    .find((line) => /^[45]/.test(statusOf({ diagnostic: line }) ?? ''));
  return diagnostic === undefined ? undefined : { diagnostic, status: statusOf({ diagnostic }) };
}
