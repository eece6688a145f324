import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** The attributes of a tag by their names in lower case; of two with one name the first counts, as in a browser. */
export type Attributes = ReadonlyMap<string, string>;

/** Takes the parts of a document, in their order. Names of elements are in lower case. */
export interface TagReader {
  readonly open: (name: string, attributes: Attributes) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
}

const nothing = () => undefined;

/**
 * Reads the tags and the text of an HTML document. It drives the tokenizer, which keeps no stack of open elements: a
 * document nested a million deep costs its length, no more (html-to-text overflows at 20,000, and a parser with a stack
 * searches it for every stray end tag).
 */
export function readTags(html: string, { open, close, text }: TagReader): void {
  let tag = '';
  let attribute = '';
  let value = '';
  let attributes = new Map<string, string>();
  const read = (start: number, end: number) => html.slice(start, end);
  const opened = () => open(tag, attributes);
  const callbacks: TokenizerCallbacks = {
    onopentagname: (start, end) => {
      tag = read(start, end).toLowerCase();
      attributes = new Map();
    },
    onattribname: (start, end) => {
      attribute = read(start, end).toLowerCase();
      value = '';
    },
    onattribdata: (start, end) => {
      value += read(start, end);
    },
    onattribentity: (codepoint) => {
      value += String.fromCodePoint(codepoint);
    },
    onattribend: () => {
      if (!attributes.has(attribute)) attributes.set(attribute, value);
    },
    onopentagend: opened,
    onselfclosingtag: opened,
    onclosetag: (start, end) => close(read(start, end).toLowerCase()),
    ontext: (start, end) => text(read(start, end)),
    ontextentity: (codepoint) => text(String.fromCodePoint(codepoint)),
    ...{ oncdata: nothing, oncomment: nothing, ondeclaration: nothing },
    ...{ onend: nothing, onprocessinginstruction: nothing },
  };
  const tokenizer = new Tokenizer({ decodeEntities: true }, callbacks);
  tokenizer.write(html);
  tokenizer.end();
}
