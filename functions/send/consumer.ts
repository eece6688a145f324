import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type OwnTries, withOwnTries } from '#shared/aws/queues/own-tries';
import { type Queue, readQueueBody } from '#shared/aws/queues/queue';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { namedAccount } from '#shared/aws/store/sending/pause';
import { reserveSlots } from '#shared/aws/store/sending/slots';
import { SendCommand } from '#shared/model/send-command';
import { RetryLater } from '#shared/retry-later';
import type { SendDependencies } from './outbound.ts';
import type { Given } from './rate-limit.ts';
import { replySender, replyWaiter } from './send.ts';

const conversationsAtOnce = 1;

/**
 * Works through batches of `outbound.fifo`, one conversation after the other, also those of several accounts: a kill
 * leaves uncertain each reply that is between its lease and its record, and a person has to check an uncertain reply.
 * With several at once 1.6 to 2 % of the replies in the fault harness were uncertain, with one less than 1 %
 * (docs/reliability.md). Other invocations of the function send at the same time.
 */
export function sendConsumer(dependencies: SendDependencies, queue: Queue, tries: OwnTries) {
  const send = replySender(dependencies);
  const waitBehind = replyWaiter(dependencies);
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const reserved = await reserveForBatch(dependencies, event.Records);
    const handle = ({ body, attributes, messageId }: SQSRecord) =>
      send(body, Number(attributes.ApproximateReceiveCount), reserved.get(messageId));
    const consume = queueConsumer({
      ...queue,
      fifo: true,
      groupsAtOnce: conversationsAtOnce,
      handle: withOwnTries(tries, handle),
      behind: async ({ body, messageId }, fault) =>
        fault instanceof RetryLater && waitBehind(body, fault, reserved.get(messageId)),
    });
    return consume(event);
  };
}

/** Undefined for a typing indicator or read receipt, and for a body that cannot be read: its own handling says so. */
function commandOf(body: string): SendCommand | undefined {
  try {
    return SendCommand.safeParse(readQueueBody(body)).data;
  } catch {
    return undefined;
  }
}

/**
 * Reserves slots for the new commands of a batch, by one write for each account: all senders of an account write the
 * same item. By message id; a single command takes its slot itself, once it has been found that it needs one.
 */
async function reserveForBatch(
  { target, now, nearSeconds, pacingOf }: SendDependencies,
  records: readonly SQSRecord[],
): Promise<ReadonlyMap<string, Given>> {
  const reserved = new Map<string, Given>();
  for (const [name, messageIds] of newCommands(records)) {
    if (messageIds.length < 2) continue;
    const account = namedAccount(name);
    const wanted = { now: now(), count: messageIds.length, withinMs: nearSeconds * 1000 };
    const { slots } = await reserveSlots(target.table, account, pacingOf(account), wanted);
    for (const [index, messageId] of messageIds.entries()) {
      reserved.set(messageId, { slotMs: slots[index] });
    }
  }
  return reserved;
}

/** The message ids of commands that come for the first time, by the account that sends them. */
function newCommands(records: readonly SQSRecord[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { body, messageId, attributes } of records) {
    const { account, slotAt } = commandOf(body) ?? {};
    if (account === undefined || slotAt !== undefined) continue;
    if (attributes.ApproximateReceiveCount !== '1') continue;
    found.set(account, [...(found.get(account) ?? []), messageId]);
  }
  return found;
}
