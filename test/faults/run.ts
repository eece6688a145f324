import { setTimeout as sleep } from 'node:timers/promises';
import { failpoints } from '#shared/failpoint';
import { queueNames } from './emulators.ts';
import { messagesIn } from './ledger/check-end.ts';
import { type Customer, inventCustomers, messageWebhook } from './load/customers.ts';
import { putOnLoad } from './load/driver.ts';
import { inboundLoad } from './load/inbound.ts';
import { post } from './load/post.ts';
import { reply } from './load/replies.ts';
import { machinery } from './machinery.ts';
import { seededRandom } from './random.ts';
import type { Stage } from './stage.ts';
import { brokenSoFar, judge, type Verdict } from './verdict.ts';

export interface RunReport {
  readonly progress: (line: string) => void;
}

/** One run from the first webhook to the verdict: bad weather while the load comes, then a quiet end, then the books. */
export async function run(stage: Stage, { progress }: RunReport): Promise<Verdict> {
  const { options, weather, ledger, secrets } = stage;
  for (const secret of secrets.values()) if (secret.length > 12) ledger.secrets.add(secret);
  const engine = machinery(stage);
  const startedAt = Date.now();
  try {
    const customers = inventCustomers(options.customers);
    weather.rate = options.faultRate;
    await putOnLoad({ stage, customers, conversations: engine.conversations, progress });
    weather.progress = 1.2;
    if (options.killsPerFailpoint > 0) await topUp(stage, customers, engine.conversations);
    weather.rate = 0;
    progress(`load is on; ${ledger.events.length} events so far; waiting for quiet`);
    await quiet(stage);
    // Of a mutant one broken promise is enough.
    if (options.isMutant && (await brokenSoFar(stage)).length > 0) {
      return judge(stage, (Date.now() - startedAt) / 1000);
    }
    await lookUps(stage);
    await quiet(stage);
    await lateDuplicates(stage, progress);
    await quiet(stage);
    await settle(stage);
  } finally {
    await engine.stop();
  }
  return judge(stage, (Date.now() - startedAt) / 1000);
}

/** Goes on until every failpoint has killed often enough, with as little more load as that takes. */
async function topUp(
  stage: Stage,
  customers: readonly Customer[],
  conversations: readonly string[],
): Promise<void> {
  const { options, kills } = stage;
  const random = seededRandom(options.seed, 'more');
  const inbound = inboundLoad(stage, customers, random);
  const until = Date.now() + 45_000;
  const missing = () => failpoints.some((point) => kills.of(point) < options.killsPerFailpoint);
  while (missing() && Date.now() < until) {
    await inbound.next(4);
    if (conversations.length > 0 && random.chance(0.5)) {
      await reply(stage, random.pick(conversations), random);
    }
    await sleep(30);
  }
}

/** Until nothing moves any more: no message anywhere for two seconds. */
async function quiet(stage: Stage): Promise<void> {
  const until = Date.now() + stage.options.patienceSeconds * 1000;
  let still = 0;
  while (still < 10 && Date.now() < until) {
    await sleep(200);
    still = (await isStill(stage)) ? still + 1 : 0;
  }
}

async function isStill({ models, emulators, pending }: Stage): Promise<boolean> {
  if (pending.size > 0) return false;
  if (Object.values(models).some((model) => model.waiting() > 0)) return false;
  for (const name of Object.values(queueNames)) {
    if ((await messagesIn(emulators.endpoints.sqs, name)) > 0) return false;
  }
  return true;
}

/** Two minutes later providers can say for certain what they have never seen: undecided replies are looked up. */
async function lookUps(stage: Stage): Promise<void> {
  stage.weather.clockOffsetSeconds = 120;
  for (const fleet of stage.fleets.values()) fleet.restart();
  await settle(stage);
}

/** Half an hour later: what the queues have forgotten comes once more, and the sweep finds what is overdue. */
async function lateDuplicates(stage: Stage, progress: (line: string) => void): Promise<void> {
  const { weather, ledger, fleets, options, faults } = stage;
  progress('half an hour later: old webhooks once more');
  weather.clockOffsetSeconds = 1800;
  weather.forgetful = true;
  for (const fleet of fleets.values()) fleet.restart();
  const random = seededRandom(options.seed, 'late');
  for (let count = 0; count < Math.min(60, ledger.messages.length); count += 1) {
    faults.add('provider: webhook again after half an hour');
    await post(stage, messageWebhook([random.pick(ledger.messages)]));
  }
}

/** The sweep has run with the late clock until it found nothing more to do. */
async function settle({ sweeps }: Stage): Promise<void> {
  const until = Date.now() + 25_000;
  sweeps.idle = 0;
  while (sweeps.idle < 3 && Date.now() < until) await sleep(100);
}
