import { setTimeout as sleep } from 'node:timers/promises';

const maxAttempts = 6;
const firstWaitMilliseconds = 15;

/**
 * Repeats a single write that met a running transaction on the same item. DynamoDB refuses it with
 * `TransactionConflictException` and has written nothing; the SDK does not retry that (developerguide
 * "TransactionConflict"). Waits with full jitter, doubled each time: 15 ms at most before the second attempt, about
 * half a second in all. The last refusal is thrown, and the queue repeats the message.
 */
export function retryTransactionConflicts<Arguments, Output>(
  next: (args: Arguments) => Promise<Output>,
): (args: Arguments) => Promise<Output> {
  return async (args) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await next(args);
      } catch (fault) {
        if (!isTransactionConflict(fault) || attempt === maxAttempts) throw fault;
        await sleep(Math.random() * firstWaitMilliseconds * 2 ** (attempt - 1));
      }
    }
  };
}

function isTransactionConflict(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'TransactionConflictException';
}
