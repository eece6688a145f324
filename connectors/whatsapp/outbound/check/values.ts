import { limits } from '#connectors/whatsapp/outbound/limits';
import { firstOf, invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import { isObject, type JsonObject } from '#shared/json';
import { shown, unknownMember } from './names.ts';
import { tooLong } from './problems.ts';

type Problem = ReplyProblem | undefined;
type Check = (value: unknown, place: string) => Problem;

const amount = /^-?\d{1,15}$/;
const degrees = /^-?\d{1,3}(\.\d+)?$/;
const mediaId = /^\d{1,32}$/;
const currencyCode = /^[A-Z]{3}$/;

const file = objectOf(['id', 'link', 'filename', 'caption', 'provider'], {}, hasOneSource);
const place = objectOf(['latitude', 'longitude', 'name', 'address'], {
  latitude: written(degrees, 'degrees'),
  longitude: written(degrees, 'degrees'),
});
const currency = objectOf(['fallback_value', 'code', 'amount_1000'], {
  fallback_value: filled,
  code: written(currencyCode, 'three capital letters, as EUR'),
  amount_1000: written(amount, 'a whole number'),
});
const date = objectOf(
  [
    ...['fallback_value', 'day_of_week', 'year', 'month', 'day_of_month', 'hour', 'minute'],
    ...['calendar', 'timestamp', 'component', 'unix_epoch'],
  ],
  { fallback_value: filled },
);
const offer = objectOf(['expiration_time_ms'], {
  expiration_time_ms: written(amount, 'a whole number'),
});

/** Checks the value of each kind of parameter (templates, "Parameter object"). The last four are objects of Meta's shops. */
const checks: ReadonlyMap<string, Check> = new Map([
  ['text', line],
  ['payload', payload],
  ['coupon_code', filled],
  ['image', file],
  ['video', file],
  ['gif', file],
  ['document', file],
  ['location', place],
  ['currency', currency],
  ['date_time', date],
  ['limited_time_offer', offer],
  ['action', anyObject],
  ['product', anyObject],
  ['order_status', anyObject],
]);

export const valueKinds = [...checks.keys()];

/** The value of a parameter of a known kind. */
export function checkValue(kind: string, value: unknown, where: string): Problem {
  if (value === undefined) return invalidReply(`${where} is missing`);
  return checks.get(kind)?.(value, where);
}

/** Placeholders stand in the middle of a line (code 132018, "Params text cannot have new-line/tab characters …"). */
function line(value: unknown, where: string): Problem {
  const empty = filled(value, where);
  if (empty) return empty;
  if (!/[\r\n\t]| {5}/.test(String(value))) return undefined;
  return invalidReply(
    `${where} holds a line break, a tab or five spaces in a row; WhatsApp takes none`,
  );
}

function payload(value: unknown, where: string): Problem {
  return filled(value, where) ?? tooLong(where, String(value), limits.templatePayload);
}

function filled(value: unknown, where: string): Problem {
  if (typeof value === 'string' && value !== '') return undefined;
  return invalidReply(`${where} is no text, or empty`);
}

function anyObject(value: unknown, where: string): Problem {
  return isObject(value)
    ? undefined
    : invalidReply(`${where} is ${shown(value)}; allowed: an object`);
}

/** A text, or a number that reads like it: Meta takes both. */
function written(pattern: RegExp, allowed: string): Check {
  return (value, where) => {
    const isScalar = typeof value === 'string' || typeof value === 'number';
    if (isScalar && pattern.test(String(value))) return undefined;
    return invalidReply(`${where} is ${shown(value)}; allowed: ${allowed}`);
  };
}

/** An object of these members, some of which it needs. */
function objectOf(
  members: readonly string[],
  needed: Readonly<Record<string, Check>>,
  whole: (object: JsonObject, where: string) => Problem = () => undefined,
): Check {
  return (value, where) => {
    if (!isObject(value)) return anyObject(value, where);
    return firstOf([
      unknownMember(value, members, where),
      ...Object.entries(needed).map(([name, check]) => check(value[name], `${where}.${name}`)),
      whole(value, where),
    ]);
  };
}

function hasOneSource({ id, link }: JsonObject, where: string): Problem {
  if ((id === undefined) === (link === undefined)) {
    const given = id === undefined ? 'neither id nor link' : 'both id and link';
    return invalidReply(`${where} has ${given}; allowed: one of them`);
  }
  return id === undefined
    ? undefined
    : written(mediaId, "digits, as Meta's ids are")(id, `${where}.id`);
}
