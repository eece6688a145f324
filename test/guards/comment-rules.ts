import type { SourceFile } from './tree-rules.ts';

/** Openings that leave the reader without a subject: a comment opens with a verb, or names the thing. */
const riddlingOpening =
  /^(What|Whatever|Of|Who|Whose|Whom|Whoever|Whether|Where|Which|That|All that|How|When|So)\b/;

/** Words that hide who is meant. */
const riddlingWord = /\b(nobody|somebody|anybody|everybody|whoever|of ours|of theirs)\b/i;

/** A comment with its place. */
interface Comment {
  readonly line: number;
  /** The words alone, without stars and slashes. */
  readonly text: string;
  readonly isDocumentation: boolean;
}

/** The comments of a file that riddle instead of telling, a sentence each. */
export function riddles(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    commentsOf(text).flatMap((comment) => {
      const place = `${path}:${comment.line}`;
      const opening = comment.isDocumentation ? riddlingOpening.exec(comment.text)?.[0] : undefined;
      const word = riddlingWord.exec(comment.text)?.[0];
      return [
        ...(opening
          ? [`${place} opens with “${opening}”: name the thing, or say what it does`]
          : []),
        ...(word ? [`${place} says “${word}”: say who or what is meant`] : []),
      ];
    }),
  );
}

/** Comments that fill lines of their own. */
export function commentsOf(text: string): Comment[] {
  const blocks = [...text.matchAll(/^[ \t]*(\/\*\*?)([\s\S]*?)\*\//gm)].map((found) => ({
    line: lineAt(text, found.index),
    text: wordsOf(found[2] ?? '', /^[ \t]*\*/gm),
    isDocumentation: found[1] === '/**',
  }));
  const lines = [...text.matchAll(/(?:^[ \t]*\/\/.*\n?)+/gm)].map((found) => ({
    line: lineAt(text, found.index),
    text: wordsOf(found[0], /^[ \t]*\/\//gm),
    isDocumentation: false,
  }));
  return [...blocks, ...lines].sort((one, other) => one.line - other.line);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function wordsOf(comment: string, marks: RegExp): string {
  return comment.replace(marks, '').replace(/\s+/g, ' ').trim();
}
