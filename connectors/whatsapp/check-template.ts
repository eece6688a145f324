import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { checkLinks, checkParameters } from './check-parameters.ts';
import { invalid, tooLong } from './complaints.ts';
import { isObject, type JsonObject, textOf } from './json-values.ts';
import { limits } from './limits.ts';

type TemplateContent = Extract<ReplyContent, { type: 'template' }>;

/** `en`, `en_US`, `fil`, `prs_AF` (message templates, "Supported languages"). */
const languagePattern = /^[a-z]{2,3}(_[A-Za-z0-9]{2,4})?$/;

/** Of a message: the three of every template, and those of carousels, offers and orders. */
const componentTypes = [
  'header',
  'body',
  'button',
  'carousel',
  'limited_time_offer',
  'order_status',
];

/**
 * Which templates there are, and which placeholders each has, is known to Meta alone (code 132000 and its
 * neighbours).
 */
export function checkTemplate({
  name,
  language,
  components,
}: TemplateContent): ReplyComplaint | undefined {
  return firstOf([
    tooLong('name', name, limits.templateName),
    languagePattern.test(language)
      ? undefined
      : invalid(`language is "${language}"; WhatsApp's are written like en or en_US`),
    ...components.map(checkComponent),
  ]);
}

function checkComponent(component: unknown, index: number): ReplyComplaint | undefined {
  const place = `components[${index}]`;
  if (!isObject(component)) return invalid(`${place} is no object`);
  return firstOf([
    checkType(component, place),
    checkButton(component, place),
    checkParameters(component, place),
    checkLinks(component, place),
  ]);
}

/** Meta writes them in small letters, and in capitals in its examples of templates. */
function checkType({ type }: JsonObject, place: string): ReplyComplaint | undefined {
  const known = componentTypes.some((each) => type === each || type === each.toUpperCase());
  if (known) return undefined;
  const given = JSON.stringify(type)?.slice(0, 100);
  return invalid(`${place}.type is ${given}; WhatsApp takes ${componentTypes.join(', ')}`);
}

function checkButton(component: JsonObject, place: string): ReplyComplaint | undefined {
  const { type, sub_type: subType, index } = component;
  if (String(type).toLowerCase() !== 'button') return undefined;
  if (textOf(subType) === undefined) return invalid(`${place}.sub_type is missing`);
  if (index === undefined || /^\d$/.test(String(index))) return undefined;
  return invalid(`${place}.index is ${JSON.stringify(index)?.slice(0, 100)}; allowed: 0 to 9`);
}
