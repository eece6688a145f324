import type { CrashPlan, FunctionName } from './crash-plan.ts';
import type { Delivery } from './queues/queue-model.ts';
import type { Stage } from './stage.ts';
import type { Fleet } from './worker/fleet.ts';

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
  const { ending } = invoked;
  if (ending.kind === 'killed') noteKill(stage, `${fleet}, ${ending.how}`, doom, replies);
  else if (ending.kind === 'timed_out') noteTimeout(stage, replies);
  else if (ending.threwAt) stage.faults.add(`thrown: ${ending.threwAt}`);
  return invoked;
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
  { order, killAfterMilliseconds }: ReturnType<CrashPlan['next']>,
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
