import { type Line, trimAny } from './line.ts';
import { hasAddress, hasDate, hasTime, hasVerb } from './signs.ts';
import { dateOpeners } from './words.ts';

/** Clients fold `On …, … wrote:` at 76 letters, inside addresses too. */
const maxLines = 6;
const longestAttribution = 500;

export interface Attribution {
  /** The line it begins in. */
  readonly start: number;
  /** The customer's own words before it in that line; usually none. */
  readonly before: string;
  /** True when unquoted text that follows it is surely the quoted mail: an address or a time beside date and verb. */
  readonly strong: boolean;
}

/**
 * The attribution (`On 3 Nov 2026 at 10:12, Anna <anna@…> wrote:`) that ends in this line, in any language: it ends
 * with a colon and holds two of date, address and the verb. `quoteFollows` says whether a quoted line comes next.
 */
export function attributionEndingAt(
  lines: readonly Line[],
  end: number,
  quoteFollows: boolean,
): Attribution | undefined {
  const ends = endsLikeAttribution(lines[end]);
  if (!ends && !quoteFollows) return undefined;
  const matches = upwards(lines, end).filter(({ joined }) =>
    isAttribution(joined, ends, quoteFollows),
  );
  // A match without a date reaches up for the line that has it: the rest of the same folded sentence.
  const found = matches.find(({ line }) => hasDate(line.plain)) ?? matches[0];
  return found && attributionAt(found);
}

function endsLikeAttribution(line: Line | undefined): boolean {
  if (!line) return false;
  return /[:：]$/.test(trimAny(line.plain, ' -_*')) || /\bwrote[\s-]{0,20}$/i.test(line.plain);
}

interface Candidate {
  readonly at: number;
  readonly line: Line;
  /** From this line to the one it ends in. */
  readonly joined: string;
}

/** The written lines of one paragraph from here up, as many as an attribution may have. */
function upwards(lines: readonly Line[], end: number): Candidate[] {
  const found: Candidate[] = [];
  let joined = '';
  for (let at = end; at >= 0 && at > end - maxLines; at -= 1) {
    const line = lines[at];
    if (!line || line.quoted || line.empty) break;
    joined = `${line.plain} ${joined}`;
    if (joined.length > longestAttribution) break;
    found.push({ at, line, joined });
  }
  return found;
}

function isAttribution(joined: string, ends: boolean, quoteFollows: boolean): boolean {
  const date = hasDate(joined);
  const address = hasAddress(joined);
  const verb = hasVerb(joined);
  if (!ends) return date && address;
  const signs = [date, address, verb].filter(Boolean).length;
  return signs >= 2 || (quoteFollows && (verb || (date && hasTime(joined))));
}

function attributionAt({ at, line, joined }: Candidate): Attribution {
  const opener = dateOpeners.exec(line.text);
  const before = opener && opener.index > 0 ? line.text.slice(0, opener.index) : '';
  const strong = hasAddress(joined) || (hasTime(joined) && hasDate(joined) && hasVerb(joined));
  return { start: at, before: trimAny(before, ' -'), strong };
}
