import { authorizations } from '#connectors/authorizations';
import { declarations, isConnectorId } from '#connectors/declarations';
import { readArguments, readPositionals } from '#infra/cli/arguments';
import { askLine } from '#infra/cli/ask';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Command, Context } from '#infra/cli/command';
import { pageOf } from '#infra/cli/doctor/page';
import { keepSecret } from '#infra/cli/tokens/keep';
import { forSimulator } from '#infra/cli/tokens/local-client';
import { listenFor } from '#infra/cli/tokens/redirect';
import { printStep } from '#infra/cli/webhooks/print-step';
import { secretValueOf, type Target, targetOf, type Wanted } from '#infra/cli/webhooks/target';
import type { Authorization, StartedAuthorization } from '#shared/connector/authorization';
import type { RegistrationStep } from '#shared/connector/registration';
import { type JsonObject, objectOf } from '#shared/json';

const timeoutSeconds = 20;
const defaultRedirect = 'http://127.0.0.1:8976/callback';

/** Gets access tokens in the name of an account. */
export const tokens: Command = {
  summary: 'get access tokens of an account, and put them into its secret',
  help: `./switchboard tokens <connector> [options]

Asks the provider for tokens of the account that answers customers. A person opens a page, signs in
as this account, agrees, and gives back what the page shows. The new tokens are checked: whose they
are, and what they may. Where something is wrong nothing is written.

  <connector>      ${Object.keys(authorizations).join(', ')}
  --method         ${Object.values(authorizations)
    .map(({ methods }) => methods.join(' (the default), '))
    .join('; ')}
  --account        the account, where there are several
  --stage          a stage of infra/cdk/config (the local stack)
  --secret <file>  a file with the JSON of the secret so far, which has the keys of the app. Else the
                   variable SWITCHBOARD_SECRET, the local store, or with --stage the secret in AWS
  --region         the region of that secret, where the stage names none
  --out <file>     writes the JSON of the secret to a file that only you can read
  --store          puts it into the secret: in AWS with --stage, else into the local store
  --redirect       the redirect address of the app, for OAuth 2 (${defaultRedirect})
  --api-url        another address of the provider's API
  --json           lines of JSON: {"account","subject","state","says","reason","next"}

Without --out and --store it prints the JSON of the secret: keep it out of logs and histories.`,
  run: async (args, context) => {
    const { values, positionals } = readArguments('tokens', args, options);
    const [connector] = readPositionals('tokens', positionals, ['connector'] as const);
    const { authorization, id } = authorizationOf(connector);
    const method = methodOf(values.method, authorization);
    const { account, stage, region, secret, out, store = false, json = false } = values;
    const wanted = {
      ...{ command: 'tokens', connector: id, account, stage, region, url: undefined },
      ...{ secret, apiUrl: values['api-url'] },
    };
    const target = await targetOf(wanted, context.localDir);
    const tell = (step: RegistrationStep) => {
      if (!json) printStep(target.name, step, context.terminal);
      else context.terminal.data(JSON.stringify({ account: target.name, ...step }));
    };
    const redirectUri = values.redirect ?? defaultRedirect;
    if (!URL.canParse(redirectUri)) throw usageError(`--redirect is "${redirectUri}"`, 'tokens');
    const soFar = await secretSoFar(wanted, target, method, context);
    const started = await authorization.start(method, {
      ...{ account: target.settings, secret: soFar },
      ...{ apiUrl: target.apiUrl, redirectUri, timeoutSeconds, now: new Date() },
    });
    const done = 'refused' in started ? started : await completed(started, redirectUri, context);
    const steps = 'refused' in done ? [done.refused] : done.steps;
    for (const step of steps) tell(step);
    if ('refused' in done || steps.some(({ state }) => state === 'wrong')) {
      throw new CliError('there are no new tokens', 'do what stands above, then call this again');
    }
    await keep(done.secret, { out, store }, target, context);
  },
};

const options = {
  method: { type: 'string' },
  account: { type: 'string' },
  stage: { type: 'string' },
  secret: { type: 'string' },
  region: { type: 'string' },
  out: { type: 'string' },
  store: { type: 'boolean' },
  redirect: { type: 'string' },
  'api-url': { type: 'string' },
  json: { type: 'boolean' },
} as const;

function authorizationOf(connector: string) {
  if (!isConnectorId(connector)) {
    const allowed = Object.keys(declarations).join(', ');
    throw usageError(`no connector ${connector}: allowed are ${allowed}`, 'tokens');
  }
  const authorization = authorizations[connector];
  if (authorization) return { authorization, id: connector };
  throw new CliError(
    `${connector} has no tokens that this command could get`,
    `see ${pageOf(connector)} for the content of its secret`,
    2,
  );
}

function methodOf(given: string | undefined, { methods }: Authorization): string {
  const method = given ?? methods[0] ?? '';
  if (methods.includes(method)) return method;
  throw usageError(`--method is "${method}": allowed are ${methods.join(', ')}`, 'tokens');
}

/** The secret as it is; completed where the provider is the simulator of the local stack. */
async function secretSoFar(
  wanted: Wanted,
  target: Target,
  method: string,
  { terminal }: Context,
): Promise<JsonObject> {
  const secret = objectOf(await secretValueOf(wanted, target));
  if (!target.isLocal || wanted.apiUrl !== undefined) return secret;
  const { secret: whole, note } = forSimulator(wanted.connector, secret, method);
  if (note !== undefined) terminal.note(note);
  return whole;
}

/** Waits for the person's answer, typed or by redirect, and takes it to the provider. */
async function completed(
  started: StartedAuthorization,
  redirectUri: string,
  { terminal, ask = askLine, signal }: Context,
) {
  terminal.note('open this page, sign in as the account that answers customers, and agree:');
  terminal.note(started.url);
  const listener = started.comesByRedirect ? await listenFor(redirectUri) : undefined;
  const ended = new AbortController();
  try {
    const asked = ask(`${started.asksFor}: `, AbortSignal.any([signal, ended.signal]));
    const answer = listener
      ? await Promise.race([listener.address, asked.catch(() => listener.address)])
      : await asked;
    if (answer.trim() === '') throw usageError('tokens: no answer was given', 'tokens');
    return await started.finish(answer);
  } finally {
    ended.abort();
    listener?.stop();
  }
}

async function keep(
  secret: Parameters<typeof keepSecret>[0],
  where: Parameters<typeof keepSecret>[1],
  target: Target,
  { terminal }: Context,
): Promise<void> {
  const kept = await keepSecret(secret, where, target);
  for (const each of kept) terminal.note(`kept in ${each}`);
  if (kept.length === 0) terminal.data(JSON.stringify(secret));
}
