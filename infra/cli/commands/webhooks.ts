import { declarations as all, type ConnectorId, isConnectorId } from '#connectors/declarations';
import { registrations } from '#connectors/registrations';
import { readArguments, readPositionals } from '#infra/cli/arguments';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Command, Context } from '#infra/cli/command';
import { confirmed } from '#infra/cli/confirm';
import { pageOf } from '#infra/cli/doctor/page';
import { printStep } from '#infra/cli/webhooks/print-step';
import { credentialsOf, type Target, targetOf } from '#infra/cli/webhooks/target';
import type { Declaration } from '#shared/connector/declaration';
import type {
  Registration,
  RegistrationContext,
  RegistrationStep,
} from '#shared/connector/registration';

const declarations: Readonly<Record<ConnectorId, Declaration>> = all;
const actions = ['register', 'show', 'remove'] as const;
type Action = (typeof actions)[number];

/** The time limit of one call: X asks the webhook for its challenge within a call, and waits 10 seconds for it. */
const timeoutSeconds = 20;

const asking = { command: 'webhooks', allowed: '--yes removes without asking' };

const options = {
  account: { type: 'string' },
  stage: { type: 'string' },
  region: { type: 'string' },
  url: { type: 'string' },
  secret: { type: 'string' },
  'api-url': { type: 'string' },
  with: { type: 'string' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Registers webhooks and subscriptions through the provider's API. */
export const webhooks: Command = {
  summary: "register webhooks and subscriptions through the provider's API",
  help: `./switchboard webhooks register|show|remove <connector> [options]

register  makes the webhook of an account and each subscription that is missing; a repeat makes
          nothing twice, and has the provider validate a disabled webhook again
show      says what is there: webhook, its state, each subscription, the answer to a challenge
remove    removes the webhook of this URL and its subscriptions, no other

  <connector>      ${Object.keys(registrations).join(', ')}; of the others a person enters the webhook:
                   ./switchboard doctor <connector> says what
  --account        the account, where there are several
  --stage          a stage of infra/cdk/config that is deployed (the local stack)
  --url <address>  the webhook's address, with --stage; not needed where the stage has a
                   publicBaseUrl
  --secret <file>  a file with the JSON of the account's secret. Else the variable
                   SWITCHBOARD_SECRET, the local store, or with --stage the secret in AWS
  --region         the region of that secret, where the stage names none
  --with <events>  register: kinds of events beside the needed ones, after a comma:
                   ${Object.values(registrations)
                     .flatMap((each) => each.optionalEvents)
                     .join(', ')}
  --api-url        another address of the provider's API
  --yes            remove: do not ask
  --json           lines of JSON: {"account","subject","state","says","reason","next","id"}

Ends with 1 when something is wrong or missing.`,
  run: async (args, context) => {
    const { values, positionals } = readArguments('webhooks', args, options);
    const names = ['register|show|remove', 'connector'] as const;
    const [action, connector] = readPositionals('webhooks', positionals, names);
    if (!isAction(action)) {
      throw usageError(`webhooks: no ${action}; allowed are ${actions.join(', ')}`, 'webhooks');
    }
    const registration = registrationOf(connector);
    const optional = readOptional(values.with, registration);
    const { account, stage, region, url, secret, json = false, yes = false } = values;
    const wanted = {
      ...{ command: 'webhooks', connector: connector as ConnectorId, account, stage, region },
      ...{ url, secret, apiUrl: values['api-url'] },
    };
    const target = await targetOf(wanted, context.localDir);
    const webhookUrl = urlOf(target, registration);
    const steps: RegistrationStep[] = [];
    const about = {
      ...{ account: target.settings, credentials: await credentialsOf(wanted, target) },
      ...{ apiUrl: target.apiUrl, webhookUrl, timeoutSeconds },
      prices: declarations[wanted.connector].prices,
      tell: (step: RegistrationStep) => {
        steps.push(step);
        if (!json) printStep(target.name, step, context.terminal);
        else context.terminal.data(JSON.stringify({ account: target.name, ...step }));
      },
    };
    await perform(action, registration, { optional, yes, context }, about);
    conclude(action, steps);
  },
};

function isAction(word: string): word is Action {
  return actions.some((each) => each === word);
}

/** Throws for a connector whose webhooks are entered by hand, or that has none. */
function registrationOf(connector: string): Registration {
  if (!isConnectorId(connector)) {
    const allowed = Object.keys(declarations).join(', ');
    throw usageError(`no connector ${connector}: allowed are ${allowed}`, 'webhooks');
  }
  const registration = registrations[connector];
  if (registration) return registration;
  const page = pageOf(connector);
  if (declarations[connector].receives !== 'webhook') {
    throw new CliError(`${connector} has no webhook`, `see ${page} for its set-up`, 2);
  }
  throw new CliError(
    `the webhook of ${connector} is entered by hand`,
    `./switchboard doctor ${connector} says what to enter (${page})`,
    2,
  );
}

function readOptional(given: string | undefined, { optionalEvents }: Registration): string[] {
  const named = (given ?? '').split(',').filter(Boolean);
  const unknown = named.filter((each) => !optionalEvents.includes(each));
  if (unknown.length === 0) return named;
  const allowed = optionalEvents.join(', ');
  throw usageError(`--with is "${given}": allowed are ${allowed}`, 'webhooks');
}

/** The rules of the provider hold for its real API; the simulator takes the addresses of this machine. */
function urlOf({ webhookUrl, isLocal }: Target, { urlProblems }: Registration): string {
  if (webhookUrl === undefined || !URL.canParse(webhookUrl)) {
    const what = webhookUrl === undefined ? '--url missing' : `--url is "${webhookUrl}"`;
    throw usageError(
      `webhooks: ${what}: allowed is the whole address, https://<host>/webhooks/<connector>/<account>`,
      'webhooks',
    );
  }
  const problems = isLocal ? [] : urlProblems(webhookUrl);
  const [first] = problems;
  if (!first) return webhookUrl;
  throw new CliError(problems.map(({ finding }) => finding).join('; '), first.next, 2);
}

interface Given {
  readonly optional: readonly string[];
  readonly yes: boolean;
  readonly context: Context;
}

function perform(
  action: Action,
  registration: Registration,
  { optional, yes, context }: Given,
  about: RegistrationContext<unknown, unknown>,
): Promise<void> {
  switch (action) {
    case 'register':
      return registration.register(about, optional);
    case 'show':
      return registration.show(about);
    case 'remove':
      return registration.remove(about, async (question) => {
        const agreed = yes || (await confirmed(question, context.signal, asking));
        if (!agreed) context.terminal.note('nothing was removed');
        return agreed;
      });
  }
}

function conclude(action: Action, steps: readonly RegistrationStep[]): void {
  const wrong = steps.filter(({ state }) => state === 'wrong' || state === 'missing');
  if (wrong.length === 0) return;
  const what = wrong.map(({ subject }) => subject).join(', ');
  throw new CliError(
    `${action}: not in order: ${what}`,
    'do what stands below each, then call this again: what is there already stays',
  );
}
