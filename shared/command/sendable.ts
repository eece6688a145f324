import { firstProblem, type JsonProblem, problemHere } from '#shared/json-problem';
import { notPublic } from '#shared/media/public-url';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of a reply that a provider is given; the rest stays with us. */
const sentParts = ['content', 'fallbackTemplate', 'author'] as const;
/** Fields of one line: they become a header, or the name of a file. */
const lines: ReadonlySet<string> = new Set(['content.fileName', 'author.displayName']);

/** Tab, line feed and carriage return are the controls that every provider takes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const noText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Noncharacter_Code_Point}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const noLine = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Noncharacter_Code_Point}/u;

/**
 * The first thing in a reply that some provider may not take: a control character or a code point that is no character
 * (providers refuse them, cut the text there, or silently drop them), and a file at an address that is not public. Only
 * for values that `unstorable` has found nothing in: their depth is bounded.
 */
export function unsendable(command: Fields): JsonProblem | undefined {
  const sent = Object.fromEntries(sentParts.map((name) => [name, command[name]]));
  return firstProblem(sent, (part, name) => unsendableIn(part, name)) ?? elsewhere(command);
}

function unsendableIn(value: unknown, place: string): JsonProblem | undefined {
  if (typeof value === 'string') return characterIn(value, lines.has(place));
  if (typeof value !== 'object' || value === null) return undefined;
  return firstProblem(
    value,
    (member, name) => characterIn(name, false) ?? unsendableIn(member, `${place}.${name}`),
  );
}

function characterIn(text: string, isLine: boolean): JsonProblem | undefined {
  const [found] = (isLine ? noLine : noText).exec(text) ?? [];
  if (found === undefined) return undefined;
  const name = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const allowed = isLine ? 'one line without control characters' : 'text, tabs and line ends';
  return problemHere(`holds U+${name}, which is no text; allowed: ${allowed}`);
}

/**
 * Refuses a file at a web address that is not public: the provider fetches it. Files in S3 are checked with the
 * conversation.
 */
function elsewhere({ content }: Fields): JsonProblem | undefined {
  const { type, url } = (content ?? {}) as Fields;
  if (type !== 'media' || typeof url !== 'string' || /^s3:/i.test(url)) return undefined;
  const problem = notPublic(url);
  if (problem === undefined || !URL.canParse(url)) return undefined;
  const allowed = 'https: at a public host, or s3:';
  return { path: ['content', 'url'], problem: `${problem}; allowed: ${allowed}` };
}
