import { setTimeout as sleep } from 'node:timers/promises';
import { failpoints } from '#shared/failpoint';
import type { Customer } from './channels/channel.ts';
import { freezingPoints } from './crash-plan.ts';
import { messagesIn, waitingInDue } from './ledger/check-end.ts';
import { inventCustomers, messageWebhook } from './load/customers.ts';
import { isCaught, putOnLoad } from './load/driver.ts';
import { inboundLoad } from './load/inbound.ts';
import { post } from './load/post.ts';
import { reply } from './load/replies.ts';
import { machinery } from './machinery.ts';
import { queueNames } from './names.ts';
import { seededRandom } from './random.ts';
import type { Stage } from './stage.ts';
import { brokenSoFar, judge, type ReplyValidation } from './verdict.ts';

export interface RunReport {
  readonly progress: (line: string) => void;
}

/** One run from the first webhook to the verdict: bad conditions while the load comes, then a quiet end, then the books. */
export async function run(stage: Stage, { progress }: RunReport): Promise<ReplyValidation> {
  const { options, conditions, ledger, secrets } = stage;
  for (const secret of secrets.values()) if (secret.length > 12) ledger.secrets.add(secret);
  const engine = machinery(stage);
  const startedAt = Date.now();
  const unrest: string[] = [];
  try {
    const customers = inventCustomers(options.customers);
    conditions.rate = options.faultRate;
    await putOnLoad({ stage, customers, conversations: engine.conversations, progress });
    if (isCaught(stage)) return judge(stage, secondsSince(startedAt), [], ledger.violations);
    conditions.progress = 1.2;
    if (options.killsPerFailpoint > 0) await topUp(stage, customers, engine.conversations);
    conditions.rate = 0;
    progress(`load is on; ${ledger.events.length} events so far; waiting for quiet`);
    unrest.push(...(await quiet(stage, 'after the load', true)));
    if (options.problem && unrest.length === 0) {
      const broken = await brokenSoFar(stage);
      const isFitting = broken.some((each) => options.problem?.test(each));
      if (isFitting) return judge(stage, secondsSince(startedAt), unrest, broken);
    }
    unrest.push(...(await lookUps(stage)));
    unrest.push(...(await quiet(stage, 'after the look-ups')));
    await lateDuplicates(stage, progress);
    unrest.push(...(await quiet(stage, 'half an hour later')));
    unrest.push(...(await settle(stage)));
  } finally {
    await engine.stop();
  }
  return judge(stage, secondsSince(startedAt), unrest);
}

const secondsSince = (startedAt: number): number => (Date.now() - startedAt) / 1000;

/** Goes on until every failpoint has killed often enough, with as little more load as that takes. */
async function topUp(
  stage: Stage,
  customers: readonly Customer[],
  conversations: readonly string[],
): Promise<void> {
  const { options, kills, faults } = stage;
  const random = seededRandom(options.seed, 'more');
  const inbound = inboundLoad(stage, customers, random);
  const until = Date.now() + 45_000;
  const missing = () =>
    failpoints.some((point) => kills.of(point) < options.killsPerFailpoint) ||
    freezingPoints.some((point) => faults.of(`frozen: ${point}`) < options.freezes);
  while (missing() && Date.now() < until) {
    await inbound.next(4);
    if (conversations.length > 0 && random.chance(0.5)) {
      await reply(stage, random.pick(conversations), random);
    }
    await sleep(30);
  }
}

/**
 * Waits until no message is anywhere for two seconds. Resolves with what still moves when patience has ended.
 *
 * `alsoDue` gives replies in `due` the same time. They are no unrest: a reply that waits there for ever is a lost one,
 * and is told as such at the end, half an hour after its time.
 */
async function quiet(stage: Stage, when: string, alsoDue = false): Promise<string[]> {
  const { patienceSeconds } = stage.options;
  const until = Date.now() + patienceSeconds * 1000;
  let still = 0;
  for (;;) {
    const moving = await movingIn(stage);
    const isLate = Date.now() > until;
    const waits = alsoDue && !isLate && (await waitingInDue(stage.emulators.endpoints)) > 0;
    still = moving.length === 0 && !waits ? still + 1 : 0;
    if (still === 10) return [];
    if (isLate && moving.length > 0) {
      return [`did not come to rest in ${patienceSeconds} s ${when}: ${moving.join(', ')}`];
    }
    await sleep(200);
  }
}

/** Lists what is on its way: owed webhooks, and messages in each queue. */
async function movingIn({ models, emulators, pending }: Stage): Promise<string[]> {
  const moving = pending.size > 0 ? [`${pending.size} webhooks are owed`] : [];
  for (const [name, model] of Object.entries(models)) {
    if (model.waiting() > 0) moving.push(`${name}: ${model.waiting()} messages wait`);
  }
  for (const name of Object.values(queueNames)) {
    const left = await messagesIn(emulators.endpoints.sqs, name);
    if (left > 0) moving.push(`${name}: ${left} messages not taken`);
  }
  return moving;
}

/** Two minutes later providers can say for certain what they have never seen: undecided replies are looked up. */
async function lookUps(stage: Stage): Promise<string[]> {
  stage.conditions.clockOffsetSeconds = 120;
  for (const fleet of stage.fleets.values()) fleet.restart();
  return settle(stage);
}

/** Half an hour later: what the queues have forgotten comes once more, and the sweep finds what is overdue. */
async function lateDuplicates(stage: Stage, progress: (line: string) => void): Promise<void> {
  const { conditions, ledger, fleets, options, faults } = stage;
  progress('half an hour later: old webhooks once more');
  conditions.clockOffsetSeconds = 1800;
  conditions.forgetful = true;
  for (const fleet of fleets.values()) fleet.restart();
  const random = seededRandom(options.seed, 'late');
  for (let count = 0; count < Math.min(60, ledger.messages.length); count += 1) {
    faults.add('provider: webhook again after half an hour');
    await post(stage, messageWebhook([random.pick(ledger.messages)]));
  }
}

const maxSettleSeconds = 60;

/** Waits until the sweep has run with the late clock and found nothing more to do, three times in a row. */
async function settle({ sweeps }: Stage): Promise<string[]> {
  const until = Date.now() + maxSettleSeconds * 1000;
  sweeps.idle = 0;
  while (sweeps.idle < 3) {
    if (Date.now() > until) return [`the sweep still finds work after ${maxSettleSeconds} s`];
    await sleep(100);
  }
  return [];
}
