import { limits } from '#connectors/whatsapp/outbound/limits';
import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { invalid, tooLong } from './complaints.ts';
import { checkComponent } from './component.ts';

type TemplateContent = Extract<ReplyContent, { type: 'template' }>;

/** `en`, `en_US`, `fil`, `prs_AF` (message templates, "Supported languages"). */
const languagePattern = /^[a-z]{2,3}(_[A-Za-z0-9]{2,4})?$/;

/**
 * Checks the form of a template. Only Meta knows which templates there are, and which placeholders each has (code
 * 132000 and its neighbours).
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
    ...components.map((each, index) => checkComponent(each, `components[${index}]`)),
  ]);
}
