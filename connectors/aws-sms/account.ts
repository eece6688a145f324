import * as z from 'zod/mini';

/** The settings of one number of AWS End User Messaging SMS. */
export const AwsSmsAccount = z.object({
  /** The number that customers write to: AWS names it in every message that comes in. */
  address: z
    .string()
    .check(
      z.regex(
        /^(?:\+[1-9]\d{1,14}|\d{3,8})$/,
        'expected an E.164 number (+12065550100) or a short code',
      ),
    ),
  /**
   * AWS's name of the sender of replies: the id of that number, the id of a pool that holds it, or an ARN, which a
   * shared number and a sender id need.
   */
  originationIdentity: z
    .string()
    .check(
      z.regex(
        /^(?:(?:phone|pool)-[0-9a-zA-Z]{1,64}|arn:aws[a-z-]*:sms-voice:[a-z0-9-]+:\d{12}:(?:phone-number|pool|sender-id)\/[\w/-]{1,100})$/,
        'originationIdentity is written like phone-0123… or pool-0123…, or is the ARN of a number, a pool or a sender id',
      ),
    ),
  /** The configuration set whose event destination tells what becomes of replies. */
  configurationSetName: z.optional(
    z.string().check(z.regex(/^[\w:/-]{1,256}$/, 'expected the name of a configuration set')),
  ),
  protectConfigurationId: z.optional(
    z.string().check(z.regex(/^[\w:/-]{1,256}$/, 'expected an id like protect-0123…')),
  ),
  /**
   * The time for which AWS may try to hand a reply to the carrier. AWS's own default and maximum is three days; an
   * agent's answer that late is worse than a failure the agent can see.
   */
  validitySeconds: z._default(z.int().check(z.gte(5), z.lte(259_200)), 14_400),
  /** The topic AWS publishes to, when it is there already; the stack makes one otherwise. */
  topicArn: z.optional(
    z.string().check(z.regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/)),
  ),
});
export type AwsSmsAccount = z.infer<typeof AwsSmsAccount>;
