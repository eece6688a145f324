import { pascalCase } from '#infra/cdk/constructs/pascal-case';
import type { LocalAccount } from '#infra/local/accounts';
import type { SmtpServer } from '#infra/local/mail/smtp-server';
import { askClock, askVerdicts } from '#infra/local/mail/verdicts';
import { place } from '#infra/local/place';
import type { Teardown } from '#infra/local/process/teardown';
import { credentialsOf } from '#infra/local/secrets/fill-secrets';
import type { Services } from '#infra/local/services';
import type { SimulatedAccount } from '#infra/local/simulators/simulator';
import type { App } from '#infra/local/template/app';
import { portProblem } from '#infra/local/trouble/port-problem';

/** The external services that the stack simulates: the providers' APIs by connector, and the mail server. */
export interface ExternalServices {
  readonly providers: Readonly<Record<string, string>>;
  /** By connector: the topics that a provider publishes on. */
  readonly topics: Readonly<Record<string, string>>;
  readonly smtp: { readonly host: string; readonly port: number };
}

export interface ExternalContext {
  readonly services: Services;
  readonly accounts: readonly LocalAccount[];
  readonly smtpPort: number;
  /** The folder of the customers' mailboxes. */
  readonly mailboxes: string;
  readonly teardown: Teardown;
}

/** Starts the SMTP server and the providers. Both are loaded while the emulators start, not before. */
export async function startExternalServices(
  app: App,
  context: ExternalContext,
): Promise<ExternalServices> {
  const { services, accounts, mailboxes, teardown } = context;
  const conditions: MailConditions = {};
  const smtp = await startMail(app, context, conditions).catch((fault: unknown) => {
    throw explained(fault, context.smtpPort);
  });
  teardown.defer(() => smtp.stop());
  const { startProviders } = await import('#infra/local/providers');
  const providers = await startProviders(accounts, (account) =>
    simulated(account, services, wiringOf(account, app, { ...smtp, mailboxes })),
  );
  conditions.url = providers.urls['email'];
  teardown.defer(() => providers.stop());
  return {
    providers: providers.urls,
    topics: topicsOf(accounts, app),
    smtp: { host: smtp.host, port: smtp.port },
  };
}

/** The simulator whose conditions say what SES finds out about a mail. It starts after the SMTP server. */
interface MailConditions {
  url?: string | undefined;
}

async function startMail(
  app: App,
  context: ExternalContext,
  conditions: MailConditions,
): Promise<SmtpServer> {
  const { services, accounts, smtpPort } = context;
  const { startSmtpServer } = await import('#infra/local/mail/smtp-server');
  return startSmtpServer({
    port: smtpPort,
    s3Endpoint: services.fauxqs.endpoint,
    snsEndpoint: services.fauxqs.endpoint,
    region: place.region,
    credentials: place.credentials,
    bucket: app.output('MailBucketName') ?? '',
    keyPrefix: app.output('MailKeyPrefix') ?? '',
    topicArn: app.output('MailTopicArn') ?? '',
    recipients: accounts
      .filter(({ connector }) => connector === 'email')
      .map(({ settings }) => settings.address),
    verdicts: () => askVerdicts(conditions.url),
    now: () => askClock(conditions.url),
  });
}

function explained(fault: unknown, port: number): unknown {
  const problem = portProblem(fault, { name: 'SMTP_PORT', port, purpose: ' for mail' });
  return problem === undefined ? fault : new Error(problem, { cause: fault });
}

/** The facts about our side that a provider within AWS needs: who receives from it, and where. */
function wiringOf(
  { connector, settings }: LocalAccount,
  app: App,
  mail: Pick<SmtpServer, 'host' | 'port'> & { readonly mailboxes: string },
): Readonly<Record<string, unknown>> | undefined {
  if (connector === 'email') {
    const { host, port, mailboxes } = mail;
    const eventsTopicArn = app.output('MailEventsTopicArn');
    return { eventsTopicArn, smtpHost: host, smtpPort: port, mailboxes };
  }
  const topicArn = settings['topicArn'] ?? topicOf(connector, app);
  return topicArn === undefined ? undefined : { topicArn };
}

/** The topic the stack has made for a connector. */
function topicOf(connector: string, app: App): string | undefined {
  return app.output(`${pascalCase(connector)}TopicArn`);
}

function topicsOf(accounts: readonly LocalAccount[], app: App): Record<string, string> {
  const connectors = new Set(accounts.map(({ connector }) => connector));
  const entries = [...connectors].map((each) => [each, topicOf(each, app)] as const);
  return Object.fromEntries(entries.flatMap(([each, arn]) => (arn ? [[each, arn]] : [])));
}

/** An account as its provider knows it. One that reaches us through SNS calls no webhook. */
function simulated(
  account: LocalAccount,
  services: Services,
  wiring: Readonly<Record<string, unknown>> | undefined,
): SimulatedAccount {
  return {
    account: account.account,
    address: account.settings.address,
    webhookUrl: wiring ? services.fauxqs.endpoint : account.publicUrl,
    settings: { ...account.settings, ...wiring },
    credentials: credentialsOf(services.secrets, account),
  };
}
