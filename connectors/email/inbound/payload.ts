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

/** A customer unsubscribed by the link of one of our mails. */
export const UnsubscribePayload = z.object({
  kind: z.literal('unsubscribe'),
  id: z.string(),
  /** The address that the mail was sent to. */
  recipient: z.string(),
  /** The name under which the mail's conversation is found. */
  follows: z.string(),
});
export type UnsubscribePayload = z.infer<typeof UnsubscribePayload>;

/** The queued item: `readNotification` and `readLink` write it, and `parse` reads it. */
export const Payload = z.discriminatedUnion('kind', [
  MailPayload,
  EventPayload,
  UnsubscribePayload,
]);
export type Payload = z.infer<typeof Payload>;
