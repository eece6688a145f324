import * as z from 'zod';
import type { ErrorCode } from './error-code.ts';

/** How far an outbound message has come. The states and their order: docs/architecture.md, "The way of a reply". */
export const DeliveryStatus = z
  .enum(['accepted', 'sending', 'uncertain', 'sent', 'failed', 'delivered', 'read', 'played'])
  .meta({ id: 'DeliveryStatus' });
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/**
 * A status from outside only climbs: providers repeat and reorder their callbacks (Meta and Twilio both say so).
 * `failed` stands below `delivered`, so a failure reported after a delivery is an anomaly and changes nothing.
 */
export const statusRank = {
  accepted: 10,
  sending: 20,
  uncertain: 25,
  sent: 30,
  failed: 35,
  delivered: 40,
  read: 50,
  played: 60,
} as const satisfies Record<DeliveryStatus, number>;

/** Why a message was not delivered, in our words and in the provider's. */
export const DeliveryError = z
  .object({
    /** Ours, stable: docs/errors.md. Any text is read, because the next version may know more. */
    code: z.string<ErrorCode>(),
    title: z.string(),
    providerCode: z.string().optional(),
    retryable: z.boolean().default(false),
  })
  .meta({ id: 'DeliveryError' });
export type DeliveryError = z.infer<typeof DeliveryError>;
