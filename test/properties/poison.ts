import fc from 'fast-check';
import { jsonValue } from './json-values.ts';
import type { Connector } from './signed-webhooks.ts';

/** Bytes as somebody posts them, with the media type they claim to be. */
export interface Body {
  readonly bytes: Buffer;
  readonly type: string;
  /** For the report of a failure: megabytes of brackets help nobody. */
  readonly [fc.toStringMethod]: () => string;
}

function body(content: Buffer | string, type: string): Body {
  const bytes = Buffer.from(content);
  const beginning = JSON.stringify(bytes.subarray(0, 2_000).toString('latin1'));
  return {
    ...{ bytes, type },
    [fc.toStringMethod]: () => `${type}, ${bytes.length} bytes: ${beginning}`,
  };
}

const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

/** A webhook of each provider around a value of any kind. */
const around: Readonly<Record<Connector, (value: unknown) => unknown>> = {
  whatsapp: (value) => ({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  }),
  telegram: (value) => ({ update_id: 1, message: value }),
  twitter: (value) => ({ for_user_id: '1500000000000000001', tweet_create_events: [value] }),
  twilio: (value) => value,
};

/** Members a provider's own code looks for, filled with anything. */
const member = fc.constantFrom(
  ...['messages', 'statuses', 'contacts', 'metadata', 'errors', 'field', 'id', 'from', 'type'],
  ...['text', 'data', 'users', 'payload', 'event_type', 'message_create', 'target', 'user'],
  ...['__proto__', 'constructor', 'standby', 'message_echoes', 'direct_message_events'],
  ...['chat', 'message_id', 'message', 'callback_query', 'photo', 'new_chat_member'],
);
/** The same one level up: where a provider has its list of accounts, or of anything nobody has heard of. */
const aside: Readonly<Record<Connector, (value: unknown) => unknown>> = {
  whatsapp: (value) => ({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [value] }],
  }),
  telegram: (value) => ({ update_id: 1, unheard_of: value }),
  twitter: (value) => ({ for_user_id: '1500000000000000001', unheard_of: value }),
  twilio: (value) => [value],
};

const halfKnown = fc
  .array(fc.tuple(member, fc.oneof(jsonValue, fc.array(jsonValue, { maxLength: 3 }))))
  .map(Object.fromEntries);

const levels = fc.constantFrom(40, 500, 3_000, 100_000);
const brackets = fc.constantFrom(['[', ']'], ['{"a":', '}'], ['{"messages":[', ']}']);

/** Deep as a whole, deep inside a webhook that is otherwise in order, and deep in an item with an id of its own. */
const deep = (connector: Connector) =>
  fc
    .tuple(levels, brackets, fc.constantFrom('whole', 'aside', 'value', 'item'))
    .map(([count, [open = '', close = ''], where]) => {
      const nested = `${open.repeat(count)}1${close.repeat(count)}`;
      const value = where === 'item' ? { messages: [{ id: 'wamid.1', id_str: '1' }] } : '<here>';
      if (where === 'whole') return nested;
      const place = where === 'aside' ? aside : around;
      const text = JSON.stringify(place[connector](value));
      return text.replace('"<here>"', nested).replace('"id_str":"1"', `"id_str":"1","x":${nested}`);
    });

/** Everything hostile or broken that fits one connector's caps; `deepOnly` leaves the rest out. */
export function bodies(connector: Connector): fc.Arbitrary<Body> {
  const asJson = (text: fc.Arbitrary<string>) => text.map((each) => body(each, json));
  const bytes = fc
    .uint8Array({ maxLength: 200 })
    .chain((array) => fc.constantFrom(json, form).map((type) => body(Buffer.from(array), type)));
  return fc.oneof(
    bytes,
    asJson(fc.oneof(jsonValue, halfKnown).map((value) => JSON.stringify(around[connector](value)))),
    asJson(jsonValue.map((value) => JSON.stringify(value))),
    asJson(deep(connector)),
    asJson(fc.constantFrom('', '\u0000', '{"a":"\u0000"}', '{"__proto__":{"entry":[]}}', '[[[')),
    fc.constant(body(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x7d]), json)),
    forms,
  );
}

export const deepBodies = (connector: Connector) => deep(connector).map((text) => body(text, json));

const pair = fc
  .tuple(
    fc.oneof(fc.string(), fc.constantFrom('MessageSid', 'From', 'To', 'AccountSid', '__proto__')),
    fc.oneof(fc.string(), fc.constantFrom('\u0000', '\ud800', '%FF', '[object Object]')),
  )
  .map(
    ([name, value]) =>
      `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
  );

/** Forms with few fields, and with two thousand. */
const forms = fc
  .oneof(
    fc.array(pair, { maxLength: 10 }),
    fc.constant(Array.from({ length: 2_000 }, (_, index) => `k${index}=v`)),
    fc.constant(Array.from({ length: 2_000 }, () => 'MessageSid=SM1')),
  )
  .map((pairs) => body(pairs.join('&'), form));
