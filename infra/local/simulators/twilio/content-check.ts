import { isObject, objectOf } from '#shared/json';

/** The required members of each type of content that this simulator shows, and of its choices (`ContentCreateRequest`). */
const types: Readonly<
  Record<
    string,
    {
      readonly texts: readonly string[];
      readonly choices?: string;
      readonly each?: readonly string[];
      readonly most?: number;
    }
  >
> = {
  'twilio/text': { texts: ['body'] },
  'twilio/quick-reply': { texts: ['body'], choices: 'actions', each: ['title'], most: 10 },
  'twilio/list-picker': {
    texts: ['body', 'button'],
    choices: 'items',
    each: ['item', 'id'],
    most: 10,
  },
  'twilio/call-to-action': {
    texts: ['body'],
    choices: 'actions',
    each: ['type', 'title'],
    most: 10,
  },
};

/** The longest words that WhatsApp shows, by the member that holds them. */
const longest: Readonly<Record<string, number>> = {
  ...{ body: 1024, button: 20, title: 20, item: 24, description: 72, id: 200 },
};

const members = ['friendly_name', 'language', 'variables', 'types'];

/** The reason why Twilio refuses new content; undefined when it takes it. */
export function contentRefusal(content: unknown): string | undefined {
  const given = objectOf(content);
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  if (unknown) return `unknown field ${unknown}`;
  if (typeof given['language'] !== 'string') return 'language is required';
  const kinds = Object.entries(objectOf(given['types']));
  if (kinds.length === 0) return 'types is required';
  return kinds.map(([name, type]) => typeRefusal(name, objectOf(type))).find(Boolean);
}

function typeRefusal(name: string, type: Readonly<Record<string, unknown>>): string | undefined {
  const known = Object.hasOwn(types, name) ? types[name] : undefined;
  if (!known) return `unknown type ${name}`;
  const { texts, choices, each = [], most = 0 } = known;
  const inText = textRefusal(type, texts);
  if (inText !== undefined || choices === undefined) return inText;
  const all = type[choices];
  if (!Array.isArray(all) || all.length === 0 || all.length > most)
    return `${choices}: 1 to ${most}`;
  return all
    .map((choice) => (isObject(choice) ? textRefusal(choice, each) : choices))
    .find(Boolean);
}

function textRefusal(
  from: Readonly<Record<string, unknown>>,
  required: readonly string[],
): string | undefined {
  const missing = required.find((name) => typeof from[name] !== 'string' || from[name] === '');
  if (missing) return `${missing} is required`;
  const tooLong = Object.entries(longest).find(
    ([name, most]) => String(from[name] ?? '').length > most,
  );
  return tooLong && `${tooLong[0]} has more than ${tooLong[1]} characters`;
}
