import { textOf } from '#connectors/whatsapp/json-values';
import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import { isObject, type JsonObject } from '#shared/json/parsed-json';
import { invalid } from './complaints.ts';
import { checkLinks } from './links.ts';
import { misspelt, shown, unknownMember } from './names.ts';
import { checkParameters } from './parameters.ts';

type Complaint = ReplyComplaint | undefined;

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

export function checkComponent(component: unknown, place: string): Complaint {
  if (!isObject(component)) return invalid(`${place} is no object`);
  const { type } = component;
  if (typeof type !== 'string' || type === '') {
    return invalid(`${place}.type is ${shown(type)}; WhatsApp takes ${kinds.join(', ')}`);
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
function checkButton({ sub_type: subType, index }: JsonObject, place: string): Complaint {
  if (textOf(subType) === undefined) return invalid(`${place}.sub_type is missing`);
  if (String(subType).toLowerCase() === 'phone_number') {
    return invalid(
      `${place}.sub_type is "${subType}"; WhatsApp fills no such button, leave it out`,
    );
  }
  return checkIndex(index, `${place}.index`);
}

function checkIndex(index: unknown, place: string): Complaint {
  if (index !== undefined && /^\d$/.test(String(index))) return undefined;
  return invalid(`${place} is ${shown(index)}; allowed: 0 to 9`);
}

function checkCards({ cards }: JsonObject, place: string): Complaint {
  if (!Array.isArray(cards)) return invalid(`${place}.cards is ${shown(cards)}; allowed: a list`);
  return firstOf(cards.map((card: unknown, index) => checkCard(card, `${place}.cards[${index}]`)));
}

function checkCard(card: unknown, place: string): Complaint {
  if (!isObject(card)) return invalid(`${place} is no object`);
  const { card_index: index, components = [] } = card;
  return firstOf([
    unknownMember(card, ['card_index', 'components'], place),
    checkIndex(index, `${place}.card_index`),
    ...(Array.isArray(components)
      ? components.map((each, at) => checkComponent(each, `${place}.components[${at}]`))
      : [invalid(`${place}.components is ${shown(components)}; allowed: a list`)]),
  ]);
}
