import type { ReplyContent } from '#shared/model/reply-content';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/**
 * Buttons, a list or a link as a text, for a channel that has none of them: the choices are numbered through, and the
 * customer answers with a number or in words. Other content stays as it is.
 */
export function asText(content: ReplyContent): ReplyContent {
  switch (content.type) {
    case 'buttons':
      return framed(content, numbered(content.buttons));
    case 'list':
      return framed(content, rowsOf(content));
    case 'link_button':
      return framed(content, `${content.title}: ${content.url}`);
    default:
      return content;
  }
}

interface Framed {
  readonly text: string;
  readonly header?: string | undefined;
  readonly footer?: string | undefined;
}

function framed({ header, text, footer }: Framed, choices: string): Of<'text'> {
  const blocks = [header, text, choices, footer].filter((block) => block !== undefined);
  return { type: 'text', text: blocks.join('\n\n') };
}

interface Choice {
  readonly title: string;
  readonly description?: string | undefined;
}

function numbered(choices: readonly Choice[], first = 1): string {
  return choices
    .map(({ title, description }, index) =>
      [`${index + first}. ${title}`, description].filter(Boolean).join(': '),
    )
    .join('\n');
}

/** The rows of all sections, numbered through, each section under its title. */
function rowsOf({ sections }: Of<'list'>): string {
  let first = 1;
  const blocks = sections.map(({ title, rows }) => {
    const block = [title, numbered(rows, first)].filter((each) => each !== undefined).join('\n');
    first += rows.length;
    return block;
  });
  return blocks.join('\n\n');
}
