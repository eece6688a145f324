import * as z from 'zod/mini';

/** E.164, short code, or a channel address of Twilio's. */
const address = /^(?:\+\d{2,15}|\d{3,8}|whatsapp:\+\d{2,15}|rcs:[\w.-]{1,100})$/;

/** The settings of one Twilio account beside its name. */
export const Account = z.object({
  /** Our own sender: the address customers write to. */
  address: z
    .string()
    .check(
      z.regex(
        address,
        'expected an E.164 number (+15005550006), a short code, whatsapp:+15005550006 or rcs:agent; a sender name, as ACME, can be written from and never to',
      ),
    ),
  /** Replies go out through this Messaging Service; the sender stays the number the customer wrote to. */
  messagingServiceSid: z.optional(
    z.string().check(z.regex(/^MG[0-9a-fA-F]{32}$/, 'expected MG and 32 hexadecimal digits')),
  ),
  /**
   * The time for which Twilio may keep a reply in its queue. Twilio's own default and maximum is 36000 (ten hours); an
   * agent's answer that late is worse than a failure the agent can see.
   */
  validitySeconds: z._default(z.int().check(z.gte(1), z.lte(36_000)), 14_400),
  /**
   * The seconds for which a message of a long reply waits after the one before it, unless that one is delivered earlier:
   * carriers may hand over in another order what they get at once.
   */
  partPauseSeconds: z.optional(z.int().check(z.gte(0), z.lte(60))),
  /** Twilio replaces typographic characters, such as curly quotes, by those of GSM-7: fewer segments. */
  smartEncoded: z.optional(z.boolean()),
  /** The messages of a text in several begin with their number: `(1/2) `. */
  numberedParts: z.optional(z.boolean()),
});
export type Account = z.infer<typeof Account>;
