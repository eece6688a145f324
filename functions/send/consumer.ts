import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type OwnTries, withOwnTries } from '#shared/aws/own-tries';
import type { Queue } from '#shared/aws/publish/normalized-queue';
import { queueConsumer } from '#shared/aws/queue-consumer';
import { namedAccount } from '#shared/aws/store/pause';
import { reserveSlots } from '#shared/aws/store/slots';
import { SendCommand } from '#shared/model/send-command';
import { WaitForSlot } from '#shared/retry-later';
import type { SendDependencies } from './outbound.ts';
import { replySender, replyWaiter } from './send.ts';
import type { Given } from './turn.ts';

/** Works through batches of `outbound.fifo`. */
export function sendConsumer(dependencies: SendDependencies, queue: Queue, tries: OwnTries) {
  const send = replySender(dependencies);
  const waitBehind = replyWaiter(dependencies);
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const reserved = await reserveForBatch(dependencies, event.Records);
    const handle = ({ body, attributes, messageId }: SQSRecord) =>
      send(body, Number(attributes.ApproximateReceiveCount), reserved.get(messageId));
    const consume = queueConsumer({
      ...queue,
      fifo: true,
      handle: withOwnTries(tries, handle),
      behind: async ({ body, messageId }, fault) =>
        fault instanceof WaitForSlot && waitBehind(body, fault, reserved.get(messageId)),
    });
    return consume(event, context);
  };
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
    const { success, data } = SendCommand.safeParse(JSON.parse(body));
    if (!success || data.account === undefined || data.slotAt !== undefined) continue;
    if (attributes.ApproximateReceiveCount !== '1') continue;
    found.set(data.account, [...(found.get(data.account) ?? []), messageId]);
  }
  return found;
}
