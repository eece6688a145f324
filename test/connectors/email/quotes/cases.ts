import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { corpus } from '#test/connectors/email/inbox';

/** A mail and what its customer wrote in it now. Without `expected` all of it is his own. */
export interface QuoteCase {
  readonly name: string;
  readonly language: string;
  readonly kind: 'text' | 'html';
  readonly mail: string;
  readonly expected: string;
}

interface Pair {
  readonly source: string;
  readonly name: string;
  readonly lang: string;
  readonly kind: 'text' | 'html';
  readonly input: string;
  readonly expected: string;
}

interface OwnWords {
  readonly own: Readonly<Record<string, readonly string[]>>;
  readonly replies: Readonly<
    Record<string, { readonly mail: readonly string[]; readonly visible: readonly string[] }>
  >;
}

const ownFolder = join(import.meta.dirname, 'own-words');
const pairFolder = join(corpus, 'replies');

/** The collected replies with their history; none where the corpus is not at hand. */
export function collectedReplies(): QuoteCase[] {
  const index = join(pairFolder, 'index.json');
  if (!existsSync(index)) return [];
  const read = (path: string) =>
    readFileSync(join(pairFolder, path), 'utf8').replaceAll('\r\n', '\n');
  return (JSON.parse(readFileSync(index, 'utf8')) as Pair[]).map((pair) => ({
    name: `${pair.source}/${pair.name}`,
    language: pair.lang.slice(0, 2),
    kind: pair.kind,
    mail: read(pair.input),
    expected: read(pair.expected),
  }));
}

/** Mails that are wholly the customer's own and look as if they were not. */
export function ownWords(): QuoteCase[] {
  return fixtures().flatMap(({ language, own }) =>
    Object.entries(own).map(([name, lines]) => {
      const mail = lines.join('\n');
      return { name, language, kind: 'text' as const, mail, expected: mail };
    }),
  );
}

/** True replies with their history, in the same languages: showing everything is no way out. */
export function ownReplies(): QuoteCase[] {
  return fixtures().flatMap(({ language, replies }) =>
    Object.entries(replies).map(([name, { mail, visible }]) => ({
      name,
      language,
      kind: 'text' as const,
      mail: mail.join('\n'),
      expected: visible.join('\n'),
    })),
  );
}

function fixtures(): (OwnWords & { readonly language: string })[] {
  return readdirSync(ownFolder).map((file) => ({
    language: basename(file, '.json'),
    ...(JSON.parse(readFileSync(join(ownFolder, file), 'utf8')) as OwnWords),
  }));
}
