import * as z from 'zod';
import { source } from './whatsapp-send-media.ts';

/** Meta's own sentence, quoted from refusals. */
const noText = 'Parameter of type text is missing text value';

const TextParameter = z.strictObject({
  type: z.literal('text'),
  text: z
    .string({ error: noText })
    .min(1, noText)
    .refine((text) => !/[\n\t]| {5}/.test(text), {
      error: 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
    }),
  /** Of a template with named parameters. */
  parameter_name: z.string().min(1).optional(),
});

const File = z.looseObject(source);

const Parameter = z.discriminatedUnion('type', [
  TextParameter,
  z.strictObject({ type: z.literal('image'), image: File }),
  z.strictObject({ type: z.literal('video'), video: File }),
  z.strictObject({ type: z.literal('document'), document: File }),
  z.strictObject({ type: z.literal('location'), location: z.looseObject({}) }),
  z.strictObject({
    type: z.literal('currency'),
    currency: z.strictObject({
      fallback_value: z.string().min(1),
      code: z.string().length(3),
      amount_1000: z.int(),
    }),
  }),
  z.strictObject({
    type: z.literal('date_time'),
    date_time: z.looseObject({ fallback_value: z.string().min(1) }),
  }),
  z.strictObject({ type: z.literal('payload'), payload: z.string().min(1).max(128) }),
  z.strictObject({ type: z.literal('coupon_code'), coupon_code: z.string().min(1) }),
  z.strictObject({ type: z.literal('action'), action: z.looseObject({}) }),
]);

const parameters = z.array(Parameter).optional();

const Component = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['header', 'HEADER']), parameters }),
  z.strictObject({ type: z.enum(['body', 'BODY']), parameters }),
  z.strictObject({
    type: z.enum(['button', 'BUTTON']),
    sub_type: z.string().min(1),
    index: z.union([z.int().min(0).max(9), z.string().regex(/^\d$/)]).optional(),
    parameters,
  }),
  z.looseObject({ type: z.enum(['carousel', 'limited_time_offer', 'order_status']) }),
]);

/** A template by name. Nobody has approved any here, so neither names nor counts of parameters are looked up. */
export const Template = z.strictObject({
  name: z.string().min(1).max(512),
  language: z.strictObject({
    code: z.string().min(2),
    policy: z.literal('deterministic').optional(),
  }),
  components: z.array(Component).optional(),
});
