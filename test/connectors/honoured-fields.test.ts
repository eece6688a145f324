import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilitiesOf } from '#connectors/capabilities';
import { replyRulesOf } from '#connectors/reply-rules';
import { senders } from '#connectors/senders';
import { omitUndefined } from '#shared/json';
import { ReplyCommand } from '#shared/model/reply';
import { ReplyContent } from '#shared/model/reply-content';
import { validateReply } from '#shared/reply/check';
import { targetIn } from '#shared/reply/target';
import { harnesses } from '#test/connectors/harnesses';
import {
  conversationAt,
  type ReplyPlace,
  replyPlaces,
  settingOf,
} from '#test/support/replies/places';

const now = new Date('2026-11-21T10:00:00.000Z');
const afterTheWindow = new Date('2026-12-21T10:00:00.000Z');
const named = 'wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQz';
/** What the messages of each channel are called by their providers. */
const answered = (place: ReplyPlace) => (place.channel === 'email' ? 'a@customer.example' : named);
const words = 'Hello';
const ours = { type: 'media', url: 'https://files.example/a.ogg', contentType: 'audio/ogg' };
const document = { ...ours, contentType: 'application/pdf' };
const card = { name: 'Ada', phones: ['+4420'], emails: [] };
const list = { button: 'Open', sections: [{ rows: [{ id: '1', title: 'One' }] }] };

/** The least that a content of each type has to say, and the same with each of the fields that may be left out. */
const contents: Readonly<Record<string, readonly [object, Readonly<Record<string, object>>]>> = {
  text: [
    { type: 'text', text: words },
    {
      linkPreview: { linkPreview: true },
      html: { html: '<p>Hello</p>' },
      attachments: {
        attachments: [{ url: 's3://archive/uploads/a.pdf', contentType: 'application/pdf' }],
      },
    },
  ],
  media: [
    document,
    {
      url: { url: 'https://files.example/b.pdf' },
      providerMediaId: { url: undefined, providerMediaId: '4490709327384033' },
      fileName: { fileName: 'a.pdf' },
      caption: { caption: words },
      voice: { ...ours, voice: true },
      altText: { altText: words },
    },
  ],
  location: [
    { type: 'location', latitude: 1, longitude: 2 },
    { name: { name: 'Home' }, address: { address: 'Road 1' }, url: { url: 'https://a.example' } },
  ],
  contacts: [
    { type: 'contacts', contacts: [card] },
    {
      'contacts.name': { contacts: [{ ...card, name: 'Bob' }] },
      'contacts.organization': { contacts: [{ ...card, organization: 'Shop' }] },
      'contacts.phones': { contacts: [{ ...card, phones: ['+4421'] }] },
      'contacts.emails': { contacts: [{ ...card, emails: ['ada@shop.example'] }] },
      'contacts.origin': { contacts: [{ ...card, origin: 'contact_request' }] },
    },
  ],
  reaction: [{ type: 'reaction', messageId: 'msg_a', emoji: '👍' }, {}],
  buttons: [
    { type: 'buttons', text: words, buttons: [{ id: '1', title: 'One' }] },
    { header: { header: words }, footer: { footer: words } },
  ],
  list: [
    { type: 'list', text: words, ...list },
    {
      header: { header: words },
      footer: { footer: words },
      'sections.title': { sections: [{ ...list.sections[0], title: 'B' }] },
      'sections.rows.description': {
        sections: [{ rows: [{ id: '1', title: 'One', description: words }] }],
      },
    },
  ],
  link_button: [
    { type: 'link_button', text: words, title: 'Go', url: 'https://shop.example' },
    { header: { header: words }, footer: { footer: words } },
  ],
  template: [
    { type: 'template', name: 'hello', language: 'en' },
    {
      components: { components: [{ type: 'body', parameters: [{ type: 'text', text: words }] }] },
      variables: { variables: { 1: words } },
      category: { category: 'utility' },
    },
  ],
};

/** Fields of the command itself. */
const besides: Readonly<Record<string, object>> = {
  fallbackTemplate: { fallbackTemplate: { type: 'template', name: 'other', language: 'en' } },
  inReplyToMessageId: { inReplyToMessageId: 'msg_a' },
  asText: { asText: true },
  sendAt: { sendAt: '2026-11-21T12:00:00+01:00' },
  subject: { subject: 'Another one' },
  to: { to: ['bob@customer.example'] },
  cc: { cc: ['bob@customer.example'] },
  bcc: { bcc: ['bob@customer.example'] },
  caller: { caller: 'crm' },
  author: { author: { displayName: 'Ada' } },
  metadata: { metadata: { ticket: '7' } },
  purpose: { purpose: 'marketing' },
  override: { override: ['personal_data'] },
};

/** What is told to the helpdesk or decided by us, and need not be seen by the customer. */
const hints = new Set([
  ...['caller', 'author', 'metadata', 'purpose', 'override', 'fileName', 'category'],
]);

type Definition = {
  readonly type: string;
  readonly innerType?: { readonly _zod: { readonly def: Definition } };
  readonly element?: { readonly _zod: { readonly def: Definition } };
  readonly shape?: Readonly<Record<string, { readonly _zod: { readonly def: Definition } }>>;
};

/** The names of the fields that may be left out, as deep as they are ours. */
function optionalFields({ shape, element, innerType }: Definition, before = ''): string[] {
  const within = element ?? innerType;
  if (within) return optionalFields(within._zod.def, before);
  return Object.entries(shape ?? {}).flatMap(([name, { _zod }]) => {
    const path = `${before}${name}`;
    const isOptional = _zod.def.type === 'optional' || _zod.def.type === 'default';
    return isOptional ? [path] : optionalFields(_zod.def, `${path}.`);
  });
}

/** The same with the template's name as the provider writes such names. */
function namedAs<Value extends object>(value: Value, { connector }: ReplyPlace): Value {
  const { templateName } = harnesses[connector];
  if (templateName === undefined) return value;
  return JSON.parse(
    JSON.stringify(value, (key, member) =>
      key === 'name' && (member === 'hello' || member === 'other') ? templateName : member,
    ),
  ) as Value;
}

/** The same with files of a type that the provider takes. */
function typedAs<Value>(value: Value, place: ReplyPlace): Value {
  const { fileType } = harnesses[place.connector];
  if (fileType === undefined) return value;
  if (typeof value === 'string') return value.replace('application/pdf', fileType) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, typedAs(member, place)]);
  return (
    Array.isArray(value) ? members.map(([, each]) => each) : Object.fromEntries(members)
  ) as Value;
}

/** The same with files in our bucket, where the provider takes no others. */
function storedAs<Value>(value: Value, place: ReplyPlace): Value {
  if (!harnesses[place.connector].takesStoredFiles) return value;
  if (typeof value === 'string') {
    return value.replace('https://files.example/', 's3://archive/uploads/') as Value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, storedAs(member, place)]);
  return (
    Array.isArray(value) ? members.map(([, each]) => each) : Object.fromEntries(members)
  ) as Value;
}

const definitionOf = (schema: object) =>
  (schema as { readonly _zod: { readonly def: Definition } })._zod.def;

type Command = Pick<ReplyCommand, 'content'> & Partial<ReplyCommand>;
const commandOf = (rest: object) =>
  ReplyCommand.parse({ replyId: 'r', conversationId: 'c', ...rest });

/** The conversations of a place, of which the first customer can be written to. */
function conversationOf(place: ReplyPlace) {
  const usable = { ...place, customers: place.customers.slice(0, 1) };
  const [conversation] = fc.sample(conversationAt(usable), { numRuns: 1, seed: 1 });
  if (!conversation) throw new Error('no conversation');
  return { ...conversation, subject: 'Order 7', customerName: 'Ada' };
}

function verdictAt(command: Command, place: ReplyPlace, at = now) {
  const conversation = conversationOf(place);
  const settings = { accounts: [settingOf(place)], archiveBucket: 'archive' };
  const rules = replyRulesOf(settings, conversation);
  const ids = {
    reactsToProviderMessageId: named,
    lastInboundProviderMessageId: '1750000000000000002',
    ...(command.inReplyToMessageId ? { inReplyToProviderMessageId: answered(place) } : {}),
  };
  return validateReply(command, { ...conversation, ...ids }, rules, at);
}

/** What the provider would be asked for; of a fallback, in the hour it is there for. */
function requestsOf(command: Command, place: ReplyPlace): readonly unknown[] {
  const sender = senders[place.connector];
  const { usesFallback } = verdictAt(command, place, afterTheWindow);
  const content = (usesFallback && command.fallbackTemplate) || command.content;
  const target = {
    ...targetIn(conversationOf(place)),
    providerMessageIds: ['first@customer.example'],
    reactsToProviderMessageId: named,
    lastInboundProviderMessageId: '1750000000000000002',
    ...(command.inReplyToMessageId ? { inReplyToProviderMessageId: answered(place) } : {}),
  };
  const account = sender.readAccount(settingOf(place).settings);
  const { sendAt, subject, to, cc, bcc } = command;
  const more = omitUndefined({ sendAt, subject, to, cc, bcc });
  return sender.render({ messageId: 'msg_b', replyId: 'r', content, ...more }, target, account);
}

describe('the fields of a reply that may be left out', () => {
  it('are all known to this test', () => {
    const definition = definitionOf(ReplyCommand);
    expect(optionalFields(definition).filter((name) => !name.includes('.'))).toEqual(
      expect.arrayContaining(Object.keys(besides)),
    );
    expect(optionalFields(definition)).toHaveLength(Object.keys(besides).length);
    const { options } = definitionOf(ReplyContent) as unknown as { options: readonly object[] };
    const found = options.flatMap((option) => optionalFields(definitionOf(option)));
    const known = Object.values(contents).flatMap(([, fields]) => Object.keys(fields));
    expect(known.toSorted()).toEqual(found.toSorted());
  });
});

const places = replyPlaces.map(
  (place) => [`${place.connector}, ${place.channel}, ${place.visibility}`, place] as const,
);

describe.each(places)('a reply by %s', (_, place) => {
  it('that asks for no preview is sent as one that says nothing of it', () => {
    const content = { type: 'text', text: words };
    const silent = commandOf({ content });
    const refusing = commandOf({ content: { ...content, linkPreview: false } });
    expect(verdictAt(refusing, place)).toEqual({});
    expect(requestsOf(refusing, place)).toEqual(requestsOf(silent, place));
  });

  const { replyContent = [] } = capabilitiesOf(place.connector, place.channel) ?? {};
  const cases = replyContent.flatMap((type) => {
    const [least = {}, own = {}] =
      type === 'template'
        ? namedAs(contents['template'] ?? [], place)
        : storedAs(typedAs(contents[type] ?? [], place), place);
    const command = commandOf({ content: least });
    return [
      ...Object.entries(own).map(
        ([field, change]) =>
          [type, field, command, commandOf({ content: { ...least, ...change } })] as const,
      ),
      ...Object.entries(namedAs(besides, place)).map(
        ([field, change]) =>
          [type, field, command, commandOf({ content: least, ...change })] as const,
      ),
    ];
  });

  it.each(cases)(
    'of type %s with %s is sent with it, or refused by its name',
    (...[, field, without, withIt]) => {
      expect(verdictAt(without, place)).toEqual({});
      const { refusal } = verdictAt(withIt, place);
      if (refusal) {
        expect(refusal).toMatchObject({ code: 'invalid_reply', retryable: false });
        expect(refusal.title).toMatch(
          new RegExp(`^(content\\.)?${field.replace('.', '\\b.*\\.')}: `),
        );
        expect(hints).not.toContain(field);
      } else if (!hints.has(field)) {
        expect(requestsOf(withIt, place)).not.toEqual(requestsOf(without, place));
      }
    },
  );
});
