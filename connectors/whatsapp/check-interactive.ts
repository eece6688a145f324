import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { invalid, tooLong, tooMany } from './complaints.ts';
import { limits } from './limits.ts';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;
type Complaint = ReplyComplaint | undefined;

export function checkButtons({ buttons, ...framed }: Of<'buttons'>): Complaint {
  return firstOf([
    tooMany('buttons', buttons.length, limits.buttons),
    frame(framed, limits.buttonText),
    ...buttons.flatMap(({ id, title }, index) => [
      tooLong(`buttons[${index}].id`, id, limits.buttonId),
      tooLong(`buttons[${index}].title`, title, limits.buttonTitle),
    ]),
  ]);
}

export function checkLinkButton({ title, ...framed }: Of<'link_button'>): Complaint {
  return firstOf([frame(framed, limits.buttonText), tooLong('title', title, limits.buttonTitle)]);
}

export function checkList({ button, sections, ...framed }: Of<'list'>): Complaint {
  const rows = sections.reduce((sum, section) => sum + section.rows.length, 0);
  return firstOf([
    tooMany('sections', sections.length, limits.sections),
    tooMany('rows, over all sections,', rows, limits.rows),
    frame(framed, limits.listText),
    tooLong('button', button, limits.listButton),
    ...sections.flatMap(checkSection),
  ]);
}

function checkSection(
  { title, rows }: Of<'list'>['sections'][number],
  index: number,
  all: readonly unknown[],
): Complaint[] {
  const place = `sections[${index}]`;
  return [
    title === undefined && all.length > 1
      ? invalid(`${place}.title is missing; WhatsApp needs one where there are several sections`)
      : tooLong(`${place}.title`, title, limits.sectionTitle),
    ...rows.flatMap((row, number) => [
      tooLong(`${place}.rows[${number}].id`, row.id, limits.rowId),
      tooLong(`${place}.rows[${number}].title`, row.title, limits.rowTitle),
      tooLong(`${place}.rows[${number}].description`, row.description, limits.rowDescription),
    ]),
  ];
}

interface Framed {
  readonly text: string;
  readonly header?: string | undefined;
  readonly footer?: string | undefined;
}

function frame({ text, header, footer }: Framed, textLimit: number): Complaint {
  return firstOf([
    tooLong('text', text, textLimit),
    tooLong('header', header, limits.header),
    tooLong('footer', footer, limits.footer),
  ]);
}
