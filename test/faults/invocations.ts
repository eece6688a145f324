import type { Doom, FunctionName } from './crash-plan.ts';
import type { Delivery } from './queues/queue-model.ts';
import type { Stage } from './stage.ts';
import type { Fleet, Invoked } from './worker/fleet.ts';

/** Hands a batch to a function, with whatever is to befall it, and writes down what did. */
export async function invokeBatch(
  stage: Stage,
  name: FunctionName,
  event: unknown,
  batch: readonly Delivery[] = [],
  fleet: string = name,
) {
  const doom = stage.plan.next(name, Math.max(0, ...batch.map(({ receives }) => receives)));
  const replies = name === 'send' ? batch.map(({ body }) => replyOf(body)) : [];
  if (doom.order) for (const id of replies) stage.doomed.add(id);
  const frozen = () => stage.faults.add(`frozen: ${doom.order?.name}`);
  const invoked = await invoke(stage, fleet, { event, ...doom, frozen });
  if (doom.order) for (const id of replies) stage.doomed.delete(id);
  noteEnding(stage, fleet, { doom, replies, invoked });
  return invoked;
}

interface Befallen {
  readonly doom: Doom;
  readonly invoked: Invoked;
  /** Our message ids, where a sender was called. */
  readonly replies: readonly string[];
}

function noteEnding(stage: Stage, fleet: string, { doom, invoked, replies }: Befallen): void {
  const { ending } = invoked;
  if (ending.kind === 'killed') noteKill(stage, `${fleet}, ${ending.how}`, doom, replies);
  else if (ending.kind === 'timed_out') noteTimeout(stage, replies);
  else if (ending.threwAt) stage.faults.add(`thrown: ${ending.threwAt}`);
  const silence = silenceOf(doom, invoked);
  if (silence === undefined) return;
  for (const id of replies) stage.brokenClaims.set(id, silence);
}

/**
 * Why a sender could not say that its claim came to nothing, where the harness is the cause. It explains a reply of
 * which its provider has never heard, and no other.
 */
export function silenceOf(
  { order }: Doom,
  { ending, faults }: Pick<Invoked, 'ending' | 'faults'>,
): string | undefined {
  const isEnded = ending.kind === 'killed' || ('threwAt' in ending && ending.threwAt !== undefined);
  if (order?.name === 'send.afterHttp' && isEnded) {
    return 'ended before it could log that its attempt had no answer';
  }
  const stoodStill = order?.name === 'send.afterClaim' && order.how === 'freeze';
  return stoodStill && faults > 0 ? 'a fault befell it when it gave its claim back' : undefined;
}

/** Calls a function and leaves it in peace. */
export async function invoke(
  { fleets }: Stage,
  name: string,
  invocation: Parameters<Fleet['invoke']>[0],
) {
  const fleet = fleets.get(name);
  if (!fleet) throw new Error(`no fleet ${name}`);
  return fleet.invoke(invocation);
}

function noteKill(
  stage: Stage,
  who: string,
  { order, killAfterMilliseconds }: Doom,
  replies: readonly string[],
): void {
  if (killAfterMilliseconds !== undefined) stage.kills.add('at any moment');
  else if (order) stage.kills.add(order.name);
  else stage.ledger.violations.push(`a worker died that nobody killed: ${who}`);
  if (order?.name !== 'send.afterClaim') return;
  stage.plan.countUndecidable();
  for (const id of replies) stage.undecided.set(id, 'killed between claim and call');
}

/** Cut off wherever it was then: between a claim and its call, or between a refusal and its record, too. */
function noteTimeout(
  { faults, brokenClaims, brokenRecords }: Stage,
  replies: readonly string[],
): void {
  faults.add('seen: function timed out');
  for (const id of replies) {
    brokenClaims.set(id, 'the function timed out');
    brokenRecords.set(id, 'the function timed out');
  }
}

function replyOf(body: string): string {
  const { conversationId, sequence } = JSON.parse(body) as {
    conversationId: string;
    sequence: number;
  };
  return `msg_${conversationId.slice(conversationId.indexOf('_') + 1)}_${sequence}`;
}
