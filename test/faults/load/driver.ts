import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer } from '#test/faults/channels/channel';
import { type Incident, plannedIncidents } from '#test/faults/incidents';
import { type Random, seededRandom } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { type Inbound, inboundLoad } from './inbound.ts';
import { reply } from './replies.ts';

export interface LoadOptions {
  readonly stage: Stage;
  readonly customers: readonly Customer[];
  /** What the helpdesk knows so far; grows. */
  readonly conversations: readonly string[];
  readonly progress: (line: string) => void;
}

const posters = 10;
/** The load waits for the pipeline, or all kills would fall on the doors. */
const maxVisible = 60;
/** A run in which so much is broken has shown what it can. */
const maxViolations = 100;

interface Driver extends LoadOptions {
  readonly random: Random;
  readonly inbound: Inbound;
  readonly incidents: readonly Incident[];
  posted: number;
  replied: number;
  told: number;
  /** The conversation that the last reply went to. */
  talkingTo: string | undefined;
}

/** Puts the whole load on: webhooks and replies as fast as the pipeline takes them, incidents between them. */
export async function putOnLoad(load: LoadOptions): Promise<void> {
  const { stage, customers } = load;
  const random = seededRandom(stage.options.seed, 'load');
  const inbound = inboundLoad(stage, customers, random);
  const incidents = plannedIncidents(stage, customers);
  const driver = {
    ...load,
    random,
    inbound,
    incidents,
    posted: 0,
    replied: 0,
    told: 0,
    talkingTo: undefined,
  };
  await Promise.all(Array.from({ length: posters }, () => drive(driver)));
}

async function drive(driver: Driver): Promise<void> {
  const { stage, incidents } = driver;
  const { options, conditions, ledger } = stage;
  while (driver.posted < options.messages || driver.replied < options.replies) {
    if (ledger.violations.length > maxViolations || isCaught(stage)) return;
    conditions.progress = Math.min(driver.posted / options.messages, 1);
    const incident = incidents.find(({ at, done }) => !done && conditions.progress >= at);
    if (incident) {
      incident.done = true;
      await incident.happen();
    }
    await step(driver);
    tell(driver);
  }
}

/** Tells if a mutant has shown itself already. */
export function isCaught({ options, ledger }: Stage): boolean {
  const { problem } = options;
  return problem !== undefined && ledger.violations.some((each) => problem.test(each));
}

async function step(driver: Driver): Promise<void> {
  const { stage, conversations, random, inbound } = driver;
  const { options, conditions, models } = stage;
  const due = options.replies * (conditions.progress * 1.25 - 0.2);
  if (driver.replied < due && conversations.length > 5) {
    driver.replied += 1;
    // Agents write several answers in a row: only those can be overtaken.
    driver.talkingTo = random.chance(0.5) ? driver.talkingTo : random.pick(conversations);
    await reply(stage, driver.talkingTo ?? random.pick(conversations), random);
  } else if (driver.posted < options.messages && visibleItems(models) < maxVisible) {
    const written = await inbound.next(options.messages - driver.posted);
    driver.posted += written;
  } else await sleep(20);
}

function visibleItems({ ingress, mailIngress }: Stage['models']): number {
  return ingress.visible() + mailIngress.visible();
}

function tell(driver: Driver): void {
  const { stage, posted, replied, progress } = driver;
  if (posted - driver.told < stage.options.messages / 10) return;
  driver.told = posted;
  const waiting = Object.values(stage.models).map((model) => model.waiting());
  progress(
    `${posted} messages, ${replied} replies, ${stage.faults.total()} faults, ${stage.kills.total()} kills, ` +
      `${stage.ledger.events.length} events, waiting ${waiting.join('/')}`,
  );
}
