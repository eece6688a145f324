import { omitUndefined } from '#shared/json';
import type { Content } from '#shared/model/content';
import { documentName } from './attachments.ts';
import { filled, pick } from './payload.ts';

type Fields = ReadonlyMap<string, string>;

export interface ReadContent {
  readonly content: Content;
  /** A plain rendering, empty only when there is nothing to read. */
  readonly text: string;
}

/**
 * Reads the content of a message, the most specific form first. A type that leaves no trace we know becomes
 * `unsupported` with every parameter kept. `Body` is taken as written: it may look like base64 and still be what was
 * typed.
 */
export function readContent(fields: Fields, attachmentCount: number): ReadContent {
  const body = fields.get('Body') ?? '';
  const type = filled(fields, 'MessageType') ?? 'text';
  const special =
    location(fields, body) ?? listPick(fields, body) ?? form(fields, body) ?? button(fields, body);
  if (special) return special;
  if (attachmentCount > 0) return media(documentName(fields) === undefined ? body : '');
  const isText = type === 'text' || (body !== '' && !reactions.has(type));
  if (isText) return { content: { type: 'text', text: body }, text: body };
  return {
    content: { type: 'unsupported', providerType: type, raw: Object.fromEntries(fields) },
    text: body,
  };
}

function media(caption: string): ReadContent {
  return { content: { type: 'media', ...(caption ? { caption } : {}) }, text: caption };
}

/** Types whose `Body` is no text: a reaction that names no message (inbound/reaction.ts). */
const reactions = new Set(['reaction']);

/** The row that a customer has picked from a list (`twilio/list-picker`). */
function listPick(fields: Fields, body: string): ReadContent | undefined {
  const { id, title, description } = pick(fields, {
    id: 'ListId',
    title: 'ListTitle',
    description: 'ListDescription',
  });
  if (id === undefined && title === undefined) return undefined;
  const content = { type: 'interactive_reply', kind: 'list', title: title ?? body } as const;
  return {
    content: { ...content, ...omitUndefined({ id, description }) },
    text: bothOf(title, body),
  };
}

/** The words on the button or row, and below them what the customer wrote, where that is something else. */
function bothOf(title: string | undefined, body: string): string {
  const lines = title?.trim() === body.trim() ? [body] : [title, body];
  return lines.filter(Boolean).join('\n');
}

function location(fields: Fields, body: string): ReadContent | undefined {
  const latitude = coordinate(fields, 'Latitude', 90);
  const longitude = coordinate(fields, 'Longitude', 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const place = pick(fields, { name: 'Label', address: 'Address' });
  const words = [body, place.name, place.address].filter(Boolean).join(', ');
  return {
    content: { type: 'location', latitude, longitude, ...place },
    text: words || `${latitude}, ${longitude}`,
  };
}

/** A decimal number of degrees. A blank and `0x35` are numbers to JavaScript alone. */
function coordinate(fields: Fields, name: string, limit: number): number | undefined {
  const written = filled(fields, name)?.trim() ?? '';
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(written)) return undefined;
  const degrees = Number(written);
  return Math.abs(degrees) <= limit ? degrees : undefined;
}

/** The answers of a WhatsApp Flow: JSON, and the business's own, so it is passed on unread. */
function form(fields: Fields, body: string): ReadContent | undefined {
  const isButton = ['ButtonPayload', 'ButtonText'].some((name) => filled(fields, name));
  const payload =
    filled(fields, 'FlowData') ?? (isButton ? undefined : filled(fields, 'InteractiveData'));
  if (payload === undefined) return undefined;
  return {
    content: { type: 'interactive_reply', kind: 'form', title: body, payload },
    text: body || payload,
  };
}

function button(fields: Fields, body: string): ReadContent | undefined {
  const id = filled(fields, 'ButtonPayload');
  const title = filled(fields, 'ButtonText');
  if (id === undefined && title === undefined) return undefined;
  return {
    content: {
      type: 'interactive_reply',
      kind: 'button',
      title: title ?? body,
      ...(id === undefined ? {} : { id }),
    },
    text: bothOf(title, body),
  };
}
