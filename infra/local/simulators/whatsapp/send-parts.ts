import * as z from 'zod';

/** Degrees as a number; Meta's own examples also write them as text. */
function degrees(max: number) {
  return z.union([
    z.number().min(-max).max(max),
    z
      .string()
      .regex(/^-?\d{1,3}(\.\d+)?$/)
      .refine((text) => Math.abs(Number(text)) <= max),
  ]);
}

export const Place = z.strictObject({
  latitude: degrees(90),
  longitude: degrees(180),
  name: z.string().min(1).optional(),
  address: z.string().min(1).optional(),
});

const Name = z
  .strictObject({
    formatted_name: z.string().min(1),
    first_name: z.string().optional(),
    last_name: z.string().optional(),
    middle_name: z.string().optional(),
    prefix: z.string().optional(),
    suffix: z.string().optional(),
  })
  .refine((name) => Object.values(name).filter(Boolean).length > 1, {
    error: 'at least one other name must be given beside formatted_name',
  });

const Card = z.strictObject({
  name: Name,
  birthday: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  phones: z
    .array(
      z.strictObject({
        phone: z.string().min(1).optional(),
        type: z.string().optional(),
        wa_id: z.string().regex(/^\d+$/).optional(),
      }),
    )
    .optional(),
  emails: z
    .array(z.strictObject({ email: z.string().min(1), type: z.string().optional() }))
    .optional(),
  urls: z.array(z.strictObject({ url: z.string().min(1), type: z.string().optional() })).optional(),
  addresses: z
    .array(
      z.strictObject({
        street: z.string().optional(),
        city: z.string().optional(),
        state: z.string().optional(),
        zip: z.string().optional(),
        country: z.string().optional(),
        country_code: z.string().optional(),
        type: z.string().optional(),
      }),
    )
    .optional(),
  org: z
    .strictObject({
      company: z.string().optional(),
      department: z.string().optional(),
      title: z.string().optional(),
    })
    .optional(),
});

export const Cards = z.array(Card).min(1).max(257);

/** One emoji, or nothing to take the reaction back. */
export const Reaction = z.strictObject({
  message_id: z.string().min(1),
  emoji: z.string().refine((emoji) => [...new Intl.Segmenter().segment(emoji)].length <= 1, {
    error: 'emoji must be one emoji, or empty',
  }),
});
