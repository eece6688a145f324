import * as z from 'zod/mini';
import { Receipt, SesEvent, SesMail } from '#connectors/email/ses-schema';

/** A mail for one inbox; its bytes are in S3. */
export const MailPayload = z.object({
  kind: z.literal('mail'),
  inbox: z.string(),
  notification: z.object({ mail: SesMail, receipt: Receipt }),
});
export type MailPayload = z.infer<typeof MailPayload>;

/** An event about a mail we sent, as SES wrote it. */
export const EventPayload = z.object({ kind: z.literal('event'), event: SesEvent });

/** The queued item: `readNotification` writes it and `parse` reads it. */
export const Payload = z.discriminatedUnion('kind', [MailPayload, EventPayload]);
export type Payload = z.infer<typeof Payload>;
