import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pascalCase } from '#infra/cdk/constructs/pascal-case';
import { accountsOf, type LocalAccount } from '#infra/local/accounts';
import { readAssembly } from '#infra/local/assembly/read-assembly';
import { synthesize } from '#infra/local/assembly/synthesize';
import {
  describedAccount,
  describedOutputs,
  type StackDescription,
  writeDescription,
} from '#infra/local/description';
import { type ExternalServices, startExternalServices } from '#infra/local/external-services';
import { type Adjust, startFunctions } from '#infra/local/functions';
import { type HttpApi, startHttpApi } from '#infra/local/http/api';
import { matchRoute, routesOf } from '#infra/local/http/routes';
import { functionsOf } from '#infra/local/lambda/function';
import { type LocalDirectory, openLocalDirectory } from '#infra/local/local-directory';
import { type Logs, openLogs } from '#infra/local/logs';
import { place } from '#infra/local/place';
import { type Reaper, startReaper } from '#infra/local/process/reaper';
import { startedAt } from '#infra/local/process/started-at';
import { openTeardown, type Teardown } from '#infra/local/process/teardown';
import { type Progress, progressOn } from '#infra/local/progress';
import { provisionBuckets } from '#infra/local/provision/buckets';
import { provisionQueues } from '#infra/local/provision/queues';
import { provisionTables } from '#infra/local/provision/tables';
import { provisionTopics } from '#infra/local/provision/topics';
import { credentialsOf, fillSecrets, unreadableSecrets } from '#infra/local/secrets/fill-secrets';
import { type Services, startServices } from '#infra/local/services';
import { type App, openApp } from '#infra/local/template/app';
import type { StackTemplate } from '#infra/local/template/template';
import { brokenBy, startProblem } from '#infra/local/trouble/broken';

export interface StackOptions {
  /** The stage of `infra/cdk/config` that runs. Default `local`. */
  readonly stage?: string;
  /** The folder of everything the stack keeps. Default `.local`. */
  readonly localDir?: string;
  /** The port of the HTTP API; 0 takes a free one. Default 3000. */
  readonly port?: number;
  /** The port of the SMTP server; 0 takes a free one. Default 2525, or a free one when `port` is 0. */
  readonly smtpPort?: number;
  /** Removes what an earlier run left. */
  readonly fresh?: boolean;
  /** Writes nothing to stderr. */
  readonly quiet?: boolean;
  /** Changes functions before they run: for tests that break things. */
  readonly adjust?: Adjust;
  /** Seconds between two runs of every scheduled function, the sweep above all. Default: as the template says. */
  readonly timerSeconds?: number;
  /** Environments of one function at once. Default 5. */
  readonly maxConcurrency?: number;
}

export interface RunningStack {
  readonly stack: StackDescription;
  /** Stops everything that was started; resolves when it is gone. */
  readonly stop: () => Promise<void>;
  /** Resolves with a sentence when the stack cannot go on. */
  readonly broken: Promise<string>;
}

interface Foundation {
  readonly directory: LocalDirectory;
  readonly reaper: Reaper;
  readonly api: HttpApi;
  readonly logs: Logs;
  readonly teardown: Teardown;
  readonly progress: Progress;
  readonly adjust: Adjust | undefined;
  readonly timerSeconds: number | undefined;
  readonly maxConcurrency: number | undefined;
}

const defaultDir = '.local';
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Runs the synthesized app on this machine. Throws, with everything undone, when that is not possible. */
export async function startStack(options: StackOptions = {}): Promise<RunningStack> {
  const teardown = openTeardown();
  try {
    return await bringUp(options, teardown);
  } catch (fault) {
    await teardown.run();
    throw startProblem(fault, [resolve(options.localDir ?? defaultDir), root]);
  }
}

async function bringUp(options: StackOptions, teardown: Teardown): Promise<RunningStack> {
  const { port = 3000, smtpPort = port === 0 ? 0 : 2525, quiet = false } = options;
  const foundation = await layFoundation(options, port, { teardown, progress: progressOn(quiet) });
  const { directory, api, progress } = foundation;
  const { mailboxes } = directory;
  const [services, stacks] = await startBelow(foundation, options.stage);
  const endpoints = { sqs: services.fauxqs.endpoint, api: api.url };
  // The templates are read twice: the accounts are needed to start the providers, whose URLs are parameters.
  const draft = openApp({ stacks, endpoints, parameters: {} });
  const accounts = accountsOf(functionsOf(draft));
  fillSecrets(services.secrets, draft, accounts);
  unreadableSecrets(services.secrets, accounts).forEach(progress.warn);
  const externalServices = await progress.step('providers and mail door', () =>
    startExternalServices(draft, { services, accounts, smtpPort, teardown, mailboxes }),
  );
  const app = openApp({
    stacks,
    endpoints,
    parameters: apiUrlParameters(externalServices.providers),
  });
  await progress.step('queues, topics, buckets, tables', () => provision(app, services));
  await openEndpoints(app, foundation, services, externalServices);
  const stack = describe(app, foundation, { services, accounts, externalServices });
  writeDescription(directory.description, stack);
  teardown.defer(() => rmSync(directory.description, { force: true }));
  return { stack, stop: teardown.run, broken: brokenBy({ ...foundation, services }) };
}

/** Begins with the steps that fail fast: a folder in use, a port that is taken. */
async function layFoundation(
  options: StackOptions,
  port: number,
  { teardown, progress }: Pick<Foundation, 'teardown' | 'progress'>,
): Promise<Foundation> {
  const { localDir = defaultDir, fresh = false } = options;
  const directory = openLocalDirectory(localDir, fresh);
  teardown.defer(directory.release);
  rmSync(directory.description, { force: true });
  const logs = openLogs(directory.logs);
  teardown.defer(logs.close);
  const reaper = startReaper();
  teardown.defer(reaper.stop);
  const api = await startHttpApi(port);
  teardown.defer(api.stop);
  const { adjust, timerSeconds, maxConcurrency } = options;
  return { directory, logs, reaper, api, teardown, progress, adjust, timerSeconds, maxConcurrency };
}

/** Starts the emulators and makes the assembly at the same time: neither needs the other. */
async function startBelow(
  foundation: Foundation,
  stage = 'local',
): Promise<[Services, readonly StackTemplate[]]> {
  const { directory, reaper, progress } = foundation;
  const made = progress.step('bundles and template', () =>
    synthesize({ root, stage, directory: directory.assembly, reaper }),
  );
  const [services] = await Promise.all([startServices(reaper, directory, foundation), made]);
  return [services, readAssembly(directory.assembly)];
}

async function provision(app: App, { dynoxide, fauxqs }: Services): Promise<void> {
  const queuesAndTopics = async (): Promise<void> => {
    await provisionQueues(app, fauxqs.endpoint);
    await provisionTopics(app, fauxqs.endpoint);
  };
  await Promise.all([
    queuesAndTopics(),
    provisionBuckets(app, fauxqs.endpoint),
    provisionTables(app, dynoxide.endpoint),
  ]);
}

async function openEndpoints(
  app: App,
  foundation: Foundation,
  services: Services,
  { providers }: ExternalServices,
): Promise<void> {
  const { api, logs, teardown } = foundation;
  const invoke = await startFunctions(app, { ...foundation, services, ses: providers['email'] });
  const accessLog = (line: string) => logs.write('access', `${line}\n`);
  api.open({ routes: routesOf(app), invoke, accessLog });
  // Deferred a second time, so that it is the first to be undone.
  teardown.defer(api.stop);
}

/** `whatsapp` → `WhatsappApiUrl`, as the template names its parameters. */
function apiUrlParameters(providers: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(providers).map(([connector, url]) => [
    `${pascalCase(connector)}ApiUrl`,
    url,
  ]);
  return Object.fromEntries(named);
}

interface Started {
  readonly services: Services;
  readonly accounts: readonly LocalAccount[];
  readonly externalServices: ExternalServices;
}

function describe(app: App, foundation: Foundation, started: Started): StackDescription {
  const { services, accounts, externalServices } = started;
  const { dynoxide, fauxqs, secretsManager, secrets } = services;
  const routes = routesOf(app);
  const hasWebhook = ({ connector, account }: LocalAccount) =>
    matchRoute(routes, 'POST', `/webhooks/${connector}/${account}`) !== undefined;
  return {
    url: foundation.api.url,
    smtp: externalServices.smtp,
    ...{ region: place.region, credentials: place.credentials },
    endpoints: {
      dynamodb: dynoxide.endpoint,
      sqs: fauxqs.endpoint,
      s3: fauxqs.endpoint,
      sns: fauxqs.endpoint,
      secretsManager: secretsManager.endpoint,
    },
    ...describedOutputs(app, externalServices.topics),
    accounts: accounts.map((each) =>
      describedAccount(each, credentialsOf(secrets, each), hasWebhook(each)),
    ),
    providers: externalServices.providers,
    topics: externalServices.topics,
    logs: foundation.directory.logs,
    mailboxes: foundation.directory.mailboxes,
    pid: process.pid,
    pidStartedAt: startedAt(process.pid) ?? '',
    emulatorPids: { dynoxide: dynoxide.pid ?? 0, fauxqs: fauxqs.pid ?? 0 },
  };
}
