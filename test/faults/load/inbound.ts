import type { Customer, Written } from '#test/faults/channels/channel';
import { channels } from '#test/faults/channels/channels';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { messageWebhook, write } from './customers.ts';
import { post } from './post.ts';

export interface Inbound {
  /** Posts the next webhook, and sometimes posts it twice. Resolves with how many messages were in it. */
  readonly next: (max: number) => Promise<number>;
}

/** Customers who write: alone, several in one webhook, twice, in two webhooks at once, with reactions between. */
export function inboundLoad(stage: Stage, customers: readonly Customer[], random: Random): Inbound {
  return {
    next: async (max) => {
      const first = random.pick(customers);
      const messages = companyOf(first, customers, random, max).map((customer) =>
        write(customer, random, answering(stage, customer, random)),
      );
      if (random.chance(0.03)) await react(stage, messages, random);
      await takeBack(stage, messages, random, 0.04);
      await Promise.all([
        postMessages(stage, messages),
        random.chance(0.03) ? again(stage, messages, 'at once') : undefined,
      ]);
      if (random.chance(0.05)) await again(stage, messages, 'later');
      if (random.chance(0.09)) await react(stage, messages, random);
      await takeBack(stage, messages, random, 0.2);
      return messages.length;
    },
  };
}

/** A mail mostly goes on from one that its writer has sent before, and that has been published. */
function answering(stage: Stage, customer: Customer, random: Random): Partial<Written> {
  if (customer.account.connector !== 'email' || !random.chance(0.6)) return {};
  const { messages, received } = stage.ledger;
  const before = messages.findLast(
    (each) => each.customer === customer && received.has(each.providerId),
  );
  return before ? { answers: before.providerId } : {};
}

/** Meta puts several customers' messages, and several of one customer, into one webhook. */
function companyOf(
  first: Customer,
  customers: readonly Customer[],
  random: Random,
  max: number,
): readonly Customer[] {
  if (!channels[first.account.connector].joinsMessages || random.chance(0.6)) return [first];
  const neighbours = customers.filter(({ account }) => account === first.account);
  const count = Math.min(random.integer(1, 4), max - 1);
  return [first, ...Array.from({ length: count }, () => pickNear(first, neighbours, random))];
}

function pickNear(first: Customer, neighbours: readonly Customer[], random: Random): Customer {
  return random.chance(0.4) ? first : random.pick(neighbours);
}

async function postMessages(stage: Stage, messages: readonly Written[]): Promise<void> {
  const { webhook, status, startedAt, ackedAt } = await post(stage, messageWebhook(messages));
  if (status >= 300) {
    stage.ledger.violations.push(`a signed webhook was answered ${status}`);
    return;
  }
  for (const [position, message] of messages.entries()) {
    stage.ledger.messages.push({ ...message, webhook, position, startedAt, ackedAt });
    const joins = stage.ledger.received.get(message.answers ?? '');
    if (joins !== undefined) stage.ledger.joining.set(message.providerId, joins);
  }
}

async function again(stage: Stage, messages: readonly Written[], when: string): Promise<void> {
  stage.faults.add(`provider: webhook twice, ${when}`);
  await post(stage, messageWebhook(messages));
}

/** A customer deletes what they wrote; the deletion may come first, or twice. */
async function takeBack(
  stage: Stage,
  [message]: readonly Written[],
  random: Random,
  probability: number,
): Promise<void> {
  if (!message || !random.chance(probability)) return;
  const webhook = channels[message.customer.account.connector].deletionWebhook?.(message);
  if (!webhook) return;
  const { status } = await post(stage, webhook);
  if (status < 300) stage.ledger.deleted.set(message.providerId, message.marker);
}

async function react(stage: Stage, [message]: readonly Written[], random: Random): Promise<void> {
  if (!message) return;
  const id = `wamid.reaction${random.word(12)}`;
  const webhook = channels[message.customer.account.connector].reactionWebhook?.(message, id);
  if (!webhook) return;
  const { status } = await post(stage, webhook);
  if (status < 300) stage.ledger.reactions.set(id, message.providerId);
}
