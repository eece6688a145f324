import { omitUndefined } from '#shared/json';
import type { ReplyContent } from '#shared/model/reply-content';
import type { Shown } from './send-request.ts';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/** Reply buttons below a text; the answer comes as `interactive.button_reply` with the button's id. */
export function renderButtons({ buttons, ...framed }: Of<'buttons'>): Shown {
  const action = {
    buttons: buttons.map(({ id, title }) => ({ type: 'reply', reply: { id, title } })),
  };
  return interactive('button', framed, action);
}

/** A list behind one button; the answer comes as `interactive.list_reply` with the row's id. */
export function renderList({ button, sections, ...framed }: Of<'list'>): Shown {
  return interactive('list', framed, {
    button,
    sections: sections.map(({ title, rows }) => ({
      ...omitUndefined({ title }),
      rows: rows.map(omitUndefined),
    })),
  });
}

/** One button that opens a web page (messages/interactive-cta-url-messages). */
export function renderLinkButton({ title, url, ...framed }: Of<'link_button'>): Shown {
  const parameters = { display_text: title, url };
  return interactive('cta_url', framed, { name: 'cta_url', parameters });
}

interface Framed {
  readonly text: string;
  readonly header?: string | undefined;
  readonly footer?: string | undefined;
}

function interactive(type: string, { text, header, footer }: Framed, action: object): Shown {
  const shown = {
    type,
    ...omitUndefined({ header: header && { type: 'text', text: header } }),
    body: { text },
    ...omitUndefined({ footer: footer && { text: footer } }),
    action,
  };
  return { body: { type: 'interactive', interactive: shown } };
}
