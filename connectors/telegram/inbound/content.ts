import type * as z from 'zod';
import type { ChannelAttachment } from '#shared/connector/channel-event';
import { isObject } from '#shared/json';
import type { Content } from '#shared/model/content';
import { fileIn } from './files.ts';
import { Location, SharedContact, Venue } from './payload.ts';
import { richMessageIn } from './rich-message.ts';

/** The content of a message or an edit. */
export interface Said {
  readonly content: Content;
  readonly text: string;
  readonly attachments: readonly ChannelAttachment[];
}

type Members = Readonly<Record<string, unknown>>;

/** Members of a message in a private chat that are about it, and are not its content. */
const about = new Set([
  ...['message_id', 'message_thread_id', 'from', 'date', 'chat', 'edit_date', 'is_topic_message'],
  ...['forward_origin', 'reply_to_message', 'external_reply', 'quote', 'reply_to_story', 'via_bot'],
  ...['has_protected_content', 'is_from_offline', 'effect_id', 'media_group_id', 'reply_markup'],
  ...['link_preview_options', 'caption', 'caption_entities', 'has_media_spoiler'],
]);

/** Reads what a message says. What no reader below knows is unsupported, with all of the message. */
export function saidIn(message: Members): Said {
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
  const name = Object.keys(message).find((each) => !about.has(each)) ?? 'empty message';
  return { content: unsupported(name, message), text: '', attachments: [] };
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
  const { caption } = message;
  const hasCaption = typeof caption === 'string' && caption !== '';
  return {
    content: { type: 'media', ...(hasCaption ? { caption } : {}) },
    text: hasCaption ? caption : (found.emoji ?? ''),
    attachments: [found.attachment],
  };
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

function cardIn({ contact }: Members): Said | undefined {
  const card = SharedContact.safeParse(contact).data;
  if (!card) return undefined;
  const { first_name, last_name, phone_number } = card;
  const name = [first_name, last_name].filter(Boolean).join(' ');
  const named = name === '' ? {} : { name };
  return {
    content: { type: 'contacts', contacts: [{ ...named, phones: [phone_number], emails: [] }] },
    text: name === '' ? phone_number : name,
    attachments: [],
  };
}
