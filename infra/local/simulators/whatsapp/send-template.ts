import * as z from 'zod';
import { hasOneSource, oneSource, source } from './send-media.ts';

/** Meta's own sentence, quoted from refusals. */
const noText = 'Parameter of type text is missing text value';

const File = z
  .strictObject({
    ...source,
    filename: z.string().optional(),
    caption: z.string().optional(),
    provider: z.unknown().optional(),
  })
  .refine(hasOneSource, oneSource);

/** A whole number as itself or as a text. */
const Amount = z.union([z.int(), z.string().regex(/^-?\d+$/)]);
const parameter_name = z
  .string()
  .regex(/^[a-z0-9_]+$/, 'Parameter name is missing or empty')
  .optional();
const named = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject({ ...shape, parameter_name });

const TextParameter = z.strictObject({
  type: z.literal('text'),
  text: z
    .string({ error: noText })
    .min(1, noText)
    .refine((text) => !/[\n\t]| {5}/.test(text), {
      error: 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
    }),
  parameter_name,
});

const Parameter = z.discriminatedUnion('type', [
  TextParameter,
  named({ type: z.literal('image'), image: File }),
  named({ type: z.literal('gif'), gif: File }),
  named({ type: z.literal('video'), video: File }),
  named({ type: z.literal('document'), document: File }),
  named({ type: z.literal('location'), location: z.looseObject({}) }),
  named({
    type: z.literal('currency'),
    currency: z.strictObject({
      fallback_value: z.string().min(1),
      code: z.string().regex(/^[A-Z]{3}$/),
      amount_1000: Amount,
    }),
  }),
  named({
    type: z.literal('date_time'),
    date_time: z.looseObject({ fallback_value: z.string().min(1) }),
  }),
  z.strictObject({ type: z.literal('payload'), payload: z.string().min(1).max(128) }),
  z.strictObject({ type: z.literal('coupon_code'), coupon_code: z.string().min(1) }),
  z.strictObject({ type: z.literal('action'), action: z.looseObject({}) }),
]);

const parameters = z.array(Parameter).optional();
const position = z.union([z.int().min(0).max(9), z.string().regex(/^\d$/)]);

const Component = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['header', 'HEADER']), parameters }),
  z.strictObject({ type: z.enum(['body', 'BODY']), parameters }),
  z.strictObject({
    type: z.enum(['button', 'BUTTON']),
    sub_type: z.string().min(1),
    index: position,
    parameters,
  }),
  z.strictObject({
    type: z.enum(['carousel', 'CAROUSEL']),
    cards: z.array(z.strictObject({ card_index: position, components: z.array(z.unknown()) })),
  }),
  z.looseObject({
    type: z.enum(['limited_time_offer', 'order_status', 'tap_target_configuration']),
  }),
]);

/**
 * A template by name. There is no list of approved ones here, so neither names nor counts of parameters are checked.
 */
export const Template = z.strictObject({
  name: z.string().min(1).max(512),
  language: z.strictObject({
    code: z.string().min(2),
    policy: z.literal('deterministic').optional(),
  }),
  components: z.array(Component).optional(),
});
