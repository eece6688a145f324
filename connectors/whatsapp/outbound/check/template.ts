import { textOf } from '#connectors/whatsapp/item';
import { limits } from '#connectors/whatsapp/outbound/limits';
import { firstOf, invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import { isObject, type JsonObject } from '#shared/json';
import type { ReplyContent } from '#shared/model/reply-content';
import { checkLinks } from './links.ts';
import { misspelt, shown, unknownMember } from './names.ts';
import { tooLong } from './problems.ts';
import { checkValue, valueKinds } from './values.ts';

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
}: TemplateContent): ReplyProblem | undefined {
  return firstOf([
    tooLong('name', name, limits.templateName),
    languagePattern.test(language)
      ? undefined
      : invalidReply(`language is "${language}"; WhatsApp's are written like en or en_US`),
    ...components.map((each, index) => checkComponent(each, `components[${index}]`)),
  ]);
}

type Problem = ReplyProblem | undefined;

/**
 * The components that a message fills, and the members of each (templates, the page of each kind). Meta adds kinds: one
 * that is not listed passes, and is looked into for files only.
 */
const membersOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['header', ['type', 'parameters']],
  ['body', ['type', 'parameters']],
  ['button', ['type', 'sub_type', 'index', 'parameters']],
  ['carousel', ['type', 'cards']],
  ['limited_time_offer', ['type', 'parameters']],
  ['order_status', ['type', 'parameters']],
  ['tap_target_configuration', ['type', 'parameters']],
]);
const kinds = [...membersOf.keys()];

function checkComponent(component: unknown, place: string): Problem {
  if (!isObject(component)) return invalidReply(`${place} is no object`);
  const { type } = component;
  if (typeof type !== 'string' || type === '') {
    return invalidReply(`${place}.type is ${shown(type)}; WhatsApp takes ${kinds.join(', ')}`);
  }
  // Meta writes them in small letters, and in capitals in its examples of templates.
  const kind = kinds.find((each) => type === each || type === each.toUpperCase());
  const members = membersOf.get(kind ?? '');
  return firstOf([
    kind === undefined ? misspelt(type, kinds, `${place}.type`) : undefined,
    members && unknownMember(component, members, place),
    kind === 'button' ? checkButton(component, place) : undefined,
    kind === 'carousel' ? checkCards(component, place) : undefined,
    members && checkParameters(component, place),
    checkLinks(component, place),
  ]);
}

/** Meta's own refusal lists the kinds of buttons that are filled, and a number to call is none of them. */
function checkButton({ sub_type: subType, index }: JsonObject, place: string): Problem {
  if (textOf(subType) === undefined) return invalidReply(`${place}.sub_type is missing`);
  if (String(subType).toLowerCase() === 'phone_number') {
    return invalidReply(
      `${place}.sub_type is "${subType}"; WhatsApp fills no such button, leave it out`,
    );
  }
  return checkIndex(index, `${place}.index`);
}

function checkIndex(index: unknown, place: string): Problem {
  if (index !== undefined && /^\d$/.test(String(index))) return undefined;
  return invalidReply(`${place} is ${shown(index)}; allowed: 0 to 9`);
}

function checkCards({ cards }: JsonObject, place: string): Problem {
  if (!Array.isArray(cards))
    return invalidReply(`${place}.cards is ${shown(cards)}; allowed: a list`);
  return firstOf(cards.map((card: unknown, index) => checkCard(card, `${place}.cards[${index}]`)));
}

function checkCard(card: unknown, place: string): Problem {
  if (!isObject(card)) return invalidReply(`${place} is no object`);
  const { card_index: index, components = [] } = card;
  return firstOf([
    unknownMember(card, ['card_index', 'components'], place),
    checkIndex(index, `${place}.card_index`),
    ...(Array.isArray(components)
      ? components.map((each, at) => checkComponent(each, `${place}.components[${at}]`))
      : [invalidReply(`${place}.components is ${shown(components)}; allowed: a list`)]),
  ]);
}

/** The parameters of a template's component, as far as Meta's rules for them are written down. */
function checkParameters({ parameters }: JsonObject, place: string): Problem {
  if (parameters === undefined) return undefined;
  if (!Array.isArray(parameters)) return invalidReply(`${place}.parameters is no list`);
  return firstOf(
    parameters.map((each: unknown, index) => checkParameter(each, `${place}.parameters[${index}]`)),
  );
}

/** The value stands in a member with the name of its kind. Meta adds kinds: one that is not known passes. */
function checkParameter(parameter: unknown, place: string): Problem {
  if (!isObject(parameter)) return invalidReply(`${place} is no object`);
  const { type, parameter_name: name } = parameter;
  if (typeof type !== 'string' || type === '') return invalidReply(`${place}.type is missing`);
  const kind = valueKinds.find((each) => type === each || type === each.toUpperCase());
  if (kind === undefined) return misspelt(type, valueKinds, `${place}.type`);
  return firstOf([
    unknownMember(parameter, ['type', kind, 'parameter_name'], place),
    name === undefined ? undefined : checkName(name, `${place}.parameter_name`),
    checkValue(kind, parameter[kind], `${place}.${kind}`),
  ]);
}

/** As a template writes them between braces (message templates, "Named parameters"). */
function checkName(name: unknown, place: string): Problem {
  if (typeof name === 'string' && /^[a-z0-9_]+$/.test(name)) return undefined;
  return invalidReply(`${place} is ${shown(name)}; allowed: small letters, digits and _`);
}
