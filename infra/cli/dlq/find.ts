import { CliError } from '#infra/cli/cli-error';
import { type Listed, sentAt } from './describe.ts';
import { type DeadLetter, peek } from './letters.ts';
import type { DeadLetterQueue } from './queues.ts';

/** The limit of messages that are read from each queue. */
const mostOfEach = 100;

/** The oldest messages of these queues, numbered from 1 through all of them. */
export async function listed(
  queues: readonly DeadLetterQueue[],
  mostOfQueue = mostOfEach,
): Promise<Listed[]> {
  const letters = [];
  for (const queue of queues) letters.push(...inOrder(await peek(queue, mostOfQueue)));
  return letters.map((letter, index) => ({ number: index + 1, letter }));
}

/** SQS gives groups in any order, and a number has to mean the same message as a moment ago. */
function inOrder(letters: readonly DeadLetter[]): DeadLetter[] {
  const time = (letter: DeadLetter) => sentAt(letter)?.getTime() ?? 0;
  return letters.toSorted((a, b) => time(a) - time(b) || (a.messageId < b.messageId ? -1 : 1));
}

/** Finds one message by its number in the list, by its id, or by the beginning of its id. */
export async function findLetter(
  queues: readonly DeadLetterQueue[],
  given: string,
): Promise<Listed> {
  const all = await listed(queues);
  const isNumber = /^\d{1,4}$/.test(given);
  const found = all.filter(({ number, letter }) =>
    isNumber ? number === Number(given) : given !== '' && letter.messageId.startsWith(given),
  );
  const [only] = found;
  if (only && found.length === 1) return only;
  const what = isNumber ? `number ${given}` : JSON.stringify(given);
  throw only
    ? new CliError(`${found.length} dead letters begin with ${given}`, 'give more of the id')
    : new CliError(
        `no dead letter ${what} among the oldest ${mostOfEach} of each queue`,
        './switchboard dlq list',
      );
}
