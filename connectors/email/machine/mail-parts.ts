import type { Attachment, Email } from 'postal-mime';

/** Only so much of a text or part is read: a report and the headers of a mail are short. */
const longestRead = 256 * 1024;

/** The words of a mail, for looking at and not for showing. */
export function textOf({ text, html }: Email): string {
  if (text !== undefined && text.trim() !== '') return text.slice(0, longestRead);
  return (html ?? '').slice(0, longestRead).replace(/<[^<>]*>/g, ' ');
}

/** The text of the parts of one of these types. */
export function partsOf({ attachments }: Email, types: RegExp): string[] {
  return attachments.filter(({ mimeType }) => types.test(mimeType)).map(contentOf);
}

function contentOf({ content }: Attachment): string {
  if (typeof content === 'string') return content.slice(0, longestRead);
  const bytes = new Uint8Array(content);
  return Buffer.from(bytes.subarray(0, longestRead)).toString('utf8');
}

/** The fields of one block of a report or of a mail's head: by lower-case name, in their order. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** Reads blocks of fields that empty lines part (RFC 3464 2.1); lines that are no field end nothing. */
export function fieldBlocks(text: string): Fields[] {
  const unfolded = text.replace(/\r\n?/g, '\n').replace(/\n[ \t]+(?=\S)/g, ' ');
  return unfolded.split(/\n[ \t]*\n/).map((block) => block.split('\n').flatMap(fieldIn));
}

function fieldIn(line: string): Fields {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  return /^[a-z][a-z0-9-]{1,60}$/.test(name) ? [[name, line.slice(colon + 1).trim()]] : [];
}

export function fieldOf(fields: Fields, name: string): string | undefined {
  return fields.find(([each]) => each === name)?.[1];
}
