import type * as z from 'zod';
import type { ChannelAttachment } from '#shared/connector/channel-event';
import { isObject, omitUndefined } from '#shared/json';
import type { Content } from '#shared/model/content';
import { nameOf } from './customer.ts';
import { fileIn } from './files.ts';
import { type Envelope, Location, SharedContact, Venue } from './payload.ts';
import { richMessageIn } from './rich-message.ts';

/** The content of a message or an edit. */
export interface Said {
  readonly content: Content;
  readonly text: string;
  readonly attachments: readonly ChannelAttachment[];
}

type Members = Readonly<Record<string, unknown>>;

/** The names of members that are about a message, and are not its content: whole names, and beginnings of names. */
const about =
  /^((from|date|chat|quote)$|caption|message_(id|thread)|edit_|via_|external_|effect_|media_group|link_|author_|direct_messages_|business_connection|receiver_|ephemeral_|paid_star|show_|forward_|reply_|sender_|guest_|is_|has_)/;

/** Reads what a message says. What no reader below knows is unsupported, with all of the message. */
export function saidIn(message: Envelope): Said {
  return (
    textIn(message) ??
    richIn(message) ??
    mediaIn(message) ??
    placeIn(message) ??
    cardIn(message) ??
    unknown(message)
  );
}

export function said(content: Content, text: string, attachments: Said['attachments'] = []): Said {
  return { content, text, attachments };
}

export function unsupported(providerType: string, raw: unknown): Content {
  return { type: 'unsupported', providerType, raw: raw as z.core.util.JSONType };
}

function unknown(message: Members): Said {
  const name = Object.keys(message).find((each) => !about.test(each)) ?? 'empty message';
  return said(unsupported(name, message), captionIn(message));
}

function textIn({ text }: Members): Said | undefined {
  return typeof text === 'string' ? said({ type: 'text', text }, text) : undefined;
}

/** Formatted text of several blocks, and the files between them. */
function richIn({ rich_message }: Members): Said | undefined {
  if (!isObject(rich_message)) return undefined;
  const { text, attachments } = richMessageIn(rich_message['blocks']);
  if (attachments.length > 0) return mediaOf(text, attachments);
  return text ? textIn({ text }) : undefined;
}

function mediaIn(message: Members): Said | undefined {
  const found = fileIn(message);
  if (!found) return undefined;
  const { text, ...media } = mediaOf(captionIn(message), [found.attachment]);
  return { ...media, text: text || (found.emoji ?? '') };
}

function mediaOf(caption: string, attachments: readonly ChannelAttachment[]): Said {
  return said({ type: 'media', ...(caption ? { caption } : {}) }, caption, attachments);
}

function captionIn({ caption }: Members): string {
  return typeof caption === 'string' ? caption : '';
}

/** Beside a venue Telegram sets its location, too. */
function placeIn(message: Members): Said | undefined {
  const venue = Venue.safeParse(message['venue']).data;
  const location = venue?.location ?? Location.safeParse(message['location']).data;
  if (!location) return undefined;
  const { latitude, longitude } = location;
  const named = omitUndefined({ name: venue?.title, address: venue?.address });
  const words = Object.values(named).join(', ');
  const content: Content = { type: 'location', latitude, longitude, ...named };
  return said(content, words || `${latitude}, ${longitude}`);
}

/** Telegram tells whose number it is, where a user has it. */
function cardIn({ contact, chat }: Envelope): Said | undefined {
  const card = SharedContact.safeParse(contact).data;
  if (!card) return undefined;
  const { phone_number, user_id } = card;
  const name = nameOf(card);
  const told = omitUndefined({
    name: name || undefined,
    origin: user_id === chat.id ? 'contact_request' : undefined,
  });
  const contacts = [{ ...told, phones: [phone_number], emails: [] }];
  return said({ type: 'contacts', contacts }, name || phone_number);
}
