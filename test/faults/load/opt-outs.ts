import { setTimeout as sleep } from 'node:timers/promises';
import { accounts } from '#test/faults/accounts';
import type { Written } from '#test/faults/channels/channel';
import { channels } from '#test/faults/channels/channels';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { hand } from './commands.ts';
import { post } from './post.ts';

const stoppers = 4;
const repliesEach = 2;
/** Longer than a kill and the repeat after it take. */
const maxWaitMs = 60_000;
let written = 0;

/** Customers by SMS who write STOP; once the helpdesk has heard of it, an agent answers all the same. */
export async function postOptOuts(stage: Stage, random: Random): Promise<void> {
  await Promise.all(Array.from({ length: stoppers }, () => stopAndAnswer(stage, random)));
}

async function stopAndAnswer(stage: Stage, random: Random): Promise<void> {
  const { ledger, faults } = stage;
  const account = accounts.find(({ connector }) => connector === 'twilio');
  if (!account) throw new Error('no account for SMS');
  written += 1;
  const customer = { account, address: channels.twilio.customerAddress(600_000 + written) };
  const marker = `mk-stop-${random.word(10)}`;
  const message: Written = {
    ...{ customer, marker, text: 'STOP' },
    providerId: channels.twilio.providerId(marker),
  };
  ledger.stopping.add(message.providerId);
  faults.add('customer: STOP');
  const { status } = await post(stage, channels.twilio.messageWebhook([message]));
  if (status >= 300) return;
  ledger.notices.push('switchboard.consent.changed.v1');
  const conversationId = await heardIn(stage, message.providerId);
  if (conversationId === undefined) return;
  for (let count = 0; count < repliesEach; count += 1) {
    const replyId = `silent-${random.word(12)}`;
    const text = `mk-silent-${random.word(10)}`;
    ledger.silenced.push({ replyId, text });
    const isQueued = await hand(stage, { replyId, conversationId, text }, random);
    ledger.refusals.push({ replyId, conversationId, isKnown: true, mayBeSilent: !isQueued });
  }
}

/** The conversation, once the helpdesk has heard that its customer wants no messages; nothing where it takes too long. */
async function heardIn({ ledger }: Stage, providerId: string): Promise<string | undefined> {
  const until = Date.now() + maxWaitMs;
  while (Date.now() < until) {
    const conversationId = ledger.received.get(providerId);
    const isHeard = ledger.events.some(
      ({ body }) =>
        conversationId !== undefined &&
        body.includes('"switchboard.consent.changed.v1"') &&
        body.includes(conversationId),
    );
    if (isHeard) return conversationId;
    await sleep(50);
  }
  return undefined;
}
