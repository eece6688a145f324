import * as z from 'zod';

const Text = z.object({ type: z.literal('text'), text: z.string() });

const Media = z.object({ type: z.literal('media'), caption: z.string().optional() });

export const Location = z.object({
  type: z.literal('location'),
  latitude: z.number(),
  longitude: z.number(),
  name: z.string().optional(),
  address: z.string().optional(),
  url: z.string().optional(),
});

export const ContactCard = z.object({
  name: z.string().optional(),
  organization: z.string().optional(),
  phones: z.array(z.string()).default([]),
  emails: z.array(z.string()).default([]),
  /** `contact_request` means the customer agreed to share this number with us. */
  origin: z.string().optional(),
});

export const Contacts = z.object({
  type: z.literal('contacts'),
  contacts: z.array(ContactCard),
});

const InteractiveReply = z.object({
  type: z.literal('interactive_reply'),
  kind: z.enum(['button', 'list', 'quick_reply', 'form', 'permission']),
  id: z.string().optional(),
  title: z.string(),
  description: z.string().optional(),
  /** The data that a form or flow returned, as the provider wrote it. */
  payload: z.string().optional(),
});

export const Template = z.object({
  type: z.literal('template'),
  name: z.string().min(1),
  language: z.string().min(2),
  components: z.array(z.json()).default([]),
  /** The values of the placeholders by their names, where the provider knows a template by an id alone. */
  variables: z.record(z.string(), z.string()).optional(),
  /** The category it was approved for. A marketing template is not sent to a customer who has stopped marketing. */
  category: z.enum(['marketing', 'utility', 'authentication']).optional(),
});

/** The members that every interactive message we send may have around its text. */
const frame = {
  text: z.string().min(1),
  header: z.string().min(1).optional(),
  footer: z.string().min(1).optional(),
};

export const Button = z.object({ id: z.string().min(1), title: z.string().min(1) });

/** Buttons under a text; the customer's answer comes as `interactive_reply` with the button's id. */
export const Buttons = z.object({
  type: z.literal('buttons'),
  ...frame,
  buttons: z.array(Button).min(1),
});

export const ListRow = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  description: z.string().min(1).optional(),
});

export const ListSection = z.object({
  title: z.string().min(1).optional(),
  rows: z.array(ListRow).min(1),
});

/** A list behind one button; the customer's answer comes as `interactive_reply` with the row's id. */
export const List = z.object({
  type: z.literal('list'),
  ...frame,
  /** The text of the button that opens the list. */
  button: z.string().min(1),
  sections: z.array(ListSection).min(1),
});

/** A text with one button that opens a web page. */
export const LinkButton = z.object({
  type: z.literal('link_button'),
  ...frame,
  title: z.string().min(1),
  url: z.url(),
});

/** An agent's reaction to a message of the conversation; without an emoji it is taken back. */
export const Reaction = z.object({
  type: z.literal('reaction'),
  messageId: z.string().min(1),
  emoji: z.string(),
});

const Order = z.object({
  type: z.literal('order'),
  catalogId: z.string().optional(),
  text: z.string().optional(),
  items: z.array(
    z.object({
      productId: z.string(),
      quantity: z.number().optional(),
      unitPrice: z.number().optional(),
      currency: z.string().optional(),
    }),
  ),
});

/** An event on the channel that is no message: a number change, a first opening. */
const Notice = z.object({
  type: z.literal('notice'),
  kind: z.string(),
  details: z.json().optional(),
});

/** Content that our schemas do not know yet. The provider's own JSON is kept and passed on. */
const Unsupported = z.object({
  type: z.literal('unsupported'),
  providerType: z.string(),
  reason: z.string().optional(),
  raw: z.json().optional(),
});

/**
 * The content of a message. A new member is an additive change; consumers show `message.text` for types they do not
 * know.
 */
export const Content = z
  .discriminatedUnion('type', [
    Text,
    Media,
    Location,
    Contacts,
    InteractiveReply,
    Template,
    Buttons,
    List,
    LinkButton,
    Reaction,
    Order,
    Notice,
    Unsupported,
  ])
  .meta({ id: 'Content' });
export type Content = z.infer<typeof Content>;
