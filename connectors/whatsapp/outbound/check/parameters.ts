import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import { isObject, type JsonObject } from '#shared/json/parsed-json';
import { invalid } from './complaints.ts';
import { misspelt, shown, unknownMember } from './names.ts';
import { checkValue, valueKinds } from './values.ts';

type Complaint = ReplyComplaint | undefined;

/** The parameters of a template's component, as far as Meta's rules for them are written down. */
export function checkParameters({ parameters }: JsonObject, place: string): Complaint {
  if (parameters === undefined) return undefined;
  if (!Array.isArray(parameters)) return invalid(`${place}.parameters is no list`);
  return firstOf(
    parameters.map((each: unknown, index) => checkParameter(each, `${place}.parameters[${index}]`)),
  );
}

/** The value stands in a member with the name of its kind. Meta adds kinds: one that is not known passes. */
function checkParameter(parameter: unknown, place: string): Complaint {
  if (!isObject(parameter)) return invalid(`${place} is no object`);
  const { type, parameter_name: name } = parameter;
  if (typeof type !== 'string' || type === '') return invalid(`${place}.type is missing`);
  const kind = valueKinds.find((each) => type === each || type === each.toUpperCase());
  if (kind === undefined) return misspelt(type, valueKinds, `${place}.type`);
  return firstOf([
    unknownMember(parameter, ['type', kind, 'parameter_name'], place),
    name === undefined ? undefined : checkName(name, `${place}.parameter_name`),
    checkValue(kind, parameter[kind], `${place}.${kind}`),
  ]);
}

/** As a template writes them between braces (message templates, "Named parameters"). */
function checkName(name: unknown, place: string): Complaint {
  if (typeof name === 'string' && /^[a-z0-9_]+$/.test(name)) return undefined;
  return invalid(`${place} is ${shown(name)}; allowed: small letters, digits and _`);
}
