import { firstText } from '#connectors/whatsapp/item';
import { LocationBody, type MetaError, TextBody } from '#connectors/whatsapp/payload';
import { isObject, type JsonObject, jsonOf, objectOf, omitUndefined } from '#shared/json';
import { readCards } from './content-card.ts';
import { readButton, readInteractive } from './content-interactive.ts';
import { readMedia } from './content-media.ts';
import { readOrder } from './content-order.ts';
import type { ReadContent } from './read-content.ts';
import type { messageTypes } from './supported-types.ts';

/** Reads the content of one type; undefined where it has not the shape of its type. */
type Reader = (message: JsonObject) => ReadContent | undefined;

/** One for each row of the documented types: a reader without a row does not compile, nor a row without one. */
const readers: Readonly<Record<keyof typeof messageTypes, Reader>> = {
  text: readText,
  image: (message) => readMedia('image', message),
  video: (message) => readMedia('video', message),
  audio: (message) => readMedia('audio', message),
  // Written by older versions instead of `audio` with `voice: true`.
  voice: (message) => readMedia('voice', message),
  document: (message) => readMedia('document', message),
  sticker: (message) => readMedia('sticker', message),
  location: readLocation,
  contacts: readCards,
  interactive: readInteractive,
  button: readButton,
  order: readOrder,
  system: readSystem,
  request_welcome: () => notice('request_welcome', '[conversation opened]'),
};
const readerByType: ReadonlyMap<string, Reader> = new Map(Object.entries(readers));

/**
 * The content of a message by its type. A message without a reader, or without the shape of its type, becomes
 * `unsupported` and is kept whole: the customer has written, and a person must see that.
 */
export function readContent(
  given: string | undefined,
  message: JsonObject,
  errors: readonly MetaError[],
): ReadContent {
  // Seen without `type`, but with the text in its place.
  const type = given ?? (isObject(message['text']) ? 'text' : 'unknown');
  return readerByType.get(type)?.(message) ?? unsupported(type, message, errors);
}

function readText(message: JsonObject): ReadContent | undefined {
  const read = TextBody.safeParse(message['text']);
  if (!read.success) return undefined;
  const text = read.data.body;
  return { content: { type: 'text', text }, text, attachments: [] };
}

function readLocation(message: JsonObject): ReadContent | undefined {
  const read = LocationBody.safeParse(message['location']);
  if (!read.success) return undefined;
  const { latitude, longitude, name, address, url } = read.data;
  const place = [name, address].filter((part) => part !== undefined).join(', ');
  return {
    content: omitUndefined({ type: 'location' as const, latitude, longitude, name, address, url }),
    text: place === '' ? `${latitude}, ${longitude}` : place,
    attachments: [],
  };
}

/** A change of number, of user id, of security code: told by WhatsApp, not written by a person. */
function readSystem(message: JsonObject): ReadContent {
  const system = objectOf(message['system']);
  const kind = firstText(system, 'type') ?? 'system';
  const details = omitUndefined({ system: message['system'], identity: message['identity'] });
  return notice(kind, firstText(system, 'body') ?? `[${kind}]`, details);
}

/** A notice with its plain rendering. `details` is JSON that came through the queue. */
export function notice(kind: string, text: string, details?: JsonObject): ReadContent {
  return {
    content: omitUndefined({
      type: 'notice' as const,
      kind,
      details: details === undefined ? undefined : jsonOf(details),
    }),
    text,
    attachments: [],
  };
}

function unsupported(type: string, message: JsonObject, errors: readonly MetaError[]): ReadContent {
  const providerType = nameOf(type, message);
  return {
    content: omitUndefined({
      type: 'unsupported' as const,
      providerType,
      reason: errors[0]?.error_data?.details ?? errors[0]?.title,
      raw: jsonOf(message),
    }),
    text: `[unsupported: ${providerType}]`,
    attachments: [],
  };
}

/** `unsupported` names the real type since November 2025; an interactive message has a type within. */
function nameOf(type: string, message: JsonObject): string {
  const inner = firstText(objectOf(message[type]), 'type');
  if (inner === undefined) return type;
  return type === 'unsupported' ? inner : `${type}.${inner}`;
}
