import { readStructured, type StructuredField, withoutComments } from './structured-field.ts';

/** `type/subtype`, both tokens (RFC 2045 5.1). */
const valid = /^[\w!#$%&'+.^`{|}~-]+\/[\w!#$%&'+.^`{|}~-]+$/;

/** Kinds of multipart, as they are named where the word itself is missing. */
const multipart = /\bmultipart\b|^(?:mixed|alternative|related|report|signed)\b/;

/** The type of a part. */
export interface ContentType extends StructuredField {
  /** True for a field that is no valid type: what the part is, is a guess. */
  readonly isGuess: boolean;
}

/**
 * Reads a Content-Type. One that is not valid counts as plain text (RFC 2045 5.2), or as the HTML or the multipart that
 * it names; its charset and its boundary are read however they are written.
 */
export function readContentType(field: string): ContentType {
  const { value, parameters } = readStructured(field);
  const isMultipart = value.startsWith('multipart/');
  const isType = valid.test(value) && !/^(?:plain|html)\//.test(value);
  if (isType && (!isMultipart || parameters.get('boundary'))) {
    return { value, parameters, isGuess: false };
  }
  const text = withoutComments(field);
  const loose = new Map([...looseParameters(text), ...parameters]);
  if (isMultipart || (loose.has('boundary') && multipart.test(value))) {
    const [kind = 'multipart/mixed'] = /^multipart\/[\w-]+/.exec(value) ?? [];
    return { value: kind, parameters: loose, isGuess: false };
  }
  return { value: guessed(text), parameters: loose, isGuess: true };
}

/** The first kind of text that a field names, however it is written. */
function guessed(text: string): string {
  const [kind] = /\b(?:plain|html)\b/i.exec(text) ?? [];
  return kind?.toLowerCase() === 'html' ? 'text/html' : 'text/plain';
}

function looseParameters(text: string): [string, string][] {
  return ['charset', 'boundary'].flatMap((name) => {
    const written = new RegExp(`\\b${name}\\s*[=:]\\s*["']?([^\\s"',;]{1,70})`, 'i').exec(text);
    return written?.[1] === undefined ? [] : [[name, written[1]]];
  });
}
