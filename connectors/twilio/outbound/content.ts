import { createHash } from 'node:crypto';
import type { ReplyContent } from '#shared/model/reply-content';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/** Buttons, a list or a link as Twilio's Content API takes them (`ContentCreateRequest`). */
export interface Content {
  readonly friendly_name: string;
  readonly language: string;
  readonly types: Readonly<Record<string, unknown>>;
}

/** Content has to name a language; WhatsApp asks for it only when a template is to be approved. */
const language = 'en';

/** The content of a reply that is no template: made once, and found again by its name when the same is sent again. */
export function contentOf(content: Of<'buttons'> | Of<'list'> | Of<'link_button'>): Content {
  const types = typesOf(content);
  const digest = createHash('sha256').update(JSON.stringify(types)).digest('hex');
  return { friendly_name: `switchboard_${digest.slice(0, 40)}`, language, types };
}

/** Header, text and footer in one: these types of content have a body alone. */
export function bodyOf({
  header,
  text,
  footer,
}: Pick<Of<'buttons'>, 'header' | 'text' | 'footer'>): string {
  return [header, text, footer].filter((part) => part !== undefined).join('\n\n');
}

function typesOf(content: Of<'buttons'> | Of<'list'> | Of<'link_button'>): Content['types'] {
  const body = bodyOf(content);
  switch (content.type) {
    case 'buttons': {
      const actions = content.buttons.map(({ id, title }) => ({ type: 'QUICK_REPLY', title, id }));
      return { 'twilio/quick-reply': { body, actions } };
    }
    case 'list': {
      const rows = content.sections.flatMap((section) => section.rows);
      const items = rows.map(({ id, title, description }) => ({
        ...{ item: title, id },
        ...(description === undefined ? {} : { description }),
      }));
      return { 'twilio/list-picker': { body, button: content.button, items } };
    }
    case 'link_button': {
      const actions = [{ type: 'URL', title: content.title, url: content.url }];
      return { 'twilio/call-to-action': { body, actions } };
    }
  }
}
