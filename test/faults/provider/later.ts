import { setTimeout as sleep } from 'node:timers/promises';
import type { Accepted, StatusName, Webhook } from '#test/faults/channels/channel';
import { channels } from '#test/faults/channels/channels';
import { metaWebhook, statusOf } from '#test/faults/channels/whatsapp';
import { seconds } from '#test/faults/environment';
import { post } from '#test/faults/load/post';
import { type Random, seededRandom } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { drawPartStatuses, drawStatuses } from './statuses.ts';

/** After the lease and the visibility timeout of the one who died. */
const lateSeconds = seconds.visibility + 3;
/** More words than one message of a channel with several holds. */
const wordsOfSeveral = 60;

/** Owes what the provider tells later of a message that it took. */
export function promiseStatuses(stage: Stage, send: Accepted): void {
  const random = seededRandom(stage.options.seed, 'statuses', send.text);
  // Of a sender that is about to die: half of the time nobody says in time that it had sent.
  const lateMilliseconds =
    stage.doomed.has(send.messageId) && random.chance(0.5) ? lateSeconds * 1000 : 0;
  const isOfSeveral = send.part > 0 || send.text.split(' ').length > wordsOfSeveral;
  const channel = channels[send.account.connector];
  const told = (isOfSeveral ? drawPartStatuses : drawStatuses)(random).flatMap(
    ({ status, afterMilliseconds }) => {
      const webhook = channel.statusWebhook(send, status);
      return webhook ? [{ status, webhook, after: lateMilliseconds + afterMilliseconds }] : [];
    },
  );
  const statuses = told.map(({ status }) => status);
  stage.ledger.statuses.push(...statuses.map((status) => ({ send, status })));
  if (statuses.includes('failed')) stage.ledger.providerFailed.add(send.messageId);
  if (send.account.connector === 'whatsapp' && random.chance(0.08)) {
    stage.faults.add('provider: many statuses in one webhook');
    owe(stage, lateMilliseconds, manyStatuses(send, statuses, random));
    return;
  }
  for (const { webhook, after } of told) owe(stage, after, webhook);
}

function owe(stage: Stage, afterMilliseconds: number, webhook: Webhook): void {
  const owed = sleep(afterMilliseconds)
    .then(() => post(stage, webhook))
    .then(({ status }) => {
      if (status >= 300) stage.ledger.violations.push(`a status was answered ${status}`);
    })
    .finally(() => stage.pending.delete(owed));
  stage.pending.add(owed);
}

const foreignStatuses = 20;

/** All of one message in one webhook, in any order, between those of messages that another tool has sent. */
function manyStatuses(send: Accepted, statuses: readonly StatusName[], random: Random): Webhook {
  const foreign = Array.from({ length: foreignStatuses }, () => {
    const id = `wamid.foreign${random.word(16)}`;
    const { biz_opaque_callback_data: _, ...status } = statusOf(send, 'delivered') as Record<
      string,
      unknown
    >;
    return { ...status, id };
  });
  const own = statuses.map((status) => statusOf(send, status));
  const all = [...own, ...foreign]
    .map((status) => ({ status, at: random.next() }))
    .toSorted((a, b) => a.at - b.at);
  return metaWebhook(send.account, {
    contacts: [{ profile: { name: 'Customer' }, wa_id: send.to }],
    statuses: all.map(({ status }) => status),
  });
}
