import { decodeText } from './charset.ts';
import { type Field, fieldText, readFields, withoutPaths, withUtf8Words } from './header-text.ts';
import { textParts } from './part-roles.ts';
import type { Part, PartTree } from './part-tree.ts';
import { fieldValue } from './part-tree.ts';
import { fileBytes, textBytes } from './transfer-encoding.ts';

/** More text than this is left in the raw mail: every step after this one copies it. */
const maxTextBytes = 5 * 1024 * 1024;

/** A mail with the same headers, text and parts, of a size and a form that the MIME parser reads quickly. */
export interface SmallMail {
  readonly bytes: Uint8Array;
  /** The parts that stand in it without their bytes, in the parser's order of attachments. */
  readonly files: readonly Part[];
  /** Header fields that were added to the first part, and where. */
  readonly added: { readonly at: number; readonly count: number };
  /** True when some of the text was left out. */
  readonly cut: boolean;
}

/** The length of the beginning of an HTML document in which it may name its charset. */
const longestDeclaration = 2048;

/**
 * Writes a mail anew for the parser. Text stands in it as UTF-8 and in one line of base64; the bytes of files do not
 * stand in it. The delimiters are ours, so that the parser sees the parts that we have seen.
 */
export function smallMail(tree: PartTree, rootHead: Uint8Array): SmallMail {
  const writer = new Writer(tree);
  const fields = readFields(rootHead, writer.charset);
  const own = writer.ownFields(tree.root, fields);
  const names = new Set(own.map((line) => line.slice(0, line.indexOf(':')).toLowerCase()));
  const first = fields.findIndex(({ name }) => names.has(name));
  const at = first < 0 ? fields.length : first;
  const lines = fields.map((field) => withUtf8Words(field.lines.join('\r\n')));
  writer.lines.push(...lines.slice(0, at), ...own, ...lines.slice(at), '');
  writer.writeBody(tree.root);
  return {
    bytes: Buffer.from(`${writer.lines.join('\r\n')}\r\n`),
    files: writer.files,
    added: { at, count: own.length },
    cut: tree.cut || writer.cut,
  };
}

class Writer {
  readonly lines: string[] = [];
  readonly files: Part[] = [];
  /** The charset that the mail declares for its text: raw bytes in its headers are read by it. */
  readonly charset: string | undefined;
  cut = false;
  readonly #texts: ReadonlySet<Part>;
  readonly #boundaries = new Map<Part, string>();
  #room = maxTextBytes;

  constructor({ root }: PartTree) {
    this.#texts = textParts(root);
    this.charset = [...this.#texts].flatMap((part) => charsetOf(part) ?? [])[0];
  }

  /** The fields that say how the small mail holds this part; they stand before those of the sender, and the first counts. */
  ownFields(part: Part, fields: readonly Field[]): string[] {
    if (part.parts) {
      const boundary = `=_small_mail_${this.#boundaries.size}`;
      this.#boundaries.set(part, boundary);
      return [`Content-Type: ${kindOf(part)}; boundary="${boundary}"`];
    }
    const encoding = 'Content-Transfer-Encoding: base64';
    if (!this.#texts.has(part)) {
      return [encoding, `Content-Disposition: ${asAttachment(fields)}`];
    }
    const flowed = part.type.parameters.get('format')?.toLowerCase() === 'flowed';
    const delSp = part.type.parameters.get('delsp')?.toLowerCase() === 'yes';
    const format = `${flowed ? '; format=flowed' : ''}${delSp ? '; delsp=yes' : ''}`;
    const type = `Content-Type: ${textType(part)}; charset=utf-8${format}`;
    return [type, encoding, 'Content-Disposition: inline'];
  }

  writeBody(part: Part): void {
    if (part.parts) {
      const delimiter = `--${this.#boundaries.get(part)}`;
      for (const child of part.parts) {
        this.lines.push(delimiter);
        this.#writePart(child);
      }
      this.lines.push(`${delimiter}--`);
    } else if (this.#texts.has(part)) {
      this.lines.push(Buffer.from(this.#text(part)).toString('base64'));
    } else {
      this.files.push(part);
    }
  }

  #writePart(part: Part): void {
    const fields = readFields(part.head, charsetOf(part) ?? this.charset);
    const own = this.ownFields(part, fields);
    const kept = ['Content-Type', 'Content-ID', 'Content-Description'].flatMap((name) => {
      const value = fieldValue(fields, name.toLowerCase());
      return value === undefined ? [] : `${name}: ${withUtf8Words(withoutPaths(value))}`;
    });
    this.lines.push(...own, ...kept, '');
    this.writeBody(part);
  }

  #text(part: Part): string {
    const { bytes, cut } = textBytes(part.body, part.encoding, this.#room);
    this.#room -= bytes.length;
    if (cut) this.cut = true;
    return decodeText(bytes, charsetOf(part) ?? declaredInside(part, bytes));
  }
}

/** The beginning of an HTML document, which says more than a type that is not valid. */
const document = /^\s*<(?:!doctype\s+html|html|head|body)\b/i;

/** The kind of text that the parser reads a part as. */
function textType({ type, body, encoding }: Part): 'text/plain' | 'text/html' {
  if (type.value === 'text/html') return type.value;
  if (!type.isGuess) return 'text/plain';
  const { bytes } = textBytes(body.subarray(0, longestDeclaration), encoding, longestDeclaration);
  return document.test(Buffer.from(bytes).toString('latin1')) ? 'text/html' : 'text/plain';
}

/** The charset that a part declares. */
export function charsetOf({ type }: Part): string | undefined {
  return type.parameters.get('charset') || undefined;
}

/** An HTML document may name its charset itself; the label of the part comes first. */
function declaredInside({ type }: Part, bytes: Uint8Array): string | undefined {
  if (type.value !== 'text/html') return undefined;
  const beginning = Buffer.from(bytes.subarray(0, longestDeclaration)).toString('latin1');
  return /<meta[^>]{1,200}?charset=["']?([\w-]{1,40})/i.exec(beginning)?.[1];
}

/** The kinds of multipart that the parser treats in a way of their own. */
function kindOf({ type }: Part): string {
  const own = ['multipart/alternative', 'multipart/related', 'multipart/digest'];
  return own.includes(type.value) ? type.value : 'multipart/mixed';
}

/** The sender's field with its parameters, but always `attachment`: which parts are files is decided here. */
function asAttachment(fields: readonly Field[]): string {
  const field = fields.find(({ name }) => name === 'content-disposition');
  const value = field === undefined ? '' : withUtf8Words(withoutPaths(fieldText(field)));
  const semicolon = value.indexOf(';');
  return semicolon < 0 ? 'attachment' : `attachment${value.slice(semicolon)}`;
}

/** The bytes of a file of the mail, as its sender encoded them. */
export function bytesOf({ body, encoding, isDelimited }: Part): Uint8Array {
  return fileBytes(body, encoding, isDelimited);
}
