import * as z from 'zod';

/** Receiving mail, where SES does that in the stage's region. Without it an email account can only send. */
export const MailConfig = z.strictObject({
  /** The receipt rule set that gets our rule. SES has one active set for each region of an AWS account. */
  ruleSetName: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  /** `false` adds the rule to a set that is there already. A set made here is inert until it is activated. */
  createRuleSet: z.boolean().default(true),
});
export type MailConfig = z.infer<typeof MailConfig>;

/** The SES configuration set of a stage, whose events tell the delivery status of a mail. */
export function configurationSetName(stage: string): string {
  return `switchboard-${stage}`;
}

/** Names a stage's receipt rule and the prefix of its mails: the bucket's policy names the rule before it exists. */
export function receiptNames(stage: string, { ruleSetName }: MailConfig) {
  return { ruleSetName, ruleName: `switchboard-${stage}`, keyPrefix: 'inbound/' };
}
