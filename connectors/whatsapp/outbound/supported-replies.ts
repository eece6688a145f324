import { declaration } from '#connectors/whatsapp/declaration';
import { limits } from './limits.ts';

const { maxTextLength, maxTextParts, replyContent } = declaration.channels.whatsapp;

/** Meta's type for one kind of reply, and the limits of it. */
interface ReplyType {
  readonly conversation: string;
  readonly note: string;
}

/** Replies, by the type of their content, as docs/channels/whatsapp.md shows them: one for each that is declared. */
export const replyTypes: Readonly<Record<(typeof replyContent)[number], ReplyType>> = {
  text: {
    conversation: '`text`',
    note: `above ${maxTextLength} characters cut into at most ${maxTextParts} messages`,
  },
  media: {
    conversation: '`image`, `video`, `audio`, `document` or `sticker`, by the content type',
    note: `caption up to ${limits.caption} characters`,
  },
  location: { conversation: '`location`', note: 'with name and address' },
  contacts: { conversation: '`contacts`', note: `up to ${limits.contacts} cards` },
  reaction: { conversation: '`reaction`', note: 'one emoji; an empty one takes it back' },
  buttons: {
    conversation: '`interactive` of type `button`',
    note: `up to ${limits.buttons}, titles up to ${limits.buttonTitle} characters`,
  },
  list: { conversation: '`interactive` of type `list`', note: `up to ${limits.rows} rows in all` },
  link_button: {
    conversation: '`interactive` of type `cta_url`',
    note: `one link, its title up to ${limits.buttonTitle} characters`,
  },
  template: { conversation: '`template`', note: 'also where the reply window is closed' },
};
