import { setTimeout as sleep } from 'node:timers/promises';
import { pacedAccount } from '#test/faults/accounts';
import { channels } from '#test/faults/channels/channels';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { hand } from './commands.ts';
import { messageWebhook, write } from './customers.ts';
import { post } from './post.ts';

const customers = 6;
const rounds = 2;
/** A conversation is heard of long before this. */
const maxWaitSeconds = 30;

/**
 * A burst of replies on the paced account, one campaign's message in each second conversation, and two pauses: most of
 * them have to wait in `due`.
 */
export async function pacedLoad(stage: Stage, random: Random): Promise<void> {
  const conversations = await openConversations(stage, random);
  stage.provider.pauseNext();
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(conversations.map((each) => answer(stage, each, random)));
    if (round === 0) stage.provider.pauseNext();
    if (round > 0) continue;
    const half = conversations.filter((_, index) => index % 2 === 0);
    await Promise.all(half.map((each) => answer(stage, each, random, 'marketing')));
  }
}

/** Customers write to the account; resolves with the conversations that the helpdesk has heard of. */
async function openConversations(stage: Stage, random: Random): Promise<readonly string[]> {
  const written = Array.from({ length: customers }, (_, index) => {
    const address = channels.whatsapp.customerAddress(700_000 + index);
    return write({ account: pacedAccount, address }, random);
  });
  for (const message of written) {
    const { webhook, status, startedAt, ackedAt } = await post(stage, messageWebhook([message]));
    if (status < 300) {
      stage.ledger.messages.push({ ...message, webhook, position: 0, startedAt, ackedAt });
    }
  }
  const { received } = stage.ledger;
  const until = performance.now() + maxWaitSeconds * 1000;
  while (performance.now() < until && written.some(({ providerId }) => !received.has(providerId))) {
    await sleep(100);
  }
  return written.flatMap(({ providerId }) => received.get(providerId) ?? []);
}

async function answer(
  stage: Stage,
  conversationId: string,
  random: Random,
  purpose?: 'marketing',
): Promise<void> {
  const marker = `mk-out-${random.word(10)}-0`;
  const replyId = random.word(16);
  const startedAt = performance.now();
  const given = { replyId, conversationId, text: marker, ...(purpose ? { purpose } : {}) };
  if (!(await hand(stage, given, random))) return;
  const ackedAt = performance.now();
  stage.ledger.replies.set(replyId, {
    ...{ replyId, conversationId },
    markers: [marker],
    startedAt,
    ackedAt,
  });
}
