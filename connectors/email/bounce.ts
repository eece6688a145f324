import * as z from 'zod';

export const Recipient = z.object({
  emailAddress: z.string(),
  action: z.string().optional(),
  status: z.string().optional(),
  diagnosticCode: z.string().optional(),
});
export type Recipient = z.infer<typeof Recipient>;

export const Bounce = z.object({
  bounceType: z.string(),
  bounceSubType: z.string().default(''),
  bouncedRecipients: z.array(Recipient).default([]),
  timestamp: z.string().optional(),
  feedbackId: z.string().optional(),
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
