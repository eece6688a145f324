import { type AttributionForm, attributionForm } from './attribution-form.ts';
import { type Line, trimAny } from './line.ts';
import { hasDate } from './signs.ts';
import { dateOpeners } from './words.ts';

/** Clients fold `On …, … wrote:` at 76 letters, inside addresses too. */
const maxLines = 6;
const longestAttribution = 500;
/** The shortest there is: `1.1.26 x@y:`. */
const shortestAttribution = 10;

export interface Attribution {
  /** The line it begins in. */
  readonly start: number;
  /** The customer's own words before it in that line; usually none. */
  readonly before: string;
  readonly form: AttributionForm;
}

/**
 * The attribution (`On 3 Nov 2026 at 10:12, Anna <anna@…> wrote:`) that ends in this line, in any language.
 * `quoteFollows` says whether a quoted line comes next.
 */
export function attributionEndingAt(
  lines: readonly Line[],
  end: number,
  quoteFollows: boolean,
): Attribution | undefined {
  const endsSo = endsLikeAttribution(lines[end]);
  if (!endsSo && !quoteFollows) return undefined;
  let undated: Attribution | undefined;
  for (const { at, line, joined } of upwards(lines, end)) {
    if (undated && !beginsParagraph(lines, at)) continue;
    const found = readCandidate(at, line, joined, endsSo);
    if (found?.form === 'sure' || (found && hasDate(joined))) return found;
    undated ??= found;
  }
  return undated;
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
function* upwards(lines: readonly Line[], end: number): Generator<Candidate> {
  let joined = '';
  let telling = false;
  for (let at = end; at > end - maxLines; at -= 1) {
    const line = lines[at];
    if (!line || !isWritten(line)) return;
    joined = `${line.plain} ${joined}`.trimEnd();
    telling ||= line.telling;
    if (joined.length > longestAttribution) return;
    if (telling && joined.length >= shortestAttribution) yield { at, line, joined };
  }
}

function isWritten({ quoted, empty }: Line): boolean {
  return !quoted && !empty;
}

function readCandidate(
  at: number,
  line: Line,
  joined: string,
  endsSo: boolean,
): Attribution | undefined {
  const opener = dateOpeners.exec(line.plain);
  const inside = opener !== null && opener.index > 0;
  const form = attributionForm(inside ? joined.slice(opener.index) : joined, endsSo);
  if (!form) return undefined;
  const shared = inside ? dateOpeners.exec(line.text) : null;
  const before = shared ? trimAny(line.text.slice(0, shared.index), ' -') : '';
  return { start: at, before, form };
}

function beginsParagraph(lines: readonly Line[], at: number): boolean {
  return at === 0 || lines[at - 1]?.empty === true;
}
