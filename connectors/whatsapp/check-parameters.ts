import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import { invalid, tooLong } from './complaints.ts';
import { isObject, type JsonObject } from './json-values.ts';
import { limits } from './limits.ts';

type Complaint = ReplyComplaint | undefined;

/** Kinds of parameters whose value stands in a member of the same name. Meta adds new ones: others are not checked. */
const namedValues = ['text', 'image', 'video', 'document', 'payload', 'coupon_code', 'location'];

/** The parameters of a template's component, as far as Meta's rules for them are written down. */
export function checkParameters(component: JsonObject, place: string): Complaint {
  const { parameters } = component;
  if (parameters === undefined) return undefined;
  if (!Array.isArray(parameters)) return invalid(`${place}.parameters is no list`);
  return firstOf(
    parameters.map((each: unknown, index) => checkParameter(each, `${place}.parameters[${index}]`)),
  );
}

function checkParameter(parameter: unknown, place: string): Complaint {
  if (!isObject(parameter)) return invalid(`${place} is no object`);
  const { type } = parameter;
  if (typeof type !== 'string') return invalid(`${place}.type is missing`);
  if (!namedValues.includes(type)) return undefined;
  const value = parameter[type];
  if (value === undefined) return invalid(`${place}.${type} is missing`);
  if (type === 'text') return checkText(value, `${place}.text`);
  if (type === 'payload') return checkPayload(value, `${place}.payload`);
  return undefined;
}

/** Placeholders stand in the middle of a line (code 132018, "Params text cannot have new-line/tab characters …"). */
function checkText(value: unknown, place: string): Complaint {
  if (typeof value !== 'string' || value === '') return invalid(`${place} is no text, or empty`);
  if (!/[\n\t]| {5}/.test(value)) return undefined;
  return invalid(`${place} holds a line break, a tab or five spaces in a row; WhatsApp takes none`);
}

function checkPayload(value: unknown, place: string): Complaint {
  if (typeof value !== 'string' || value === '') return invalid(`${place} is no text, or empty`);
  return tooLong(place, value, limits.templatePayload);
}

/**
 * The addresses of files, wherever they stand in a component: Meta fetches them itself and takes nothing from a
 * bucket of ours. Components are at most 24 levels deep (shared/storable.ts).
 */
export function checkLinks(value: unknown, place: string): Complaint {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const inside = Array.isArray(value) ? `${place}[${name}]` : `${place}.${name}`;
    const complaint = name === 'link' ? checkLink(member, inside) : checkLinks(member, inside);
    if (complaint) return complaint;
  }
  return undefined;
}

function checkLink(link: unknown, place: string): Complaint {
  if (typeof link === 'string' && /^https?:\/\/[^/]/i.test(link) && URL.canParse(link)) {
    return undefined;
  }
  return invalid(
    `${place} is ${JSON.stringify(link)?.slice(0, 100)}; WhatsApp fetches https: there, and nothing of ours (s3:)`,
  );
}
