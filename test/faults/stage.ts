import { failpoints } from '#shared/failpoint';
import { credentialsOf, everyAccount, withUnreadablePrevious } from './accounts.ts';
import type { Accepted } from './channels/channel.ts';
import { type Conditions, fineConditions } from './conditions.ts';
import { type CrashPlan, crashPlan } from './crash-plan.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { batchSize, seconds, timeoutOf, tries, workerEnvironment } from './environment.ts';
import { type Ledger, newLedger } from './ledger/ledger.ts';
import type { Options } from './options.ts';
import { type Provider, startProvider } from './provider/provider.ts';
import { claimedMessage, recordedMessage } from './proxy/claims.ts';
import { faultPlan } from './proxy/fault-plan.ts';
import type { ProxyWorld } from './proxy/proxy.ts';
import { type Secrets, secretStore } from './proxy/secrets.ts';
import type { QueueModel } from './queues/queue-model.ts';
import { queueModel } from './queues/queue-model.ts';
import { answerVisibility } from './queues/visibility.ts';
import { seededRandom } from './random.ts';
import { type Tally, tally } from './tally.ts';
import { type Fleet, startFleet } from './worker/fleet.ts';

/** Everything a run needs, started and not yet doing anything. */
export interface Stage {
  readonly options: Options;
  readonly conditions: Conditions;
  readonly ledger: Ledger;
  readonly faults: Tally;
  readonly kills: Tally;
  readonly plan: CrashPlan;
  readonly emulators: Emulators;
  readonly secrets: Secrets;
  readonly provider: Provider;
  readonly models: Readonly<
    Record<'ingress' | 'mailIngress' | 'statuses' | 'outbound' | 'replies' | 'mail', QueueModel>
  >;
  readonly fleets: ReadonlyMap<string, Fleet>;
  /** Our message ids whose sender has been ordered to die after the provider's answer. */
  readonly doomed: Set<string>;
  readonly undecided: Map<string, string>;
  /** Faults that befell a claim, by our message id: it may stand though its sender never learned of it. */
  readonly brokenClaims: Map<string, string>;
  /** Faults that befell the record of an outcome, by our message id: what the provider answered may be forgotten. */
  readonly brokenRecords: Map<string, string>;
  readonly accepted: ((send: Accepted) => void)[];
  /** Webhooks the providers still owe. */
  readonly pending: Set<Promise<unknown>>;
  /** Sweeps in a row that found nothing to do. */
  readonly sweeps: { idle: number };
  readonly stop: () => Promise<void>;
}

export const fleetSizes: Readonly<Record<string, number>> = {
  'receive-whatsapp': 2,
  'receive-twilio': 1,
  'receive-twitter': 1,
  'receive-email': 1,
  normalize: 4,
  'normalize-mail': 2,
  'normalize-statuses': 2,
  'accept-reply': 2,
  'submit-reply': 1,
  send: 4,
  sweep: 1,
};

/** Of functions that share the code of another one. */
const bundleOf: Readonly<Record<string, string>> = { 'normalize-statuses': 'normalize' };

/** `bundles` are the folders of the versions that run side by side. */
export async function setStage(options: Options, bundles: readonly string[]): Promise<Stage> {
  const conditions = fineConditions();
  const faults = tally();
  const kills = tally();
  const ledger = newLedger();
  const secrets = secretStore();
  secrets.putText(withUnreadablePrevious, 'a-bare-token-put-first');
  for (const account of everyAccount) secrets.put(account.secretId, credentialsOf(account, 1));
  const plan = crashPlan({
    random: seededRandom(options.seed, 'crashes'),
    conditions,
    kills,
    faults,
    wantedKills: Math.max(options.kills, options.killsPerFailpoint * (failpoints.length + 1)),
    wantedFreezes: options.freezes,
    maxUndecidable: Math.max(4, Math.floor(options.replies * 0.007)),
  });
  const emulators = await startEmulators();
  const doomed = new Set<string>();
  const accepted: Stage['accepted'] = [];
  const provider = await startProvider({
    seed: options.seed,
    faults,
    rate: () => conditions.rate,
    mayLose: () => mayLose(plan),
    now: () => Date.now() + conditions.clockOffsetSeconds * 1000,
    mustAccept: (messageId) => doomed.has(messageId),
    isJudged: () => conditions.clockOffsetSeconds === 0,
    messageSaying: (text) => ledger.messageSaying(text),
    accepted: (send) => {
      for (const tell of accepted) tell(send);
    },
  });
  const models = startModels(options.seed);
  const brokenClaims = new Map<string, string>();
  const brokenRecords = new Map<string, string>();
  const world: ProxyWorld = {
    befell: (call, fault) => {
      const claimed = claimedMessage(call);
      if (claimed) brokenClaims.set(claimed, fault);
      const recorded = recordedMessage(call);
      if (recorded) brokenRecords.set(recorded, fault);
    },
    endpoints: emulators.endpoints,
    faults,
    plan: faultPlan(seededRandom(options.seed, 'proxy'), conditions),
    own: (call) =>
      call.service === 'secretsmanager'
        ? secrets.answer(call)
        : answerVisibility(call, Object.values(models)),
  };
  const fleets = await startFleets({ bundles, world, conditions, ledger, provider });
  return {
    ...{ options, conditions, ledger, faults, kills, plan, emulators, secrets, provider, models },
    ...{ fleets, doomed, accepted, brokenClaims, brokenRecords },
    undecided: new Map(),
    pending: new Set(),
    sweeps: { idle: 0 },
    stop: async () => {
      for (const fleet of fleets.values()) fleet.stop();
      provider.stop();
      await emulators.stop();
    },
  };
}

/** The first three are kept for the kills between claim and call. */
function mayLose(plan: CrashPlan): boolean {
  if (plan.undecidableLeft() <= 3) return false;
  plan.countUndecidable();
  return true;
}

function startModels(seed: number): Stage['models'] {
  const random = seededRandom(seed, 'batches');
  const model = (maxReceiveCount: number) =>
    queueModel({
      visibilitySeconds: seconds.visibility,
      maxReceiveCount,
      groupRun: () => random.integer(1, 4),
      now: () => Date.now(),
    });
  return {
    ingress: model(tries.ingress * batchSize),
    mailIngress: model(tries.mailIngress * batchSize),
    statuses: model(tries.statuses),
    outbound: model(tries.outbound * batchSize),
    replies: model(tries.replies * batchSize),
    mail: model(tries.mail * batchSize),
  };
}

interface FleetsOptions {
  readonly bundles: readonly string[];
  readonly world: ProxyWorld;
  readonly conditions: Conditions;
  readonly ledger: Ledger;
  readonly provider: Provider;
}

async function startFleets(options: FleetsOptions): Promise<Map<string, Fleet>> {
  const { bundles, world, conditions, ledger, provider } = options;
  const fleets = new Map<string, Fleet>();
  let started = 0;
  for (const [name, size] of Object.entries(fleetSizes)) {
    const [, connector] = /^receive-(whatsapp|twilio|twitter)$/.exec(name) ?? [];
    const bundle = bundleOf[name] ?? name;
    const environment = {
      functionName: name,
      providerUrl: provider.url,
      conditions,
      ...(connector ? { connector } : {}),
    };
    fleets.set(
      name,
      await startFleet({
        name,
        size,
        world,
        timeoutSeconds: timeoutOf(name),
        bundle: () => {
          started += 1;
          return `${bundles[started % bundles.length]}/${bundle}/index.mjs`;
        },
        environment: (proxyUrl) => workerEnvironment(environment, proxyUrl),
        log: (text) => ledger.log(name, text),
        freezeSeconds: seconds.freeze,
      }),
    );
  }
  return fleets;
}
