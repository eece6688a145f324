import { CliError } from '#infra/cli/cli-error';
import { type Listed, sentAt } from './describe.ts';
import { type DeadMessage, peek } from './messages.ts';
import type { DeadLetterQueue } from './queues.ts';

/** The limit of messages that are read from each queue. */
const maxOfEach = 100;

/** The oldest messages of these queues, numbered from 1 through all of them. */
export async function listed(
  queues: readonly DeadLetterQueue[],
  maxOfQueue = maxOfEach,
): Promise<Listed[]> {
  const messages = [];
  for (const queue of queues) messages.push(...inOrder(await peek(queue, maxOfQueue)));
  return messages.map((message, index) => ({ number: index + 1, message }));
}

/** SQS gives groups in any order, and a number has to mean the same message as a moment ago. */
function inOrder(messages: readonly DeadMessage[]): DeadMessage[] {
  const time = (message: DeadMessage) => sentAt(message)?.getTime() ?? 0;
  return messages.toSorted((a, b) => time(a) - time(b) || (a.messageId < b.messageId ? -1 : 1));
}

/** Finds one message by its number in the list, by its id, or by the beginning of its id. */
export async function findMessage(
  queues: readonly DeadLetterQueue[],
  given: string,
): Promise<Listed> {
  const all = await listed(queues);
  const isNumber = /^\d{1,4}$/.test(given);
  const found = all.filter(({ number, message }) =>
    isNumber ? number === Number(given) : given !== '' && message.messageId.startsWith(given),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  const what = isNumber ? `number ${given}` : JSON.stringify(given);
  throw only
    ? new CliError(`${found.length} dead letters begin with ${given}`, 'give more of the id')
    : new CliError(
        `no dead letter ${what} among the oldest ${maxOfEach} of each queue`,
        './switchboard dlq list',
      );
}
