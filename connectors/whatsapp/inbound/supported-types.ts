import type { ChannelEvent } from '#shared/connector/channel-event';

/**
 * The content that a message becomes: docs/channels/whatsapp.md shows it, and the readers are typed by these keys, so
 * that no type is read and not documented, or documented and not read.
 */
interface MessageType {
  readonly content:
    | 'text'
    | 'media'
    | 'location'
    | 'contacts'
    | 'interactive_reply'
    | 'order'
    | 'notice';
  readonly note: string;
}

const file = 'the file is fetched by its id';

/** Messages, by Meta's `type`. Any other type becomes `unsupported`. */
export const messageTypes = {
  text: { content: 'text', note: '' },
  image: { content: 'media', note: `with its caption; ${file}` },
  video: { content: 'media', note: `with its caption; ${file}` },
  audio: { content: 'media', note: `attachment of kind \`voice\` for a voice message; ${file}` },
  voice: { content: 'media', note: 'how older versions write a voice message' },
  document: { content: 'media', note: `with caption and file name; ${file}` },
  sticker: { content: 'media', note: file },
  location: { content: 'location', note: 'with name and address of a place' },
  contacts: { content: 'contacts', note: 'cards; a shared number of their own is linked' },
  interactive: {
    content: 'interactive_reply',
    note: '`button_reply`, `list_reply`, `nfm_reply` (flow, address), `call_permission_reply`',
  },
  button: { content: 'interactive_reply', note: 'quick reply of a template' },
  order: { content: 'order', note: 'a cart from the catalogue' },
  system: { content: 'notice', note: 'new number, new user id, new security code' },
  request_welcome: { content: 'notice', note: 'the chat was opened for the first time' },
} as const satisfies Record<string, MessageType>;

/** Those of Meta's `type`s that change an earlier message. */
export const updateTypes: Readonly<Record<string, ChannelEvent['kind']>> = {
  reaction: 'reaction',
  edit: 'edit',
  revoke: 'deletion',
};
