import type { Content } from '#shared/model/content';
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
  const special = location(fields, body) ?? form(fields, body) ?? button(fields, body);
  if (special) return special;
  if (attachmentCount > 0) {
    return { content: { type: 'media', ...(body ? { caption: body } : {}) }, text: body };
  }
  if (body !== '' || type === 'text') return { content: { type: 'text', text: body }, text: body };
  return {
    content: { type: 'unsupported', providerType: type, raw: Object.fromEntries(fields) },
    text: '',
  };
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

function coordinate(fields: Fields, name: string, limit: number): number | undefined {
  const written = filled(fields, name);
  const degrees = Number(written);
  return written !== undefined && Math.abs(degrees) <= limit ? degrees : undefined;
}

/** The answers of a WhatsApp Flow: JSON, and the business's own, so it is passed on unread. */
function form(fields: Fields, body: string): ReadContent | undefined {
  const payload = filled(fields, 'FlowData') ?? filled(fields, 'InteractiveData');
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
    text: title ?? body,
  };
}
