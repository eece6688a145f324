import * as z from 'zod';
import type { StageAccount } from './account.ts';

const Domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);

/** A domain that the stack makes known to SES, so that mail can be sent from it. */
const Identity = z
  .strictObject({
    domain: Domain,
    /** The subdomain of the return path, which must receive nothing else: `bounce.support.example.com`. */
    mailFrom: Domain.optional(),
    /** The Route 53 zone that gets the records; without it the outputs of the stack say what to enter. */
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/)
      .optional(),
  })
  .superRefine(({ domain, mailFrom }, context) => {
    if (mailFrom === undefined || mailFrom.endsWith(`.${domain}`)) return;
    const message = `allowed: a subdomain of ${domain}, as bounce.${domain}`;
    context.addIssue({ code: 'custom', path: ['mailFrom'], message });
  });
export type MailIdentity = z.infer<typeof Identity>;

/** Receiving mail, where SES does that in the stage's region. Without it an email account can only send. */
export const MailConfig = z.strictObject({
  /** The receipt rule set that gets our rule. SES has one active set for each region of an AWS account. */
  ruleSetName: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  /** `false` adds the rule to a set that is there already. A set made here is inert until it is activated. */
  createRuleSet: z.boolean().default(true),
  /** True gives the rule every address of the accounts' domains; what is for no account is set aside then. */
  wholeDomains: z.boolean().default(false),
  /** Absent: the domains are known to SES already. */
  identities: z.array(Identity).default([]),
});
export type MailConfig = z.infer<typeof MailConfig>;

/** The SES configuration set of a stage, whose events tell the delivery status of a mail. */
export function configurationSetName(stage: string): string {
  return `switchboard-${stage}`;
}

/** Names a stage's receipt rule and the prefix of its mails: the bucket's policy names the rule before it exists. */
export function receiptNames(stage: string, { ruleSetName }: Pick<MailConfig, 'ruleSetName'>) {
  return { ruleSetName, ruleName: `switchboard-${stage}`, keyPrefix: 'inbound/' };
}

/** The mailboxes of a stage without their labels, under the domain they send from and the one that gets the answers. */
export function mailboxesOf(accounts: readonly StageAccount[]): readonly string[] {
  const mailboxes = accounts
    .filter(({ receives }) => receives === 'mail')
    .flatMap(({ address, settings }) => {
      const [local = '', domain = ''] = address.toLowerCase().split('@');
      const { replyDomain = domain } = settings;
      const plain = local.split('+', 1)[0];
      return [domain, String(replyDomain)].map((each) => `${plain}@${each}`);
    });
  return [...new Set(mailboxes)];
}

/** The domains of the mailboxes. */
export function receivingDomains(accounts: readonly StageAccount[]): readonly string[] {
  return [...new Set(mailboxesOf(accounts).map((address) => address.replace(/^.*@/, '')))];
}
