import * as z from 'zod';

/**
 * Meta's webhooks, read loosely: unknown members stay, and a member of the wrong type reads as absent where the message
 * makes sense without it. Meta's own OpenAPI demands members its webhooks omit, so it is no model for this.
 */

/** Ids and times come as text, in some webhooks as JSON numbers. */
const Text = z.union([z.string().min(1), z.number().transform(String)]);
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const MaybeText = maybe(Text);

/** Amounts and coordinates come as numbers, in orders also as text. */
const Amount = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,15})?$/)
    .transform(Number),
]);

/** An error of a webhook or of an answer; older webhooks have `details` at the top. */
export const MetaError = z.looseObject({
  code: maybe(Amount),
  title: MaybeText,
  message: MaybeText,
  details: MaybeText,
  error_data: maybe(z.looseObject({ details: MaybeText })),
  error_subcode: maybe(Amount),
  is_transient: maybe(z.boolean()),
});
export type MetaError = z.infer<typeof MetaError>;

/** A list of errors; members that are not objects are left out. */
const MetaErrors = z
  .array(z.unknown())
  .catch([])
  .transform((errors) =>
    errors.flatMap((error) => {
      const read = MetaError.safeParse(error);
      return read.success ? [read.data] : [];
    }),
  );

export const Contact = z.looseObject({
  profile: maybe(z.looseObject({ name: MaybeText, username: MaybeText })),
  wa_id: MaybeText,
  user_id: MaybeText,
  parent_user_id: MaybeText,
});
export type Contact = z.infer<typeof Contact>;

const Item = z.record(z.string(), z.unknown());

/** The payload of one item, as `items.ts` writes it. */
export const Envelope = z.looseObject({
  id: z.string().min(1),
  field: z.string(),
  entryId: MaybeText,
  entryTime: MaybeText,
  metadata: maybe(z.looseObject({ phone_number_id: MaybeText, display_phone_number: MaybeText })),
  contacts: z.array(Contact).catch([]).default([]),
  errors: MetaErrors.default([]),
  standby: z.boolean().default(false),
  message: Item.optional(),
  status: Item.optional(),
  echo: Item.optional(),
  call: Item.optional(),
  preference: Item.optional(),
  userIdUpdate: Item.optional(),
  groupEvent: Item.optional(),
  value: z.unknown().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

/** The members that every message has beside its content; the content is read by its own type (content-*.ts). */
export const MessageFields = z.looseObject({
  id: MaybeText,
  type: MaybeText,
  group_id: MaybeText,
  context: maybe(
    z.looseObject({
      id: MaybeText,
      from: MaybeText,
      forwarded: maybe(z.boolean()),
      frequently_forwarded: maybe(z.boolean()),
      referred_product: maybe(
        z.looseObject({ catalog_id: MaybeText, product_retailer_id: MaybeText }),
      ),
    }),
  ),
  referral: maybe(
    z.looseObject({
      source_type: MaybeText,
      source_id: MaybeText,
      source_url: MaybeText,
      headline: MaybeText,
      body: MaybeText,
      ctwa_clid: MaybeText,
    }),
  ),
  errors: MetaErrors.default([]),
  message_creation_type: MaybeText,
});
export type MessageFields = z.infer<typeof MessageFields>;

export const Reaction = z.looseObject({ message_id: Text, emoji: z.string().default('') });
/** `message` is the new version, a message without its own id. */
export const Edit = z.looseObject({ original_message_id: Text, message: Item });
export const Revoke = z.looseObject({ original_message_id: Text });

export const TextBody = z.looseObject({ body: z.string() });
export const MediaBody = z.looseObject({
  id: MaybeText,
  mime_type: MaybeText,
  sha256: MaybeText,
  caption: MaybeText,
  filename: MaybeText,
  voice: maybe(z.boolean()),
  url: MaybeText,
});
export const LocationBody = z.looseObject({
  latitude: Amount,
  longitude: Amount,
  name: MaybeText,
  address: MaybeText,
  url: MaybeText,
});
export const CardsBody = z.array(
  z.looseObject({
    name: maybe(z.looseObject({ formatted_name: MaybeText, first_name: MaybeText })),
    org: maybe(z.looseObject({ company: MaybeText })),
    phones: maybe(z.array(z.looseObject({ phone: MaybeText, wa_id: MaybeText }))),
    emails: maybe(z.array(z.looseObject({ email: MaybeText }))),
    origin: MaybeText,
  }),
);
export const ButtonBody = z.looseObject({ text: Text, payload: MaybeText });
export const ReplyBody = z.looseObject({ id: MaybeText, title: Text, description: MaybeText });
export const FlowBody = z.looseObject({
  name: MaybeText,
  body: MaybeText,
  response_json: z.unknown().optional(),
});
export const PermissionBody = z.looseObject({ response: Text });
export const OrderBody = z.looseObject({
  catalog_id: MaybeText,
  text: MaybeText,
  product_items: z.array(
    z.looseObject({
      product_retailer_id: Text,
      quantity: maybe(Amount),
      item_price: maybe(Amount),
      currency: MaybeText,
    }),
  ),
});

const Pricing = z.looseObject({
  billable: maybe(z.boolean()),
  pricing_model: MaybeText,
  type: MaybeText,
  category: MaybeText,
});

export const StatusItem = z.looseObject({
  id: Text,
  status: Text,
  recipient_id: MaybeText,
  recipient_type: MaybeText,
  pricing: maybe(Pricing),
  conversation: maybe(
    z.looseObject({
      id: MaybeText,
      expiration_timestamp: MaybeText,
      origin: maybe(z.looseObject({ type: MaybeText })),
      // The samples of the groups page have it in here.
      pricing: maybe(Pricing),
    }),
  ),
  errors: MetaErrors.default([]),
  biz_opaque_callback_data: MaybeText,
});
export type StatusItem = z.infer<typeof StatusItem>;
