import * as z from 'zod';
import { type ConnectorId, declarations } from '#connectors/declarations';
import type { Declaration } from '#shared/connector/declaration';
import { PriceSettings } from '#shared/model/price';
import { readAccounts, type StageAccount } from './account.ts';
import { configurationSetName, MailConfig } from './mail.ts';
import { Misconfigured } from './misconfigured.ts';
import { Pacing } from './pacing.ts';
import { PersonalData } from './personal-data.ts';
import { problem, wordsForUnknown } from './problem.ts';
import { RetentionConfig } from './retention.ts';

/** The settings of one deployment. Secrets are never in here; unknown keys are errors. */
const StageConfig = z.strictObject({
  stage: z.string().regex(/^[a-z0-9-]{1,16}$/),
  /** The account and region of the shell that deploys, when absent. */
  awsAccount: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional(),
  /** The address providers call, when a domain of yours stands before the API; the API's own otherwise. */
  publicBaseUrl: z
    .string()
    .regex(/^https:\/\/[a-z0-9.-]+(:\d+)?$/)
    .optional(),
  accounts: z
    .array(
      z.looseObject({
        connector: z.string(),
        account: z.string().regex(/^[a-z0-9-]{1,32}$/),
        pacing: Pacing.optional(),
        publicPacing: Pacing.optional(),
        prices: z.optional(PriceSettings),
        personalData: PersonalData.optional(),
      }),
    )
    .min(1),
  mail: MailConfig.optional(),
  /** The SNS topic that is told of the stack's alarms. */
  alarmTopicArn: z
    .string()
    .regex(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/)
    .optional(),
  /** AWS accounts that may consume the normalized queue, beside this one. */
  consumers: z.array(z.string().regex(/^\d{12}$/)).default([]),
  /** Keeps or destroys the table, the buckets and the secrets when the stack is deleted. */
  removal: z.enum(['retain', 'destroy']).default('retain'),
  logRetentionDays: z.literal([1, 3, 7, 14, 30, 60, 90, 180, 365]).default(30),
  throttling: z
    .strictObject({ requestsPerSecond: z.int().positive(), burst: z.int().positive() })
    .default({ requestsPerSecond: 500, burst: 1000 }),
  /** The number of copies of each receiving function that may run, so that a flood of webhooks stays a small bill. */
  receiveConcurrency: z.int().positive().optional(),
  /**
   * The seconds that a provider's evidence may take to prove whether a reply was sent, before the helpdesk is told that
   * it is unknown. Meta has no list to look into: its status webhooks will not tell later what they have not told by
   * then.
   */
  uncertainAfterSeconds: z.int().min(30).default(900),
  /** The seconds that an uncertain attempt is left to the provider's callbacks before it is looked up. */
  reconcileAfterSeconds: z.int().min(1).default(60),
  /**
   * The age in seconds at which a message is read from a provider's list: until then its webhook may be on the way
   * (functions/catch-up).
   */
  catchUpAfterSeconds: z.int().min(1).default(120),
  retention: RetentionConfig.prefault({}),
  /** One more each time the table is restored to an earlier point; never less again. */
  generation: z.int().min(0).max(999_999).default(0),
  tags: z.record(z.string(), z.string()).default({}),
});

/** The settings each connector declares, beside what every account has. */
type AccountInput = {
  [Id in ConnectorId]: {
    connector: Id;
    account: string;
    address: string;
    pacing?: z.input<typeof Pacing>;
    publicPacing?: z.input<typeof Pacing>;
    prices?: PriceSettings;
    personalData?: z.input<typeof PersonalData>;
  } & z.input<(typeof declarations)[Id]['account']>;
}[ConnectorId];

export type StageInput = Omit<z.input<typeof StageConfig>, 'accounts'> & {
  accounts: AccountInput[];
};

export type Stage = Omit<z.output<typeof StageConfig>, 'accounts'> & {
  readonly accounts: readonly StageAccount[];
};

/** Reads a stage's configuration. Throws one sentence for each mistake: the field, what was given, what is allowed. */
export function defineStage(value: StageInput): Stage {
  const parsed = StageConfig.safeParse(value, { error: wordsForUnknown });
  if (!parsed.success) {
    throw misconfigured(
      value,
      parsed.error.issues.map((issue) => problem(issue, value)),
    );
  }
  const { accounts, mistakes } = readAccounts(parsed.data.accounts, declarations);
  if (parsed.data.mail && !parsed.data.accounts.some(receivesMail)) {
    mistakes.push('mail: given, expected only with an account that receives mail');
  }
  if (mistakes.length > 0) throw misconfigured(value, mistakes);
  return {
    ...parsed.data,
    accounts: accounts.map((each) => withConfigurationSet(each, parsed.data)),
  };
}

/** Tells of an account as it was given, also where another of its settings is wrong. */
function receivesMail({ connector }: { readonly connector: string }): boolean {
  const known: Readonly<Record<string, Declaration>> = declarations;
  return Object.hasOwn(known, connector) && known[connector]?.receives === 'mail';
}

/** Mail is sent through the stage's own configuration set, where the stage has one and the account names no other. */
function withConfigurationSet(
  account: StageAccount,
  stage: z.output<typeof StageConfig>,
): StageAccount {
  if (account.receives !== 'mail' || !stage.mail) return account;
  const configurationSet = configurationSetName(stage.stage);
  return { ...account, settings: { configurationSet, ...account.settings } };
}

function misconfigured(value: StageInput, mistakes: readonly string[]): Misconfigured {
  return new Misconfigured(
    `stage ${JSON.stringify(value.stage)} is misconfigured:\n  ${mistakes.join('\n  ')}`,
  );
}
