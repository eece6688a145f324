import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import type { ReplyContent } from '#shared/model/reply-content';
import { bodyOf } from './content.ts';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;
type Problem = ReplyProblem | undefined;

/** The limits of content that WhatsApp has not approved ("twilio/quick-reply" and its neighbours). */
export const contentLimits = {
  body: 1024,
  buttons: 3,
  buttonTitle: 20,
  rows: 10,
  rowTitle: 24,
  rowDescription: 72,
  id: 200,
} as const;

const contentSid = /^HX[0-9a-fA-F]{32}$/;

/** Refuses a template that is named in no way Twilio knows, or filled in a way that it cannot be. */
export function checkTemplate(
  { name, components, variables = {} }: Of<'template'>,
  { channel }: Pick<ReplyTarget, 'channel'>,
): Problem {
  const given = JSON.stringify(name.slice(0, 100));
  return firstOf([
    contentSid.test(name)
      ? undefined
      : wrong(
          `content.name: given ${given}, allowed is a ContentSid: HX and 32 hexadecimal digits`,
        ),
    components.length === 0
      ? undefined
      : wrong('content.components: Twilio has none; allowed: content.variables'),
    ...Object.entries(variables).map(([key, value]) => checkVariable(key, value, channel)),
  ]);
}

/** WhatsApp takes no line end, no tab and no long gap in a value (code 132018 of Meta's). */
function checkVariable(key: string, value: string, channel: string): Problem {
  const field = `content.variables[${JSON.stringify(key.slice(0, 40))}]`;
  if (!/^\w{1,64}$/.test(key)) return wrong(`${field}: names have letters, digits and _ only`);
  if (value.trim() === '') return wrong(`${field} is blank; allowed: something to read`);
  if (channel !== 'whatsapp' || !/[\n\r\t]| {5}/.test(value)) return undefined;
  return wrong(`${field} has a line end, a tab or five spaces; WhatsApp takes none of them`);
}

/** Refuses buttons, a list or a link that WhatsApp would not show. */
export function checkInteractive(content: Of<'buttons'> | Of<'list'> | Of<'link_button'>): Problem {
  return firstOf([
    tooLong('text, header and footer', bodyOf(content), contentLimits.body, 'text_too_long'),
    placeholder(content),
    ...choiceProblems(content),
  ]);
}

function choiceProblems(content: Of<'buttons'> | Of<'list'> | Of<'link_button'>): Problem[] {
  switch (content.type) {
    case 'buttons':
      return [
        tooMany('buttons', content.buttons.length, contentLimits.buttons),
        ...content.buttons.flatMap(({ id, title }, index) => [
          tooLong(`content.buttons.${index}.id`, id, contentLimits.id),
          tooLong(`content.buttons.${index}.title`, title, contentLimits.buttonTitle),
        ]),
        notUnique('content.buttons', content.buttons),
      ];
    case 'list':
      return listProblems(content);
    case 'link_button':
      return [
        tooLong('content.title', content.title, contentLimits.buttonTitle),
        /^https?:\/\/./i.test(content.url)
          ? undefined
          : wrong('content.url: allowed are https:// and http://'),
      ];
  }
}

function listProblems({ button, sections }: Of<'list'>): Problem[] {
  const rows = sections.flatMap((section) => section.rows);
  const titled = sections.findIndex(({ title }) => title !== undefined);
  return [
    titled < 0
      ? undefined
      : wrong(
          `content.sections.${titled}.title: a list through Twilio has no sections; leave it out`,
        ),
    tooLong('content.button', button, contentLimits.buttonTitle),
    tooMany('rows', rows.length, contentLimits.rows),
    ...rows.flatMap(({ id, title, description = '' }, index) => [
      tooLong(`row ${index + 1}: id`, id, contentLimits.id),
      tooLong(`row ${index + 1}: title`, title, contentLimits.rowTitle),
      tooLong(`row ${index + 1}: description`, description, contentLimits.rowDescription),
    ]),
    notUnique('content.sections', rows),
  ];
}

/** Two choices alike could not be told apart in the answer. */
function notUnique(field: string, choices: readonly { id: string; title: string }[]): Problem {
  const differ = (values: readonly string[]) => new Set(values).size === values.length;
  if (differ(choices.map(({ id }) => id)) && differ(choices.map(({ title }) => title))) {
    return undefined;
  }
  return wrong(`${field}: two have the same id or the same title; each needs its own`);
}

/** Twilio takes `{{1}}` for a placeholder and would want a value for it. */
function placeholder(content: object): Problem {
  const [found] = JSON.stringify(content).match(/\{\{[^{}]{0,40}\}\}/) ?? [];
  if (found === undefined) return undefined;
  return wrong(`the content holds ${found}, which Twilio takes for a placeholder; leave it out`);
}

function tooMany(what: string, count: number, allowed: number): Problem {
  if (count <= allowed) return undefined;
  return { code: 'limit_exceeded', title: `${count} ${what}; allowed: ${allowed}` };
}

function tooLong(
  what: string,
  text: string,
  allowed: number,
  code: 'limit_exceeded' | 'text_too_long' = 'limit_exceeded',
): Problem {
  if (text.length <= allowed) return undefined;
  return { code, title: `${what}: ${text.length} characters; allowed: ${allowed}` };
}

function wrong(title: string): ReplyProblem {
  const code = 'invalid_reply';
  return { code, title };
}
