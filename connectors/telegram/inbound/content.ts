import type * as z from 'zod';
import type { ChannelAttachment } from '#shared/connector/channel-event';
import { isObject } from '#shared/json';
import type { Content } from '#shared/model/content';
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

/** Members of a message that are about it, and are not its content, beside those with the beginnings below. */
const about = new Set([
  ...['message_id', 'message_thread_id', 'from', 'date', 'chat', 'edit_date', 'via_bot', 'quote'],
  ...['external_reply', 'effect_id', 'media_group_id', 'link_preview_options', 'author_signature'],
  ...['direct_messages_topic', 'business_connection_id', 'receiver_user', 'ephemeral_message_id'],
  ...['paid_star_count', 'show_caption_above_media', 'caption', 'caption_entities'],
]);
const aboutBeginnings = /^(forward|reply|sender|guest|is|has)_/;

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

export function unsupported(providerType: string, raw: unknown): Content {
  return { type: 'unsupported', providerType, raw: raw as z.core.util.JSONType };
}

function unknown(message: Members): Said {
  const isContent = (name: string) => !about.has(name) && !aboutBeginnings.test(name);
  const name = Object.keys(message).find(isContent) ?? 'empty message';
  return { content: unsupported(name, message), text: captionIn(message), attachments: [] };
}

function textIn({ text }: Members): Said | undefined {
  if (typeof text !== 'string') return undefined;
  return { content: { type: 'text', text }, text, attachments: [] };
}

/** Formatted text of several blocks, and the files between them. */
function richIn({ rich_message }: Members): Said | undefined {
  if (!isObject(rich_message)) return undefined;
  const { text, attachments } = richMessageIn(rich_message['blocks']);
  if (attachments.length > 0) {
    return {
      content: { type: 'media', ...(text === '' ? {} : { caption: text }) },
      ...{ text, attachments },
    };
  }
  return text === '' ? undefined : textIn({ text });
}

function mediaIn(message: Members): Said | undefined {
  const found = fileIn(message);
  if (!found) return undefined;
  const caption = captionIn(message);
  return {
    content: { type: 'media', ...(caption === '' ? {} : { caption }) },
    text: caption || (found.emoji ?? ''),
    attachments: [found.attachment],
  };
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
  const named = {
    ...(venue?.title === undefined ? {} : { name: venue.title }),
    ...(venue?.address === undefined ? {} : { address: venue.address }),
  };
  const words = Object.values(named).join(', ');
  return {
    content: { type: 'location', latitude, longitude, ...named },
    text: words === '' ? `${latitude}, ${longitude}` : words,
    attachments: [],
  };
}

/** Telegram tells whose number it is, where a user has it. */
function cardIn({ contact, chat }: Envelope): Said | undefined {
  const card = SharedContact.safeParse(contact).data;
  if (!card) return undefined;
  const { first_name, last_name, phone_number, user_id } = card;
  const name = [first_name, last_name].filter(Boolean).join(' ');
  const told = {
    ...(name === '' ? {} : { name }),
    ...(user_id === chat.id ? { origin: 'contact_request' } : {}),
  };
  return {
    content: { type: 'contacts', contacts: [{ ...told, phones: [phone_number], emails: [] }] },
    text: name === '' ? phone_number : name,
    attachments: [],
  };
}
