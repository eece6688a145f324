import { readTags } from './html-tags.ts';
import { markContainers } from './quotes/html-containers.ts';
import { webAddress } from './web-address.ts';

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

/** Words of a link that are compared with its address. */
const longestWords = 2000;

/**
 * The readable text of an HTML body, with `> ` before the lines of quotes, and the address behind the words of a link.
 * Its cost grows with the length of the document, whatever its shape (html-tags.ts).
 */
export function htmlToText(source: string): string {
  const html = markContainers(source.slice(0, maxLetters));
  const page = new Page();
  let hiddenBy = '';
  readTags(html, {
    open: (tag, attributes) => {
      if (hiddenBy === '' && unread.has(tag)) hiddenBy = tag;
      if (hiddenBy !== '') return;
      page.open(tag);
      if (tag === 'a') page.openLink(webAddress(attributes.get('href') ?? ''));
    },
    close: (tag) => {
      if (hiddenBy === '') page.close(tag);
      if (hiddenBy === tag) hiddenBy = '';
    },
    text: (text) => {
      if (hiddenBy === '') page.write(text);
    },
  });
  return page.text();
}

/** Tells whether the words of a link are its address, however much of it they leave out. */
function isAddress(words: string, address: string): boolean {
  return bare(words) === bare(address);
}

function bare(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:\/\/)?(?:www\.)?|\/$/g, '');
}

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
  /** The link that is open, and its words so far. */
  #link: { readonly address: string; words: string } | undefined;

  open(tag: string): void {
    if (tag === 'br') this.#flush(true);
    else this.#break(tag);
    if (tag === 'blockquote') this.#quotes += 1;
    if (tag === 'pre') this.#preformatted = true;
    if (tag === 'li') this.#add('- ');
    if (tag === 'td' || tag === 'th') this.write(' ');
  }

  /** Begins a link; one that has no address to write only ends the link before it. */
  openLink(address: string | undefined): void {
    this.#endLink();
    if (address !== undefined) this.#link = { address, words: '' };
  }

  close(tag: string): void {
    if (tag === 'a') this.#endLink();
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
    this.#endLink();
    this.#flush(false);
    return this.#lines.join('\n').trim();
  }

  #add(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    if (this.#link && this.#link.words.length <= longestWords) this.#link.words += piece;
    this.#endsBlank = piece.endsWith(' ');
  }

  /** Writes the address behind the words of a link, unless they are the address. A link without words is no text. */
  #endLink(): void {
    const link = this.#link;
    this.#link = undefined;
    if (!link || link.words.trim() === '' || isAddress(link.words, link.address)) return;
    this.#add(this.#endsBlank ? `(${link.address}) ` : ` (${link.address})`);
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
