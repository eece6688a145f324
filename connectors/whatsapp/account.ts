import * as z from 'zod/mini';

/** The settings of one WhatsApp business number. */
export const Account = z.object({
  /** Meta's `phone_number_id`, not the phone number: it is what webhooks carry and what sends are posted to. */
  address: z.string().check(z.regex(/^\d{1,32}$/, 'address is the phone_number_id: digits only')),
  /**
   * v25.0 lives until 29 July 2028 (developers.facebook.com/docs/graph-api/changelog). Only sends use it: the
   * version of a webhook is chosen in the App Dashboard.
   */
  graphVersion: z._default(
    z.string().check(z.regex(/^v\d+\.\d+$/, 'graphVersion is written like v25.0')),
    'v25.0',
  ),
  /** For people; Meta spells it in several ways, so nothing is compared with it. */
  displayPhoneNumber: z.optional(z.string()),
  /** The business portfolio's id: where BSUIDs are unique (parser.ts). To be set before the first customer writes. */
  portfolio: z.optional(z.string()),
});
export type Account = z.infer<typeof Account>;
