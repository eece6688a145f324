import * as z from 'zod/mini';
import { Account } from '#connectors/whatsapp/account';

/** The settings of one WhatsApp business number that AWS End User Messaging Social serves. */
export const AwsAccount = z.object({
  /** Meta's `phone_number_id`, as in Meta's own webhooks: AWS passes those on. */
  address: Account.shape.address,
  /** AWS's name of the same number: its id, or its ARN where it is shared from another AWS account. */
  originationPhoneNumberId: z
    .string()
    .check(
      z.regex(
        /^(phone-number-id-[0-9a-zA-Z]{1,64}|arn:aws[a-z-]*:social-messaging:[a-z0-9-]+:\d{12}:phone-number-id\/[0-9a-zA-Z]{1,64})$/,
        'originationPhoneNumberId is written like phone-number-id-0123…, or is the ARN of the number',
      ),
    ),
  /** The topic AWS publishes to, when it is there already; the stack makes one otherwise. */
  topicArn: z.optional(
    z.string().check(z.regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/)),
  ),
  /** The version of the Cloud API the messages are written in; each AWS Region has its own list of them. */
  metaApiVersion: z._default(
    z.string().check(z.regex(/^v\d+\.\d+$/, 'metaApiVersion is written like v23.0')),
    'v23.0',
  ),
  /** For people. */
  displayPhoneNumber: Account.shape.displayPhoneNumber,
  portfolio: Account.shape.portfolio,
});
export type AwsAccount = z.infer<typeof AwsAccount>;
