import * as z from 'zod';
import { words } from './lengths.ts';
import { hasOneSource, oneSource, source } from './send-media.ts';

const File = z.strictObject({ ...source, filename: z.string().optional() });
const Source = File.refine(hasOneSource, oneSource);

const Header = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: words('Header text', 60) }),
  z.strictObject({
    type: z.enum(['image', 'video', 'document']),
    image: Source.optional(),
    video: Source.optional(),
    document: Source.optional(),
  }),
]);
const footer = z.strictObject({ text: words('Footer text', 60, 0) }).optional();
const body = (max: number) => z.strictObject({ text: words('Body text', max) });

const ReplyButton = z.strictObject({
  type: z.literal('reply'),
  reply: z.strictObject({ id: words('Button id', 256), title: words('Button title', 20) }),
});

const Buttons = z.strictObject({
  type: z.literal('button'),
  header: Header.optional(),
  body: body(1024),
  footer,
  action: z.strictObject({
    buttons: z
      .array(ReplyButton)
      .min(1)
      .max(3, 'Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3')
      .refine((buttons) => distinct(buttons.map(({ reply }) => reply.id)), 'Duplicate button id')
      .refine(
        (buttons) => distinct(buttons.map(({ reply }) => reply.title)),
        'Duplicate button title',
      ),
  }),
});

const Row = z.strictObject({
  id: words('Row id', 200),
  title: words('Row title', 24),
  description: words('Row description', 72, 0).optional(),
});
const Section = z.strictObject({
  title: words('Section title', 24).optional(),
  rows: z.array(Row).min(1),
});

const List = z.strictObject({
  type: z.literal('list'),
  header: z.strictObject({ type: z.literal('text'), text: words('Header text', 60) }).optional(),
  body: body(4096),
  footer,
  action: z.strictObject({
    button: words('Button label', 20),
    sections: z
      .array(Section)
      .min(1)
      .max(10)
      .refine((sections) => sections.length === 1 || sections.every(({ title }) => title), {
        error: 'Section title is required where there is more than one section',
      })
      .refine((sections) => sections.flatMap(({ rows }) => rows).length <= 10, {
        error: 'Total row count exceed max allowed count: 10',
      })
      .refine((sections) => distinct(sections.flatMap(({ rows }) => rows.map(({ id }) => id))), {
        error: 'Duplicate row id',
      }),
  }),
});

const LinkButton = z.strictObject({
  type: z.literal('cta_url'),
  header: Header.optional(),
  body: body(1024),
  footer,
  action: z.strictObject({
    name: z.literal('cta_url'),
    parameters: z.strictObject({
      display_text: words('Button title', 20),
      url: z.url({ protocol: /^https?$/ }),
    }),
  }),
});

/** Kinds that need a catalogue, a flow or an agreement with Meta: their action is not checked. */
const Other = z.strictObject({
  type: z.enum([
    'address_message',
    'call_permission_request',
    'carousel',
    'catalog_message',
    'contact_request',
    'flow',
    'location_request_message',
    'order_details',
    'product',
    'product_list',
  ]),
  header: z.looseObject({ ...sourceless(), type: z.string() }).optional(),
  body: body(1024).optional(),
  footer,
  action: z.looseObject({}),
});

export const Interactive = z.discriminatedUnion('type', [Buttons, List, LinkButton, Other]);

function sourceless() {
  return { image: File.optional(), video: File.optional(), document: File.optional() };
}

function distinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
