import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/**
 * What goes wrong during one invocation. `kill`: from the call on nothing happens any more, which is what a dead
 * process looks like from outside. `outage`: so many calls are refused, and the process lives. `conflict`: so many
 * transactions are cancelled as by a concurrent one. `undeleted`: the work is done and the queue never hears of it.
 */
export interface Fault {
  readonly kind: 'kill' | 'outage' | 'conflict' | 'undeleted';
  /** Which call, from 0: table, queue and bucket calls counted together. */
  readonly call: number;
  /** `after`: the call is performed and its answer lost. */
  readonly when: 'before' | 'after';
  readonly calls: number;
}

/** One invocation of a function: every client it is given fails as the fault says. */
export interface Invocation {
  readonly wrap: <Client>(client: Client) => Client;
  readonly killed: () => boolean;
  /** Whether the fault has come about: a plan may name a call that never is made. */
  readonly struck: () => boolean;
}

type Send = (command: object) => Promise<unknown>;

export function invocation(
  fault: Fault | undefined,
  turn: () => Promise<void> = async () => {},
): Invocation {
  let made = 0;
  let killed = false;
  let struck = false;
  const validation = (command: object): 'pass' | 'refuse' | 'lose' | 'conflict' => {
    const call = made;
    made += 1;
    if (killed) return 'refuse';
    if (!fault || !isDue(fault, call, command)) return 'pass';
    struck = true;
    killed = fault.kind === 'kill';
    if (fault.kind === 'conflict') return 'conflict';
    return fault.when === 'after' ? 'lose' : 'refuse';
  };
  // Calls that are made side by side are performed one after the other: a run must be the same when it is repeated.
  let last: Promise<unknown> = Promise.resolve();
  const wrapped = (send: Send) => (command: object) => {
    const call = last.then(() => perform(send, command));
    last = call.catch(() => undefined);
    return call;
  };
  const perform = async (send: Send, command: object) => {
    await turn();
    const judged = validation(command);
    if (judged === 'conflict') throw conflictError();
    if (judged === 'refuse') throw faultError(fault);
    const result = await send(command);
    if (judged === 'lose') throw faultError(fault);
    return result;
  };
  return {
    wrap: <Client>(client: Client) => {
      const { send } = client as { send: Send };
      return { send: wrapped(send.bind(client)) } as Client;
    },
    killed: () => killed,
    struck: () => struck,
  };
}

function isDue({ kind, call, calls }: Fault, made: number, command: object): boolean {
  if (kind === 'undeleted' || made < call) return false;
  if (kind === 'kill') return true;
  return made < call + calls && (kind === 'outage' || isTransaction(command));
}

function isTransaction(command: object): boolean {
  return command.constructor.name === 'TransactWriteCommand';
}

function faultError(fault: Fault | undefined): Error {
  const name = fault?.kind === 'kill' ? 'Killed' : 'Outage';
  return Object.assign(new Error(name), { name });
}

function conflictError(): TransactionCanceledException {
  return new TransactionCanceledException({
    $metadata: {},
    message: 'Transaction cancelled',
    CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }, { Code: 'None' }],
  });
}
