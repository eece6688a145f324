import * as z from 'zod/mini';

const ReplyValidation = z.optional(z.object({ status: z.string() }));

/** `receipt` of a "Received" notification, without what we do not use. Old samples lack dmarcVerdict. */
export const Receipt = z.object({
  timestamp: z.optional(z.string()),
  recipients: z.array(z.string()),
  spamVerdict: ReplyValidation,
  virusVerdict: ReplyValidation,
  spfVerdict: ReplyValidation,
  dkimVerdict: ReplyValidation,
  dmarcVerdict: ReplyValidation,
  action: z.object({
    type: z.string(),
    bucketName: z.optional(z.string()),
    objectKey: z.optional(z.string()),
  }),
});
export type Receipt = z.infer<typeof Receipt>;

/** `mail` as notifications and events share it. Headers are left out: SES cuts them at 10 KB, the object is whole. */
export const SesMail = z.object({
  messageId: z.string(),
  timestamp: z.optional(z.string()),
  /** MAIL FROM; empty or `<>` for bounces. */
  source: z.optional(z.string()),
  destination: z.optional(z.array(z.string())),
  commonHeaders: z.optional(z.object({ from: z.optional(z.array(z.string())) })),
  tags: z.optional(z.record(z.string(), z.array(z.string()))),
});
export type SesMail = z.infer<typeof SesMail>;

export const Received = z.object({
  notificationType: z.literal('Received'),
  receipt: Receipt,
  mail: SesMail,
});
export type Received = z.infer<typeof Received>;

/** Event publishing says `eventType`; identity feedback says `notificationType` and has no tags. */
export const SesEvent = z.looseObject({
  eventType: z.optional(z.string()),
  notificationType: z.optional(z.string()),
  mail: SesMail,
});
export type SesEvent = z.infer<typeof SesEvent>;
