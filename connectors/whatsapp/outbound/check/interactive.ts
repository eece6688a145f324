import { limits } from '#connectors/whatsapp/outbound/limits';
import { firstOf, invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import type { ReplyContent } from '#shared/model/reply-content';
import { tooLong, tooMany } from './problems.ts';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;
type Problem = ReplyProblem | undefined;

export function checkButtons({ buttons, ...framed }: Of<'buttons'>): Problem {
  return firstOf([
    tooMany('buttons', buttons.length, limits.buttons),
    frame(framed, limits.buttonText),
    ...buttons.flatMap(({ id, title }, index) => [
      tooLong(`buttons[${index}].id`, id, limits.buttonId),
      tooLong(`buttons[${index}].title`, title, limits.buttonTitle),
    ]),
    repeated(
      'buttons have the id',
      buttons.map(({ id }) => id),
    ),
    repeated(
      'buttons have the title',
      buttons.map(({ title }) => title),
    ),
  ]);
}

export function checkLinkButton({ title, url, ...framed }: Of<'link_button'>): Problem {
  return firstOf([
    frame(framed, limits.buttonText),
    tooLong('title', title, limits.buttonTitle),
    /^https?:\/\//i.test(url)
      ? undefined
      : invalidReply(
          `url begins with ${url.slice(0, url.indexOf(':') + 1)}; allowed: https:, http:`,
        ),
    /\s/.test(url) ? invalidReply('url holds a blank or a line end; allowed: none') : undefined,
  ]);
}

export function checkList({ button, sections, ...framed }: Of<'list'>): Problem {
  const rows = sections.reduce((sum, section) => sum + section.rows.length, 0);
  return firstOf([
    tooMany('sections', sections.length, limits.sections),
    tooMany('rows, over all sections,', rows, limits.rows),
    frame(framed, limits.listText),
    tooLong('button', button, limits.listButton),
    ...sections.flatMap(checkSection),
    repeated(
      'rows have the id',
      sections.flatMap((section) => section.rows.map(({ id }) => id)),
    ),
  ]);
}

function checkSection(
  { title, rows }: Of<'list'>['sections'][number],
  index: number,
  all: readonly unknown[],
): Problem[] {
  const place = `sections[${index}]`;
  return [
    title === undefined && all.length > 1
      ? invalidReply(
          `${place}.title is missing; WhatsApp needs one where there are several sections`,
        )
      : tooLong(`${place}.title`, title, limits.sectionTitle),
    ...rows.flatMap((row, number) => [
      tooLong(`${place}.rows[${number}].id`, row.id, limits.rowId),
      tooLong(`${place}.rows[${number}].title`, row.title, limits.rowTitle),
      tooLong(`${place}.rows[${number}].description`, row.description, limits.rowDescription),
    ]),
  ];
}

/** The answer names what was chosen by its id, and WhatsApp shows no two buttons alike. */
function repeated(what: string, names: readonly string[]): Problem {
  const name = names.find((each, index) => names.indexOf(each) < index);
  return name === undefined ? undefined : invalidReply(`two ${what} "${name}"`);
}

interface Framed {
  readonly text: string;
  readonly header?: string | undefined;
  readonly footer?: string | undefined;
}

function frame({ text, header, footer }: Framed, textLimit: number): Problem {
  return firstOf([
    tooLong('text', text, textLimit),
    tooLong('header', header, limits.header),
    tooLong('footer', footer, limits.footer),
  ]);
}
