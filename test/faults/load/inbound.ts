import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import {
  type Customer,
  messageWebhook,
  reactionWebhook,
  type Written,
  write,
} from './customers.ts';
import { post } from './post.ts';

export interface Inbound {
  /** Posts the next webhook, and sometimes posts it twice. Resolves with how many messages were in it. */
  readonly next: (most: number) => Promise<number>;
}

/** Customers who write: alone, several in one webhook, twice, in two webhooks at once, with reactions between. */
export function inboundLoad(stage: Stage, customers: readonly Customer[], random: Random): Inbound {
  return {
    next: async (most) => {
      const first = random.pick(customers);
      const messages = companyOf(first, customers, random, most).map((customer) =>
        write(customer, random),
      );
      const reactsEarly = first.account.connector === 'whatsapp' && random.chance(0.02);
      if (reactsEarly) await react(stage, messages, random);
      await Promise.all([
        postMessages(stage, messages),
        random.chance(0.03) ? again(stage, messages, 'at once') : undefined,
      ]);
      if (random.chance(0.05)) await again(stage, messages, 'later');
      const reacts = first.account.connector === 'whatsapp' && random.chance(0.06);
      if (reacts) await react(stage, messages, random);
      return messages.length;
    },
  };
}

/** Meta puts several customers' messages, and several of one customer, into one webhook. */
function companyOf(
  first: Customer,
  customers: readonly Customer[],
  random: Random,
  most: number,
): readonly Customer[] {
  if (first.account.connector === 'twilio' || random.chance(0.6)) return [first];
  const neighbours = customers.filter(({ account }) => account === first.account);
  const count = Math.min(random.integer(1, 4), most - 1);
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
  }
}

async function again(stage: Stage, messages: readonly Written[], when: string): Promise<void> {
  stage.faults.add(`provider: webhook twice, ${when}`);
  await post(stage, messageWebhook(messages));
}

async function react(stage: Stage, [message]: readonly Written[], random: Random): Promise<void> {
  if (!message) return;
  const id = `wamid.reaction${random.word(12)}`;
  const { status } = await post(stage, reactionWebhook(message, id));
  if (status < 300) stage.ledger.reactions.set(id, message.providerId);
}
