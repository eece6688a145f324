import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { markContainers } from './quotes/html-containers.ts';

/** Elements whose text is not shown. */
const unread = new Set(['script', 'style', 'title', 'template', 'noscript']);
/** A new line before and after. */
const blocks = new Set(
  'div section article header footer main aside address dd dt dl form fieldset li tr table tbody thead center pre hr ul ol'.split(
    ' ',
  ),
);
/** An empty line before and after. */
const paragraphs = new Set('p h1 h2 h3 h4 h5 h6 blockquote'.split(' '));
/** The limit of HTML that is turned into text; the HTML itself is passed on whole. */
const maxLetters = 2_000_000;
/** Deeper quotes are drawn as this many. */
const maxQuoteMarks = 10;

/**
 * The readable text of an HTML body, with `> ` before the lines of quotes. It drives the tokenizer, which keeps no
 * stack of open elements: a document nested a million deep costs its length, no more (html-to-text overflows at
 * 20,000, and a parser with a stack searches it for every stray end tag).
 */
export function htmlToText(source: string): string {
  const html = markContainers(source.slice(0, maxLetters));
  const page = new Page();
  let tag = '';
  let hiddenBy = '';
  const read = (start: number, end: number) => html.slice(start, end);
  const callbacks: TokenizerCallbacks = {
    onopentagname: (start, end) => {
      tag = read(start, end).toLowerCase();
      if (hiddenBy === '' && unread.has(tag)) hiddenBy = tag;
      if (hiddenBy === '') page.open(tag);
    },
    onclosetag: (start, end) => {
      const name = read(start, end).toLowerCase();
      if (hiddenBy === '') page.close(name);
      if (hiddenBy === name) hiddenBy = '';
    },
    ontext: (start, end) => {
      if (hiddenBy === '') page.write(read(start, end));
    },
    ontextentity: (codepoint) => {
      if (hiddenBy === '') page.write(String.fromCodePoint(codepoint));
    },
    ...silent,
  };
  const tokenizer = new Tokenizer({ decodeEntities: true }, callbacks);
  tokenizer.write(html);
  tokenizer.end();
  return page.text();
}

const nothing = () => undefined;

/** Attributes, comments and declarations say nothing to a reader. */
const silent = {
  onattribdata: nothing,
  onattribentity: nothing,
  onattribend: nothing,
  onattribname: nothing,
  oncdata: nothing,
  oncomment: nothing,
  ondeclaration: nothing,
  onend: nothing,
  onopentagend: nothing,
  onprocessinginstruction: nothing,
  onselfclosingtag: nothing,
};

/**
 * Lines as they come out: white space collapsed as a browser does it. A line is kept in pieces, because asking a
 * growing string how it ends copies it each time.
 */
class Page {
  readonly #lines: string[] = [];
  #pieces: string[] = [];
  #endsBlank = true;
  #quotes = 0;
  #preformatted = false;

  open(tag: string): void {
    if (tag === 'br') this.#flush(true);
    else this.#break(tag);
    if (tag === 'blockquote') this.#quotes += 1;
    if (tag === 'pre') this.#preformatted = true;
    if (tag === 'li') this.#add('- ');
    if (tag === 'td' || tag === 'th') this.write(' ');
  }

  close(tag: string): void {
    if (blocks.has(tag) || paragraphs.has(tag)) this.#flush(false);
    if (tag === 'blockquote') this.#quotes = Math.max(0, this.#quotes - 1);
    this.#break(tag);
    if (tag === 'pre') this.#preformatted = false;
  }

  write(text: string): void {
    if (this.#preformatted) {
      this.#writeLines(text);
      return;
    }
    const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ');
    this.#add(this.#endsBlank && collapsed.startsWith(' ') ? collapsed.slice(1) : collapsed);
  }

  text(): string {
    this.#flush(false);
    return this.#lines.join('\n').trim();
  }

  #add(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#endsBlank = piece.endsWith(' ');
  }

  #writeLines(text: string): void {
    for (const [number, line] of text.split('\n').entries()) {
      if (number > 0) this.#flush(true);
      this.#add(line);
    }
  }

  #break(tag: string): void {
    if (!blocks.has(tag) && !paragraphs.has(tag)) return;
    this.#flush(false);
    if (paragraphs.has(tag)) this.#leaveEmptyLine();
  }

  /** One, with the marks of the shallower of the two quotes it stands between. */
  #leaveEmptyLine(): void {
    const mark = this.#mark().trimEnd();
    const last = this.#lines.at(-1);
    if (last === undefined || /^[> ]*$/.test(last)) {
      if (last !== undefined && last.length > mark.length)
        this.#lines[this.#lines.length - 1] = mark;
    } else {
      this.#lines.push(mark);
    }
  }

  /** Ends the line; an empty one only where the page asks for it. */
  #flush(evenEmpty: boolean): void {
    const line = this.#pieces.join('').trimEnd();
    this.#pieces = [];
    this.#endsBlank = true;
    if (line !== '' || evenEmpty) this.#lines.push(`${this.#mark()}${line}`.trimEnd());
  }

  #mark(): string {
    return '> '.repeat(Math.min(this.#quotes, maxQuoteMarks));
  }
}
