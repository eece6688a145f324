import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { invalid, tooLong } from './complaints.ts';
import { isObject } from './json-values.ts';
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
 * The outside of a template only: what its placeholders want is known to Meta alone (code 132000 and its
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
  const { type, parameters } = component;
  if (typeof type !== 'string' || !componentTypes.includes(type.toLowerCase())) {
    return invalid(
      `${place}.type is ${JSON.stringify(type)}; WhatsApp takes ${componentTypes.join(', ')}`,
    );
  }
  if (parameters === undefined || Array.isArray(parameters)) return undefined;
  return invalid(`${place}.parameters is no list`);
}
