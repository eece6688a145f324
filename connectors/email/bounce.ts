import * as z from 'zod/mini';

export const Recipient = z.object({
  emailAddress: z.string(),
  action: z.optional(z.string()),
  status: z.optional(z.string()),
  diagnosticCode: z.optional(z.string()),
});
export type Recipient = z.infer<typeof Recipient>;

export const Bounce = z.object({
  bounceType: z.string(),
  bounceSubType: z._default(z.string(), ''),
  bouncedRecipients: z._default(z.array(Recipient), []),
  timestamp: z.optional(z.string()),
  feedbackId: z.optional(z.string()),
});
export type Bounce = z.infer<typeof Bounce>;

/**
 * SES calls everything that comes back a bounce, an automatic answer (out of office) as well. That one is of no
 * particular kind and has no report of a failed delivery.
 */
export function isUnexplained({ bounceType, bounceSubType, bouncedRecipients }: Bounce): boolean {
  const isVague =
    bounceType === 'Undetermined' || (bounceType === 'Transient' && bounceSubType === 'General');
  const isReported = bouncedRecipients.some(
    ({ action, status, diagnosticCode }) => action ?? status ?? diagnosticCode,
  );
  return isVague && !isReported;
}
